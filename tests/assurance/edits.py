"""Edits of production's own stack files."""

from collections.abc import Mapping

from infra.config.network import PRIVATE_ENDPOINTS, WAY_IN_ENDPOINTS
from tests.assurance import edits_of_safety
from tests.assurance.edit import GUARD, Edit
from tests.infra.config.orders import ABSENT

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
    Edit(
        "keys go within a week",
        {"keys.deletion_window_days": 7},
        GUARD,
        {"cluster.node_groups.general.labels.tier": "cards"},
    ),
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
    Edit("it is called no production any more", {"production": False}, GUARD, {"budget.monthly_usd": 50000}),
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
        {"recovery.data.database.backups.daily.completion_minutes": 240},
    ),
    Edit(
        "the database gets another major version, which nothing takes back",
        {"data.database.version": "17.4"},
        ("weaken", "aws:rds/cluster:Cluster::"),
        {"data.database.version": "16.12"},
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
    *edits_of_safety.AUDIT,
    *edits_of_safety.BACKUP,
    *edits_of_safety.RECOVERY,
    *edits_of_safety.INGRESS,
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
        {"readers": [f"00000000010{number}" for number in range(1, 6)]},
    ),
    Edit(
        "fewer images are kept",
        {_KEEP: 20},
        ("weaken", "aws:ecr/lifecyclePolicy:LifecyclePolicy::registry-us-east-1-payment-service"),
        {_KEEP: 200},
    ),
    Edit(
        "nothing signs evidence any more",
        {"ci.signs": ["images", "releases"], "ci.evidence": ABSENT},
        ("delete", f"{_KEY}signing-evidence"),
        {"ci.signs": ["images", "releases", "evidence", "charts"]},
    ),
    Edit(
        "nobody records who signs",
        {"audit": ABSENT},
        GUARD,
        {"audit.log_days": 731},
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
        {"production": False, "audit.mode": "governance"},
        ("weaken", f"{_KEY}signing-images"),
        {"budget.monthly_usd": 700},
        alone=True,
    ),
)
FILES: Mapping[str, tuple[Edit, ...]] = {"prod": PROD, "global": GLOBAL}
