"""Edits of stack files that would destroy data, now or later, each with a harmless near twin.

They are made to the committed files, and so tried on what production really orders. An edit of a section that a file
does not have yet waits until it does.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from infra.config.network import PRIVATE_ENDPOINTS, WAY_IN_ENDPOINTS
from tests.infra.config.orders import ABSENT

Settings = Mapping[str, Any]
GUARD = ("guard", "")
"""Refused by the model of stack files already, before anything is previewed."""


@dataclass(frozen=True)
class Edit:
    """Settings that destroy, how that is found (change, part of the resource's label), and settings that do not."""

    what: str
    settings: Settings
    found: tuple[str, str]
    twin: Settings
    alone: bool = False
    """Whether so much follows from it that what follows from others could not be told apart."""

    def waits(self, file: Mapping[str, Any]) -> bool:
        """Whether the file lacks what is edited."""
        return not all(_has(file, path) for path in (*self.settings, *self.twin) if path.partition(".")[0] == "data")


def packed(edits: Sequence[tuple[Settings, bool]]) -> Iterator[list[Settings]]:
    """Groups of edits that touch different settings, so that one preview tells of all in a group."""
    groups: list[list[Settings]] = []
    for settings, alone in edits:
        if alone:
            yield [settings]
        elif room := next((group for group in groups if not any(_clash(settings, other) for other in group)), None):
            room.append(settings)
        else:
            groups.append([settings])
    yield from groups


def _clash(one: Settings, other: Settings) -> bool:
    return any(f"{a}.".startswith(f"{b}.") or f"{b}.".startswith(f"{a}.") for a in one for b in other)


def _has(file: Mapping[str, Any], path: str) -> bool:
    section, store, *_ = (*path.split("."), "")
    return section in file and (not store or store in file[section])


_EKS, _LOGS = "aws:eks/cluster:Cluster::cluster", "aws:cloudwatch/logGroup:LogGroup::"
_REPOSITORY, _KEY = "aws:ecr/repository:Repository::", "aws:kms/key:Key::"
_KEEP = "registries.payment-service.keep_images"

PROD = (
    Edit(
        "the cluster is renamed",
        {"cluster.name": "production-east", "recovery.failover.primary.cluster": "production-east"},
        ("replace", _EKS),
        {"cluster.node_groups.general.max": 15},
        alone=True,
    ),
    Edit(
        "Services get other addresses",
        {"cluster.service_cidr": "172.21.0.0/16"},
        ("replace", _EKS),
        {"cluster.admins": ["deployer", "platform-team"]},
        alone=True,
    ),
    Edit(
        "the network gets other addresses",
        {"network.cidr": "10.128.0.0/16"},
        ("replace", "aws:ec2/vpc:Vpc::network"),
        {"network.endpoints": [*dict.fromkeys((*PRIVATE_ENDPOINTS, *WAY_IN_ENDPOINTS, "sns"))]},
        alone=True,
    ),
    Edit(
        "logs of the control plane are kept for a month",
        {"cluster.log_retention_days": 30},
        ("weaken", f"{_LOGS}cluster"),
        {"cluster.log_retention_days": 731},
    ),
    Edit(
        "flow logs are kept for a month",
        {"network.flow_log_retention_days": 30},
        ("weaken", f"{_LOGS}network-flow-logs"),
        {"network.flow_log_retention_days": 1096},
    ),
    Edit("keys go within a week", {"keys.deletion_window_days": 7}, GUARD, {"keys.deletion_window_days": 30}),
    Edit(
        "keys no longer reach the other region",
        {"keys.multi_region": False, "keys.replica_region": ABSENT},
        ("replace", f"{_KEY}keys-eks"),
        {"cost_center": "risk"},
    ),
    Edit(
        "the replica of a key moves",
        {"keys.replica_region": "us-east-2"},
        ("replace", "aws:kms/replicaKey:ReplicaKey::"),
        {"domain": "pay.example.com"},
    ),
    Edit(
        "the replica of a key is dropped",
        {"keys.replica_region": ABSENT},
        ("delete", "aws:kms/replicaKey:ReplicaKey::"),
        {"gitops.revision": "release"},
    ),
    Edit("it is called no production any more", {"production": False}, GUARD, {"environment": "prod"}),
    Edit(
        "the application goes",
        {"apps": {}},
        ("delete", "kubernetes:core/v1:Namespace::payment-namespace"),
        {"apps.payment.overlay": "payment-service/staging"},
    ),
    Edit(
        "the application's namespace is renamed",
        {"apps.payment.namespace": "payments"},
        ("replace", "kubernetes:core/v1:Namespace::payment-namespace"),
        {"gitops.sync_mode": "manual"},
    ),
    Edit(
        "a zone goes",
        {"network.zones": ["us-east-1a", "us-east-1b"]},
        GUARD,
        {"network.zones": ["us-east-1c", "us-east-1a", "us-east-1b"]},
    ),
    Edit(
        "the application's name changes, and with it the names of its stores",
        {"application": "payments", "data.database.instances": 2},
        ("replace", "aws:rds/cluster:Cluster::"),
        {"data.database.instances": 3},
        alone=True,
    ),
    Edit(
        "the stores are dropped",
        {"data": ABSENT},
        ("delete", "aws:rds/cluster:Cluster::"),
        {"data.database.instance_class": "db.r7g.xlarge"},
    ),
    Edit(
        "points in time of the database are kept for less long",
        {"data.database.backup_retention_days": 30},
        ("weaken", "aws:rds/cluster:Cluster::"),
        {"data.database.backup_retention_days": 35},
    ),
    Edit(
        "the cache is dropped",
        {"data.cache": ABSENT},
        ("delete", "aws:elasticache/replicationGroup:ReplicationGroup::"),
        {"data.cache.nodes": 3},
    ),
    Edit(
        "snapshots of the cache are kept for a day",
        {"data.cache.snapshot_retention_days": 1},
        ("weaken", "aws:elasticache/replicationGroup:ReplicationGroup::"),
        {"data.cache.snapshot_retention_days": 30},
    ),
    Edit(
        "the stream is dropped",
        {"data.streaming": ABSENT},
        ("delete", "aws:msk/cluster:Cluster::"),
        {"data.streaming.volume_gb": 500},
    ),
    Edit(
        "logs of the stream are kept for a month",
        {"data.streaming.log_retention_days": 30},
        ("weaken", _LOGS),
        {"data.streaming.log_retention_days": 731},
    ),
)
GLOBAL = (
    Edit(
        "a registry is renamed",
        {"registries": {"payments": {}}},
        ("delete", f"{_REPOSITORY}registry-us-east-1-payment-service"),
        {"registries.gateway": {}},
    ),
    Edit(
        "tags of images can be moved",
        {"registries.payment-service.immutable_tags": False},
        GUARD,
        {"registries.payment-service.immutable_tags": True},
    ),
    Edit(
        "fewer images are kept",
        {_KEEP: 20},
        ("weaken", "aws:ecr/lifecyclePolicy:LifecyclePolicy::registry-us-east-1-payment-service"),
        {_KEEP: 200},
    ),
    Edit(
        "nothing signs evidence any more",
        {"ci.signs": ["images", "releases"]},
        ("delete", f"{_KEY}signing-evidence"),
        {"ci.signs": ["images", "releases", "evidence", "charts"]},
    ),
    Edit(
        "images are in no other region",
        {"replication_regions": []},
        ("delete", f"{_REPOSITORY}registry-us-west-2-payment-service"),
        {"ci.refs": ["refs/heads/main", "refs/tags/v*"]},
    ),
    Edit(
        "the home of the registries moves",
        {"region": "us-east-2"},
        ("delete", f"{_REPOSITORY}registry-us-east-1-payment-service"),
        {"cost_center": "risk"},
        alone=True,
    ),
    Edit(
        "it is called no production any more",
        {"production": False},
        ("weaken", f"{_KEY}signing-images"),
        {"domain": "images.example.com"},
        alone=True,
    ),
)
FILES: Mapping[str, tuple[Edit, ...]] = {"prod": PROD, "global": GLOBAL}
