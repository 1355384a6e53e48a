"""ElastiCache beyond moto: replication groups have members, change and go, and so do subnet groups."""

from typing import Any

from moto.core.responses import ActionResult
from moto.elasticache.exceptions import InvalidARNFault
from moto.elasticache.models import (
    CacheSubnetGroup,
    ElastiCacheBackend,
    ReplicationGroup,
)
from moto.elasticache.responses import ElastiCacheResponse
from moto.utilities.utils import get_partition

from sandbox.cloud import elasticache_roles, elasticache_users
from sandbox.cloud.elasticache_users import group as user_group
from sandbox.cloud.elasticache_users import groups as user_groups
from sandbox.cloud.elasticache_users import refusal

_create_group: Any = ElastiCacheBackend.create_replication_group
_create_subnets: Any = ElastiCacheBackend.create_cache_subnet_group
_MEMBERS = ("cache_subnet_group_name", "cache_parameter_group_name", "engine", "engine_version", "snapshot_window")
_CLUSTER_PARAMETERS = [
    name for name in ElastiCacheBackend.create_cache_cluster.__annotations__ if name not in ("return", "self")
]


def _create(self: ElastiCacheBackend, **asked: Any) -> ReplicationGroup:
    """moto reads the number of nodes elsewhere, makes none of them, and believes whatever a group refers to."""
    subnets = asked["cache_subnet_group_name"]
    if subnets:
        self.describe_cache_subnet_groups(subnets)
    for id_ in asked["user_group_ids"] or []:
        user_group(self, id_)
    nodes = asked["num_cache_clusters"] or 1
    if nodes == 1 and (asked["automatic_failover_enabled"] or asked["multi_az_enabled"]):
        text = "Automatic failover and Multi-AZ need at least one replica."
        raise refusal("InvalidParameterCombination", text)
    made: Any = _create_group(self, **{**asked, "replicas_per_node_group": nodes - 1})
    _place(self, made)
    for id_ in made.user_group_ids:
        user_group(self, id_)["ReplicationGroups"].append(made.replication_group_id)
    made.transit_encryption_mode = made.transit_encryption_mode or (
        "required" if made.transit_encryption_enabled else None
    )
    made.auto_minor_version_upgrade = made.auto_minor_version_upgrade in (None, True, "true")
    _join(self, made)
    return made


def _place(backend: ElastiCacheBackend, made: Any) -> None:
    """moto's ARN is in one partition, and its reader endpoint nowhere to be found."""
    made.arn = made.arn.replace("arn:aws:", f"arn:{get_partition(backend.region_name)}:", 1)
    backend.tagging_service.tag_resource(made.arn, made.tags)
    for part in made.node_groups:
        part["reader_endpoint"] = {"address": part["reader_endpoint_address"], "port": made.port}


def _join(backend: ElastiCacheBackend, made: Any) -> None:
    """Nodes of the group, as DescribeCacheClusters tells them: most settings of a group are only seen there."""
    zones = sorted({each["subnet_availability_zone"] for each in _subnets(backend, made)} or {""})
    for number, name in enumerate(made.member_clusters):
        if name in backend.cache_clusters:
            continue
        parameters: dict[str, Any] = dict.fromkeys(_CLUSTER_PARAMETERS) | {
            "cache_cluster_id": name,
            "replication_group_id": made.replication_group_id,
            "cache_node_type": made.cache_node_type,
            "port": made.port,
            "preferred_availability_zone": zones[number % len(zones)],
            "snapshot_retention_limit": made.snapshot_retention_limit,
            "auto_minor_version_upgrade": made.auto_minor_version_upgrade,
            "transit_encryption_enabled": made.transit_encryption_enabled,
            **{key: getattr(made, key) for key in _MEMBERS},
        }
        node: Any = backend.create_cache_cluster(**parameters)
        node.security_groups = _attached(made.security_group_ids)
    elasticache_roles.seat(backend, made)


def _subnets(backend: ElastiCacheBackend, made: Any) -> list[Any]:
    name = made.cache_subnet_group_name
    return list(backend.describe_cache_subnet_groups(name)[0].subnets) if name else []


def _attached(groups: list[str] | None) -> list[dict[str, str]]:
    return [{"SecurityGroupId": each, "Status": "active"} for each in groups or []]


def _modify(self: ElastiCacheResponse) -> ActionResult:
    """moto knows six of these settings."""
    backend, asked = self.elasticache_backend, self.params
    changed: Any = backend.describe_replication_groups(asked["ReplicationGroupId"])[0]
    if name := asked.get("PrimaryClusterId"):
        elasticache_roles.promote(changed, name)
    nodes: list[Any] = [backend.cache_clusters[name] for name in changed.member_clusters]
    for key, name in _CHANGED.items():
        if asked.get(key) is not None:
            value = _word(asked[key]) if key in ("AutomaticFailoverEnabled", "MultiAZEnabled") else asked[key]
            for each in (changed, *nodes):
                setattr(each, name, value)
    if asked.get("SecurityGroupIds"):
        for node in nodes:
            node.security_groups = _attached(asked["SecurityGroupIds"])
    _change_users(backend, changed, asked)
    return ActionResult({"ReplicationGroup": changed})


_CHANGED = {
    "ReplicationGroupDescription": "description",
    "AutomaticFailoverEnabled": "automatic_failover",
    "MultiAZEnabled": "multi_az",
    "CacheNodeType": "cache_node_type",
    "CacheParameterGroupName": "cache_parameter_group_name",
    "EngineVersion": "engine_version",
    "AutoMinorVersionUpgrade": "auto_minor_version_upgrade",
    "SnapshotRetentionLimit": "snapshot_retention_limit",
    "SnapshotWindow": "snapshot_window",
    "TransitEncryptionMode": "transit_encryption_mode",
}


def _word(enabled: bool) -> str:
    return "enabled" if enabled else "disabled"


def _change_users(backend: ElastiCacheBackend, changed: Any, asked: dict[str, Any]) -> None:
    for id_ in asked.get("UserGroupIdsToRemove") or []:
        changed.user_group_ids.remove(id_)
        user_group(backend, id_)["ReplicationGroups"].remove(changed.replication_group_id)
    for id_ in asked.get("UserGroupIdsToAdd") or []:
        user_group(backend, id_)["ReplicationGroups"].append(changed.replication_group_id)
        changed.user_group_ids.append(id_)


def _resize(self: ElastiCacheResponse) -> ActionResult:
    """IncreaseReplicaCount and DecreaseReplicaCount: the youngest replica goes first, the primary stays."""
    backend = self.elasticache_backend
    changed: Any = backend.describe_replication_groups(self.params["ReplicationGroupId"])[0]
    name, wanted = changed.replication_group_id, int(self.params["NewReplicaCount"]) + 1
    if wanted == 1 and "enabled" in (changed.automatic_failover, changed.multi_az):
        raise refusal("InvalidReplicationGroupState", f"{name} fails over by itself and needs a replica.")
    first = elasticache_roles.primary(changed)
    kept = [first, *(each for each in changed.member_clusters if each != first)][:wanted]
    for left in {*changed.member_clusters} - {*kept}:
        del backend.cache_clusters[left]
    free = [each for number in range(1, wanted + 1) if (each := f"{name}-{number:0>3}") not in kept]
    changed.member_clusters = sorted([*kept, *free[: wanted - len(kept)]])
    _join(backend, changed)
    return ActionResult({"ReplicationGroup": changed})


def _delete(self: ElastiCacheResponse) -> ActionResult:
    """moto leaves a group on its way for ever, and takes no last snapshot."""
    backend, id_ = self.elasticache_backend, self.params["ReplicationGroupId"]
    gone: Any = backend.describe_replication_groups(id_)[0]
    if last := self.params.get("FinalSnapshotIdentifier"):
        backend.create_snapshot(last, id_, None, gone.kms_key_id, None)
    for used in gone.user_group_ids:
        user_group(backend, used)["ReplicationGroups"].remove(id_)
    for node in gone.member_clusters:
        del backend.cache_clusters[node]
    del backend.replication_groups[id_]
    gone.status = "deleting"
    return ActionResult({"ReplicationGroup": gone})


def _create_subnet_group(self: ElastiCacheBackend, **asked: Any) -> CacheSubnetGroup:
    """moto's ARN is in one partition."""
    made = _create_subnets(self, **asked)
    made.arn = made.arn.replace("arn:aws:", f"arn:{get_partition(self.region_name)}:", 1)
    self.tagging_service.tag_resource(made.arn, asked["tags"] or [])
    return made


def _modify_subnet_group(self: ElastiCacheResponse) -> ActionResult:
    backend, name = self.elasticache_backend, self.params["CacheSubnetGroupName"]
    old: Any = backend.describe_cache_subnet_groups(name)[0]
    text = self.params.get("CacheSubnetGroupDescription")
    made: Any = CacheSubnetGroup(
        self.current_account,
        self.region,
        name,
        old.cache_subnet_group_description if text is None else text,
        list(self.params.get("SubnetIds") or old.subnet_ids),
        None,
    )
    made.arn = old.arn
    backend.cache_subnet_groups[name] = made
    return ActionResult({"CacheSubnetGroup": made})


def _delete_subnet_group(self: ElastiCacheResponse) -> ActionResult:
    backend, name = self.elasticache_backend, self.params["CacheSubnetGroupName"]
    backend.describe_cache_subnet_groups(name)
    users = [node.cache_cluster_id for node in backend.cache_clusters.values() if node.cache_subnet_group_name == name]
    if users:
        raise refusal("CacheSubnetGroupInUse", f"Cache subnet group {name} is currently in use by {', '.join(users)}.")
    del backend.cache_subnet_groups[name]
    return ActionResult({})


def _tags(self: ElastiCacheBackend, arn: str) -> dict[str, list[dict[str, str]]]:
    """moto knows neither user groups nor other partitions."""
    kept = (self.users, self.cache_clusters, self.cache_subnet_groups, self.replication_groups, self.snapshots)
    known = {each.arn for objects in kept for each in objects.values()}
    if arn not in known | {each["ARN"] for each in user_groups(self).values()}:
        raise InvalidARNFault(arn)
    return self.tagging_service.list_tags_for_resource(arn)


def install() -> None:
    """Add to moto what it lacks."""
    elasticache_roles.install()
    elasticache_users.install()
    backend: Any = ElastiCacheBackend
    backend.create_replication_group = _create
    backend.create_cache_subnet_group = _create_subnet_group
    backend.list_tags_for_resource = _tags
    responses: Any = ElastiCacheResponse
    responses.modify_replication_group = _modify
    responses.increase_replica_count = responses.decrease_replica_count = _resize
    responses.delete_replication_group = _delete
    responses.modify_cache_subnet_group = _modify_subnet_group
    responses.delete_cache_subnet_group = _delete_subnet_group


GAPS = {
    "ElastiCache": "caches are records: no server runs behind an endpoint, roles move only when somebody asks, and at "
    "once, and versions and types of nodes are not checked"
}
