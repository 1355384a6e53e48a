"""MSK beyond moto: clusters become ready, refer to what exists and change; configurations have revisions."""

import json
import re
import uuid
from typing import Any
from urllib.parse import unquote

from moto.core.utils import utcnow
from moto.kafka import urls
from moto.kafka.exceptions import BadRequestException, NotFoundException
from moto.kafka.models import FakeKafkaCluster, KafkaBackend
from moto.kafka.responses import KafkaResponse
from moto.utilities.utils import get_partition

from sandbox.cloud import references

_create_cluster: Any = KafkaBackend.create_cluster
_describe_cluster, _delete_cluster = KafkaBackend.describe_cluster, KafkaBackend.delete_cluster
_IAM_PORT = 9098
_IN_PATH = re.compile(r"/v1/(?:clusters|configurations)/(?P<arn>arn(?::|%3A)[^?]*?)(?:/revisions/(?P<revision>\d+))?$")
_PARTS = re.compile(
    r"/(?:nodes/count|nodes/storage|nodes/type|configuration|version|monitoring|security|bootstrap-brokers)$"
)


def _configurations(backend: Any) -> dict[str, dict[str, Any]]:
    kept: dict[str, dict[str, Any]] = vars(backend).setdefault("configurations", {})
    return kept


def _address(self: KafkaResponse) -> tuple[str, int]:
    """The ARN in the request's path, and the revision, 0 where none is asked for."""
    match = _IN_PATH.search(_PARTS.sub("", self.parsed_url.path))
    if match is None:
        raise BadRequestException(f"{self.parsed_url.path} names no ARN")
    return unquote(match["arn"]), int(match["revision"] or 0)


def _find_configuration(backend: Any, arn: str) -> dict[str, Any]:
    if arn not in _configurations(backend):
        raise NotFoundException(f"The configuration ARN {arn} is not valid or does not exist.")
    return _configurations(backend)[arn]


def _find_cluster(backend: KafkaBackend, arn: str) -> FakeKafkaCluster:
    if arn not in backend.clusters:
        raise NotFoundException(f"The cluster {arn} was not found.")
    return backend.clusters[arn]


def _arn(backend: Any, sort: str, name: str, id_: str) -> str:
    partition = get_partition(backend.region_name)
    return f"arn:{partition}:kafka:{backend.region_name}:{backend.account_id}:{sort}/{name}/{id_}-1"


def _create(self: KafkaBackend, **asked: Any) -> tuple[str, str, str]:
    """moto believes whatever a cluster refers to, and never finishes one."""
    nodes, chosen = asked["broker_node_group_info"], asked["configuration_info"]
    references.subnets(self, nodes["clientSubnets"])
    references.groups(self, nodes.get("securityGroups") or [])
    _refuse_unequal(nodes, int(asked["number_of_broker_nodes"]))
    if chosen:
        _find_configuration(self, chosen["arn"])
    if any(each.cluster_name == asked["cluster_name"] for each in self.clusters.values()):
        raise BadRequestException(f"A cluster named {asked['cluster_name']} already exists.")
    arn, name, _ = _create_cluster(self, **{**asked, "enhanced_monitoring": asked["enhanced_monitoring"] or "DEFAULT"})
    self.clusters[arn].state = "ACTIVE"
    return arn, name, "CREATING"


def _refuse_unequal(nodes: dict[str, Any], brokers: int) -> None:
    zones = len(nodes["clientSubnets"])
    if brokers % zones:
        raise BadRequestException(f"The number of broker nodes {brokers} must be a multiple of the {zones} subnets.")


def _describe(self: KafkaBackend, cluster_arn: str) -> dict[str, Any]:
    _find_cluster(self, cluster_arn)
    return _describe_cluster(self, cluster_arn)


def _delete(self: KafkaBackend, cluster_arn: str, current_version: str) -> tuple[str, str]:
    _find_cluster(self, cluster_arn)
    arn, _ = _delete_cluster(self, cluster_arn, current_version)
    return arn, "DELETING"


def _cluster_arn(self: FakeKafkaCluster) -> str:
    """moto's lacks the cluster's name, by which policies tell its topics."""
    return _arn(
        self,
        "cluster" if self.cluster_type == "PROVISIONED" else "serverless-cluster",
        self.cluster_name,
        self.cluster_id,
    )


def _update(self: KafkaResponse) -> str:
    """All operations that change a cluster: what they name takes the place of what was, whole; the version is new."""
    asked = json.loads(self.body)
    cluster: Any = _find_cluster(self.kafka_backend, _address(self)[0])
    if asked["currentVersion"] != cluster.current_version:
        raise BadRequestException(f"This operation cannot be performed on version {asked['currentVersion']}.")
    if count := asked.get("targetNumberOfBrokerNodes"):
        _refuse_unequal(cluster.broker_node_group_info, count)
    if chosen := asked.get("configurationInfo"):
        _find_configuration(self.kafka_backend, chosen["arn"])
    for key, name in _CHANGED.items():
        if asked.get(key) is not None:
            setattr(cluster, name, asked[key])
    _change_brokers(cluster.broker_node_group_info, asked)
    if secured := asked.get("encryptionInfo"):
        cluster.encryption_info = {**(cluster.encryption_info or {}), **secured}
    cluster.current_version = f"K{int(cluster.current_version.strip('K').partition('.')[0]) + 1}"
    operation = cluster.arn.replace(":cluster/", ":cluster-operation/")
    return json.dumps({"clusterArn": cluster.arn, "clusterOperationArn": f"{operation}/{cluster.current_version}"})


_CHANGED = {
    "targetNumberOfBrokerNodes": "number_of_broker_nodes",
    "targetKafkaVersion": "kafka_version",
    "configurationInfo": "configuration_info",
    "enhancedMonitoring": "enhanced_monitoring",
    "loggingInfo": "logging_info",
    "clientAuthentication": "client_authentication",
}


def _change_brokers(nodes: dict[str, Any], asked: dict[str, Any]) -> None:
    """Volumes only grow."""
    nodes["instanceType"] = asked.get("targetInstanceType") or nodes["instanceType"]
    for volume in asked.get("targetBrokerEBSVolumeInfo") or []:
        held = nodes["storageInfo"]["ebsStorageInfo"]
        if volume["volumeSizeGB"] < held["volumeSize"]:
            raise BadRequestException("The volume size of brokers can be increased, not decreased.")
        held["volumeSize"] = volume["volumeSizeGB"]


def _bootstrap(self: KafkaResponse) -> str:
    """Addresses of the first three brokers, for the ways in that the cluster offers."""
    cluster: Any = _find_cluster(self.kafka_backend, _address(self)[0])
    if not ((cluster.client_authentication or {}).get("sasl") or {}).get("iam", {}).get("enabled"):
        return json.dumps({})
    domain = f"{cluster.cluster_name}.{cluster.cluster_id[:6]}.c1.kafka.{self.region}.amazonaws.com:{_IAM_PORT}"
    brokers = range(1, min(cluster.number_of_broker_nodes, 3) + 1)
    return json.dumps({"bootstrapBrokerStringSaslIam": ",".join(f"b-{each}.{domain}" for each in brokers)})


def _create_configuration(self: KafkaResponse) -> str:
    asked, backend = json.loads(self.body), self.kafka_backend
    if any(each["name"] == asked["name"] for each in _configurations(backend).values()):
        raise BadRequestException(f"A configuration named {asked['name']} already exists.")
    made: Any = {
        "arn": _arn(backend, "configuration", asked["name"], str(uuid.uuid4())),
        "creationTime": utcnow().isoformat(),
        "description": asked.get("description", ""),
        "kafkaVersions": asked.get("kafkaVersions", []),
        "name": asked["name"],
        "state": "ACTIVE",
        "revisions": [],
    }
    _configurations(backend)[made["arn"]] = made
    return _revise(made, asked)


def _revise(made: dict[str, Any], asked: dict[str, Any]) -> str:
    text = asked.get("description", made["description"])
    made["description"] = text
    made["latestRevision"] = {
        "creationTime": utcnow().isoformat(),
        "description": text,
        "revision": len(made["revisions"]) + 1,
    }
    made["revisions"].append({**made["latestRevision"], "serverProperties": asked["serverProperties"]})
    return _told(made)


def _told(made: dict[str, Any]) -> str:
    return json.dumps({key: value for key, value in made.items() if key != "revisions"})


def _describe_configuration(self: KafkaResponse) -> str:
    return _told(_find_configuration(self.kafka_backend, _address(self)[0]))


def _describe_revision(self: KafkaResponse) -> str:
    arn, revision = _address(self)
    revisions = _find_configuration(self.kafka_backend, arn)["revisions"]
    if revision > len(revisions):
        raise NotFoundException(f"The configuration {arn} has no revision {revision}.")
    return json.dumps({"arn": arn, **revisions[revision - 1]})


def _update_configuration(self: KafkaResponse) -> str:
    return _revise(_find_configuration(self.kafka_backend, _address(self)[0]), json.loads(self.body))


def _delete_configuration(self: KafkaResponse) -> str:
    arn = _address(self)[0]
    _find_configuration(self.kafka_backend, arn)
    using = [each for each in self.kafka_backend.clusters.values() if (each.configuration_info or {}).get("arn") == arn]
    if using:
        raise BadRequestException(f"The configuration is used by {using[0].cluster_name}.")
    del _configurations(self.kafka_backend)[arn]
    return json.dumps({"arn": arn, "state": "DELETING"})


def install() -> None:
    """Add to moto what it lacks."""
    cluster: Any = FakeKafkaCluster
    cluster._generate_arn = _cluster_arn
    backend: Any = KafkaBackend
    backend.create_cluster, backend.describe_cluster, backend.delete_cluster = _create, _describe, _delete
    responses: Any = KafkaResponse
    for operation in (
        "broker_count",
        "broker_storage",
        "broker_type",
        "cluster_configuration",
        "cluster_kafka_version",
        "monitoring",
        "security",
    ):
        setattr(responses, f"update_{operation}", _update)
    responses.get_bootstrap_brokers = _bootstrap
    responses.create_configuration = _create_configuration
    responses.describe_configuration = _describe_configuration
    responses.describe_configuration_revision = _describe_revision
    responses.update_configuration = _update_configuration
    responses.delete_configuration = _delete_configuration
    for path in ("/v1/configurations$", "/v1/configurations/(?P<arn>.+)$"):
        urls.url_paths["{0}" + path] = KafkaResponse.dispatch


GAPS = {"MSK": "clusters are records: no broker runs behind the addresses, and versions and types are not checked"}
