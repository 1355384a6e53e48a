"""ElastiCache's roles beyond moto: a group tells who is in it and who is its primary, and a replica can take over."""

from typing import Any

from moto.core.responses import ActionResult
from moto.elasticache.models import ElastiCacheBackend
from moto.elasticache.responses import ElastiCacheResponse

from sandbox.cloud.elasticache_users import refusal

Params = dict[str, Any]


def seat(backend: ElastiCacheBackend, group: Any) -> None:
    """The nodes of a group as its members; a new one is a replica."""
    part = group.node_groups[0]
    known = {each["cache_cluster_id"]: each for each in part["node_group_members"]}
    part["node_group_members"] = [known.get(name) or _replica(part, name) for name in group.member_clusters]
    for each in part["node_group_members"]:
        node: Any = backend.cache_clusters[each["cache_cluster_id"]]
        each["preferred_availability_zone"] = node.preferred_availability_zone


def _replica(part: Params, name: str) -> Params:
    domain = part["primary_endpoint_address"].removeprefix("master.")
    place = {"address": f"{name}.{domain}", "port": part["port"]}
    return {"cache_cluster_id": name, "cache_node_id": "0001", "read_endpoint": place, "current_role": "replica"}


def primary(group: Any) -> str:
    """The node that is written to."""
    members = group.node_groups[0]["node_group_members"]
    return next(str(each["cache_cluster_id"]) for each in members if each["current_role"] == "primary")


def promote(group: Any, name: str) -> None:
    """Make a node the primary because somebody asks for it, which AWS allows only where nobody else decides."""
    if name not in group.member_clusters:
        raise refusal("CacheClusterNotFound", f"{name} is no cluster of {group.replication_group_id}.")
    if group.automatic_failover == "enabled":
        text = f"{group.replication_group_id} fails over by itself; disable that before you promote a replica."
        raise refusal("InvalidReplicationGroupState", text)
    _take_over(group.node_groups[0], name)


def _take_over(part: Params, name: str) -> None:
    """The name of the primary's endpoint stays, whoever stands behind it."""
    for each in part["node_group_members"]:
        each["current_role"] = "primary" if each["cache_cluster_id"] == name else "replica"


def _test_failover(self: ElastiCacheResponse) -> ActionResult:
    """Done when it is asked for; of several replicas the first takes over."""
    asked = self.params["NodeGroupId"]
    group: Any = self.elasticache_backend.describe_replication_groups(self.params["ReplicationGroupId"])[0]
    part = next((each for each in group.node_groups if each["node_group_id"] == asked), None)
    if part is None:
        raise refusal("NodeGroupNotFoundFault", f"Node group {asked} not found.")
    if group.automatic_failover != "enabled":
        text = f"Automatic failover of {group.replication_group_id} is not enabled."
        raise refusal("TestFailoverNotAvailableFault", text)
    members = [each["cache_cluster_id"] for each in part["node_group_members"]]
    _take_over(part, next(name for name in members if name != primary(group)))
    return ActionResult({"ReplicationGroup": group})


def install() -> None:
    """Add to moto what it lacks."""
    responses: Any = ElastiCacheResponse
    responses.test_failover = _test_failover
