"""RDS beyond moto: changes that it forgets, and a password that is rotated through the API."""

from collections.abc import Mapping
from typing import Any

from moto.core.responses import ActionResult
from moto.rds.exceptions import RDSClientError
from moto.rds.models import DBCluster, DBInstance, DBSubnetGroup, RDSBackend, rds_backends
from moto.rds.responses import RDSResponse

_modify_cluster, _modify_subnets = RDSBackend.modify_db_cluster, RDSBackend.modify_db_subnet_group
_create, _change, _delete_global_cluster = (
    RDSBackend.create_db_instance,
    RDSBackend.modify_db_instance,
    RDSBackend.delete_global_cluster,
)
_create_global_cluster: Any = RDSResponse.create_global_cluster
_resource_for_tagging = RDSBackend._get_resource_for_tagging
_INSIGHTS = {
    "performance_insights_enabled": "enable_performance_insights",
    "performance_insights_kms_key_id": "performance_insights_kms_key_id",
    "performance_insights_retention_period": "performance_insights_retention_period",
}
_parameters = RDSBackend.describe_db_cluster_parameters


def _modify(self: RDSBackend, kwargs: dict[str, Any]) -> DBCluster:
    """moto sets attributes by their names in the call, which for these is another."""
    cluster = self.clusters.get(kwargs["db_cluster_identifier"])
    if cluster is not None and kwargs.get("enable_iam_database_authentication") is not None:
        cluster.iam_auth = kwargs["enable_iam_database_authentication"]
    exports = kwargs.pop("cloudwatch_logs_export_configuration", None)
    if exports:
        kwargs["enable_cloudwatch_logs_exports"] = exports
    secret = getattr(cluster, "master_user_secret", None)
    changed = _modify_cluster(self, kwargs)
    if secret and getattr(changed, "master_user_secret", secret) is not secret:
        secret.delete_secret()  # moto makes another one for another key, and forgets this one
    return changed


def _modify_group(self: RDSBackend, subnet_name: str, description: str, subnets: list[Any]) -> DBSubnetGroup:
    """moto loses a group that is modified."""
    group = _modify_subnets(self, subnet_name, description, subnets)
    self.subnet_groups[subnet_name] = group
    return group


def _user_parameters(self: RDSBackend, name: str) -> list[dict[str, Any]]:
    """moto holds none but those that a user set, and does not say so."""
    return [{**each, "Source": "user"} for each in _parameters(self, name)]


def _insight(instance: DBInstance, kwargs: dict[str, Any]) -> DBInstance:
    """moto does not keep who looks into an instance."""
    kept: dict[str, Any] = vars(instance)
    for name, asked in _INSIGHTS.items():
        kept[name] = kwargs.get(asked, kept.get(name))
    return instance


def _create_instance(self: RDSBackend, kwargs: dict[str, Any]) -> DBInstance:
    return _insight(_create(self, kwargs), kwargs)


def _change_instance(self: RDSBackend, name: str, kwargs: dict[str, Any]) -> DBInstance:
    return _insight(_change(self, name, kwargs), kwargs)


def known(clusters: Mapping[str, Any], name: str) -> Any:
    """The global database of that name, which moto takes for granted."""
    if name not in clusters:
        raise RDSClientError("GlobalClusterNotFoundFault", f"Global cluster {name} not found")
    return clusters[name]


def _delete_global(self: RDSBackend, global_cluster_identifier: str) -> Any:
    known(self.global_clusters, global_cluster_identifier)
    return _delete_global_cluster(self, global_cluster_identifier)


def _create_global(self: RDSResponse) -> ActionResult:
    """moto leaves the tags out."""
    answer: ActionResult = _create_global_cluster(self)
    name = self.params["GlobalClusterIdentifier"]
    self.global_backend.global_clusters[name].tags = [tag.original_dict() for tag in self.params.get("Tags", [])]
    return answer


def _leave_global(self: RDSResponse) -> ActionResult:
    """moto looks for the global database in the member's region, where it is not."""
    cluster = known(self.global_backend.global_clusters, self.params["GlobalClusterIdentifier"])
    gone = self.params["DbClusterIdentifier"]
    left = [member for member in cluster.members if member.db_cluster_arn != gone]
    if len(left) == len(cluster.members):
        raise RDSClientError("DBClusterNotFoundFault", f"{gone} is no member of {cluster.global_cluster_identifier}")
    cluster.members = left
    return ActionResult({"GlobalCluster": cluster})


def _tagged(self: RDSBackend, arn: str) -> Any:
    """A global database belongs to no region, which moto does not expect of an ARN."""
    kind, _, name = arn.partition(":global-cluster:")
    if name and kind.endswith(f"::{self.account_id}"):
        return rds_backends[self.account_id]["us-east-1"].global_clusters.get(name)
    return _resource_for_tagging(self, arn)


def _modify_global(self: RDSResponse) -> ActionResult:
    cluster = known(self.global_backend.global_clusters, self.params["GlobalClusterIdentifier"])
    cluster.deletion_protection = self.params.get("DeletionProtection", cluster.deletion_protection)
    cluster.engine_version = self.params.get("EngineVersion", cluster.engine_version)
    return ActionResult({"GlobalCluster": cluster})


def install() -> None:
    """Add to moto what it lacks."""
    backend: Any = RDSBackend
    backend.modify_db_cluster = _modify
    backend.modify_db_subnet_group = _modify_group
    backend.describe_db_cluster_parameters = _user_parameters
    backend.create_db_instance = _create_instance
    backend.modify_db_instance = _change_instance
    backend.delete_global_cluster = _delete_global
    responses: Any = RDSResponse
    responses.modify_global_cluster = _modify_global
    responses.create_global_cluster = _create_global
    responses.remove_from_global_cluster = _leave_global
    backend._get_resource_for_tagging = _tagged


GAPS = {
    "RDS": "databases are records: no server runs behind an endpoint, and versions, classes and zones are not checked"
}
