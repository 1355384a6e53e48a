"""ElastiCache: replication groups with their users, groups of users and subnets."""

from collections.abc import Mapping
from typing import Any

from sandbox.providers.aws.kind import Cloud
from sandbox.providers.aws.row import Call, Row, Wait
from sandbox.providers.protocol import Props

TAGS = "add_tags_to_resource remove_tags_from_resource list_tags_for_resource"
READY = Wait("creating modifying snapshotting deleting", "available")
ACTIVE = Wait("creating modifying deleting", "active")


def _move_users(cloud: Cloud, id_: str, props: Props) -> None:
    """Users go as who joins and who leaves."""
    live = cloud("elasticache").describe_user_groups(UserGroupId=id_)["UserGroups"][0]["UserIds"]
    cloud("elasticache").modify_user_group(UserGroupId=id_, **_changed("UserIds", live, props["userIds"]))


def _move_groups(cloud: Cloud, id_: str, props: Props) -> None:
    """Groups of users go as what joins and what leaves."""
    live = cloud("elasticache").describe_replication_groups(ReplicationGroupId=id_)["ReplicationGroups"][0]
    change = _changed("UserGroupIds", live.get("UserGroupIds", []), props.get("userGroupIds") or [])
    cloud("elasticache").modify_replication_group(ReplicationGroupId=id_, ApplyImmediately=True, **change)


def _changed(name: str, old: list[str], new: list[str]) -> dict[str, list[str]]:
    change = {f"{name}ToAdd": sorted({*new} - {*old}), f"{name}ToRemove": sorted({*old} - {*new})}
    return {key: ids for key, ids in change.items() if ids}


def _resize(cloud: Cloud, id_: str, props: Props) -> None:
    """Nodes are asked for as replicas; what needs a replica is switched off before the last one goes."""
    client, wanted = cloud("elasticache"), int(props["numCacheClusters"]) - 1
    live = client.describe_replication_groups(ReplicationGroupId=id_)["ReplicationGroups"][0]
    held = len(live["MemberClusters"]) - 1
    if wanted > held:
        client.increase_replica_count(ReplicationGroupId=id_, NewReplicaCount=wanted, ApplyImmediately=True)
    _fail_over(client, id_, props)
    if wanted < held:
        client.decrease_replica_count(ReplicationGroupId=id_, NewReplicaCount=wanted, ApplyImmediately=True)


def _fail_over(client: Any, id_: str, props: Props) -> None:
    client.modify_replication_group(
        ReplicationGroupId=id_,
        AutomaticFailoverEnabled=bool(props.get("automaticFailoverEnabled")),
        MultiAZEnabled=bool(props.get("multiAzEnabled")),
        ApplyImmediately=True,
    )


def _node(cloud: Cloud, known: Mapping[str, Any]) -> Props:
    """What only a node tells: the version, and what it is attached to."""
    found = cloud("elasticache").describe_cache_clusters(CacheClusterId=known["memberClusters"][0])["CacheClusters"][0]
    return {
        "engineVersion": found["EngineVersion"],
        "subnetGroupName": found.get("CacheSubnetGroupName"),
        "securityGroupIds": [each["SecurityGroupId"] for each in found.get("SecurityGroups", [])],
    }


def _authentication(found: Props) -> Props:
    """The API has another word for a user without a password."""
    told = found["authentication"]["type"]
    return {"type": "no-password-required" if told == "no-password" else told}


_CHANGED = (
    "description nodeType engineVersion securityGroupIds snapshotRetentionLimit snapshotWindow autoMinorVersionUpgrade"
)

ROWS = [
    Row(
        type="aws:elasticache/subnetGroup:SubnetGroup",
        create=Call("create_cache_subnet_group"),
        read=Call("describe_cache_subnet_groups", "cacheSubnetGroups[0]"),
        delete="delete_cache_subnet_group",
        update={"description subnetIds": "modify_cache_subnet_group"},
        id="{name}",
        names={"name": "CacheSubnetGroupName", "description": "CacheSubnetGroupDescription"},
        found={"subnetIds": "subnets[].subnetIdentifier"},
        outputs="arn vpcId",
        sets="subnetIds",
        tags=TAGS,
        name="name",
    ),
    Row(
        type="aws:elasticache/user:User",
        create=Call("create_user"),
        read=Call("describe_users", "users[0]"),
        delete="delete_user",
        update={"accessString authenticationMode": "modify_user"},
        wait=ACTIVE,
        id="{userId}",
        found={"authenticationMode": _authentication},
        outputs="arn",
        tags=TAGS,
        replace="engine userId userName",
    ),
    Row(
        type="aws:elasticache/userGroup:UserGroup",
        create=Call("create_user_group"),
        read=Call("describe_user_groups", "userGroups[0]"),
        delete="delete_user_group",
        update={"userIds": _move_users},
        wait=ACTIVE,
        id="{userGroupId}",
        outputs="arn",
        sets="userIds",
        tags=TAGS,
        replace="engine userGroupId",
    ),
    Row(
        type="aws:elasticache/replicationGroup:ReplicationGroup",
        create=Call("create_replication_group"),
        read=Call("describe_replication_groups", "replicationGroups[0]"),
        more=(_node,),
        delete=Call("delete_replication_group", takes="finalSnapshotIdentifier"),
        update={
            _CHANGED: Call("modify_replication_group", ApplyImmediately=True),
            "numCacheClusters automaticFailoverEnabled multiAzEnabled": _resize,
            "userGroupIds": _move_groups,
        },
        wait=READY,
        id="{replicationGroupId}",
        names={
            "description": "ReplicationGroupDescription",
            "nodeType": "CacheNodeType",
            "subnetGroupName": "CacheSubnetGroupName",
        },
        found={
            "description": "description",
            "numCacheClusters": "length(memberClusters)",
            "memberClusters": "memberClusters",
            "automaticFailoverEnabled": "automaticFailover == 'enabled'",
            "multiAzEnabled": "multiAZ == 'enabled'",
            "port": "nodeGroups[0].primaryEndpoint.port",
            "primaryEndpointAddress": "nodeGroups[0].primaryEndpoint.address",
            "readerEndpointAddress": "nodeGroups[0].readerEndpoint.address",
            "subnetGroupName": "subnetGroupName",
            "securityGroupIds": "securityGroupIds",
            "engineVersion": "engineVersion",
        },
        outputs="arn clusterEnabled",
        replace="engine port subnetGroupName kmsKeyId atRestEncryptionEnabled transitEncryptionEnabled",
        sets="securityGroupIds userGroupIds",
        write_only="finalSnapshotIdentifier",
        computed="snapshotWindow engineVersion",
        tags=TAGS,
        name="replicationGroupId",
        defaults={
            **dict.fromkeys(("automaticFailoverEnabled", "multiAzEnabled"), False),
            "autoMinorVersionUpgrade": True,
            "numCacheClusters": 1,
            "port": 6379,
            "snapshotRetentionLimit": 0,
        },
    ),
]
