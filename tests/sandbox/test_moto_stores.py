"""What the local AWS refuses of caches and brokers, as AWS does."""

import boto3
import pytest
from botocore.exceptions import ClientError

from sandbox.providers.aws.provider import Aws
from tests.sandbox.aws_samples_stores import SAMPLES
from tests.sandbox.aws_world import World, ref, tagging_provider

CACHE, USERS = "aws:elasticache/replicationGroup:ReplicationGroup", "aws:elasticache/userGroup:UserGroup"
STREAM = "aws:msk/cluster:Cluster"


@pytest.fixture
def world(local_aws: None) -> World:
    return World(tagging_provider())


def inputs(world: World, token: str) -> dict:
    return {key: pair.first for key, pair in SAMPLES[token](world).items() if pair.first is not None}


def made(world: World, token: str) -> dict:
    return world.make(token.removeprefix("aws:"), **inputs(world, token))


def client(service: str):
    return boto3.Session("tests", "tests").client(service, region_name="us-east-1")


def refused(call, **parameters) -> str:
    with pytest.raises(ClientError) as error:
        call(**parameters)
    return error.value.response["Error"]["Message"]


def test_a_group_of_users_has_one_that_is_called_default(world: World) -> None:
    made(world, USERS)
    client("elasticache").create_user(
        UserId="one", UserName="one", Engine="redis", AccessString="on ~* +@all", AuthenticationMode={"Type": "iam"}
    )
    call = client("elasticache").create_user_group
    told = refused(call, UserGroupId="other", Engine="redis", UserIds=["one"])
    assert told == "The user group needs to contain a user with the user name default."
    told = refused(client("elasticache").delete_user, UserId="nobody")
    assert told == "User nobody is the default user of a user group."


def test_a_user_of_iam_is_called_what_its_id_is(world: World) -> None:
    call = client("elasticache").create_user
    how = {"Engine": "redis", "AccessString": "on ~* +@all", "AuthenticationMode": {"Type": "iam"}}
    told = refused(call, UserId="one", UserName="two", **how)
    assert told == "User Id and User Name must be the same for users with IAM authentication."


def test_what_a_cache_uses_stays(world: World) -> None:
    cache = made(world, CACHE)
    told = refused(client("elasticache").delete_user_group, UserGroupId="these")
    assert told == f"User group these is in use by {cache['id']}."
    subnets = cache["subnetGroupName"]
    told = refused(client("elasticache").delete_cache_subnet_group, CacheSubnetGroupName=subnets)
    nodes = ", ".join(f"{cache['id']}-{number:03}" for number in (1, 2))
    assert told == f"Cache subnet group {subnets} is currently in use by {nodes}."


def test_a_cache_that_fails_over_keeps_a_replica(world: World) -> None:
    cache = made(world, CACHE)
    call = client("elasticache").decrease_replica_count
    told = refused(call, ReplicationGroupId=cache["id"], NewReplicaCount=0, ApplyImmediately=True)
    assert told == f"{cache['id']} fails over by itself and needs a replica."


def test_the_nodes_of_a_cache_stand_in_different_zones(world: World) -> None:
    cache = made(world, CACHE)
    nodes = client("elasticache").describe_cache_clusters()["CacheClusters"]
    assert [node["PreferredAvailabilityZone"] for node in nodes] == ["us-east-1a", "us-east-1b"]
    assert cache["primaryEndpointAddress"] != cache["readerEndpointAddress"]


def test_a_last_snapshot_outlives_its_cache(world: World) -> None:
    cache = made(world, CACHE)
    client("elasticache").delete_replication_group(ReplicationGroupId=cache["id"], FinalSnapshotIdentifier="last")
    (kept,) = client("elasticache").describe_snapshots()["Snapshots"]
    assert kept["SnapshotName"] == "last"


def test_brokers_stand_in_every_zone_alike(world: World) -> None:
    stream = made(world, STREAM)
    call, version = client("kafka").update_broker_count, stream["currentVersion"]
    told = refused(call, ClusterArn=stream["arn"], CurrentVersion=version, TargetNumberOfBrokerNodes=4)
    assert told == "The number of broker nodes 4 must be a multiple of the 3 subnets."


def test_a_change_of_a_cluster_names_the_version_that_it_changes(world: World) -> None:
    stream = made(world, STREAM)
    call = client("kafka").update_broker_count
    told = refused(call, ClusterArn=stream["arn"], CurrentVersion="K9", TargetNumberOfBrokerNodes=6)
    assert told == "This operation cannot be performed on version K9."


def test_volumes_of_brokers_grow_and_do_not_shrink(world: World) -> None:
    stream = made(world, STREAM)

    def resized(gib: int) -> list[dict]:
        return [{"KafkaBrokerNodeId": "All", "VolumeSizeGB": gib}]

    call = client("kafka").update_broker_storage
    call(ClusterArn=stream["arn"], CurrentVersion="1.0", TargetBrokerEBSVolumeInfo=resized(200))
    told = refused(call, ClusterArn=stream["arn"], CurrentVersion="K2", TargetBrokerEBSVolumeInfo=resized(100))
    assert told == "The volume size of brokers can be increased, not decreased."


def test_a_configuration_in_use_stays(world: World) -> None:
    stream = made(world, STREAM)
    call = client("kafka").delete_configuration
    told = refused(call, Arn=stream["configurationInfo"]["arn"])
    assert told == f"The configuration is used by {stream['clusterName']}."


def test_brokers_are_made_anew_in_other_subnets_or_under_another_key(world: World) -> None:
    aws: Aws = world.aws
    old = inputs(world, STREAM)
    stream = ref(STREAM)
    moved = {**old, "brokerNodeGroupInfo": {**old["brokerNodeGroupInfo"], "clientSubnets": world.subnets[:1]}}
    assert aws.diff(stream, old, moved, {}).replace == {"brokerNodeGroupInfo"}
    other = {**old["encryptionInfo"], "encryptionAtRestKmsKeyArn": world.keys[1]["arn"]}
    assert aws.diff(stream, old, {**old, "encryptionInfo": other}, {}).replace == {"encryptionInfo"}


def roles(cache: dict) -> tuple[dict[str, str], str]:
    """Which node has which role, and the name by which the primary is reached."""
    (group,) = client("elasticache").describe_replication_groups(ReplicationGroupId=cache["id"])["ReplicationGroups"]
    (part,) = group["NodeGroups"]
    held = {each["CacheClusterId"][-3:]: each["CurrentRole"] for each in part["NodeGroupMembers"]}
    return held, part["PrimaryEndpoint"]["Address"]


def code(call, **parameters) -> str:
    with pytest.raises(ClientError) as error:
        call(**parameters)
    return error.value.response["Error"]["Code"]


def test_a_failover_changes_roles_and_not_the_name_of_the_primary(world: World) -> None:
    cache = made(world, CACHE)
    name = cache["primaryEndpointAddress"]
    assert roles(cache) == ({"001": "primary", "002": "replica"}, name)
    move = client("elasticache").test_failover
    answer = move(ReplicationGroupId=cache["id"], NodeGroupId="0001")["ReplicationGroup"]
    assert answer["ReplicationGroupId"] == cache["id"]
    assert roles(cache) == ({"001": "replica", "002": "primary"}, name)
    named, inputs, outputs = world.made[-1]
    assert world.aws.read(named, inputs, outputs) == (inputs, outputs)
    move(ReplicationGroupId=cache["id"], NodeGroupId="0001")
    assert roles(cache) == ({"001": "primary", "002": "replica"}, name)


def test_only_what_fails_over_by_itself_is_tested(world: World) -> None:
    cache = made(world, CACHE)
    call, known = client("elasticache").test_failover, {"ReplicationGroupId": cache["id"], "NodeGroupId": "0001"}
    assert code(call, **known | {"ReplicationGroupId": "other"}) == "ReplicationGroupNotFoundFault"
    assert code(call, **known | {"NodeGroupId": "0002"}) == "NodeGroupNotFoundFault"
    by_hand(cache)
    assert code(call, **known) == "TestFailoverNotAvailableFault"


def by_hand(cache: dict) -> None:
    """Let nobody decide but who asks."""
    off = {"AutomaticFailoverEnabled": False, "MultiAZEnabled": False, "ApplyImmediately": True}
    client("elasticache").modify_replication_group(ReplicationGroupId=cache["id"], **off)


def test_a_replica_is_promoted_by_hand_where_nobody_else_decides(world: World) -> None:
    cache = made(world, CACHE)
    call = client("elasticache").modify_replication_group
    wanted = {"ReplicationGroupId": cache["id"], "PrimaryClusterId": f"{cache['id']}-002", "ApplyImmediately": True}
    assert code(call, **wanted) == "InvalidReplicationGroupState"
    by_hand(cache)
    assert code(call, **wanted | {"PrimaryClusterId": "other-001"}) == "CacheClusterNotFound"
    call(**wanted)
    assert roles(cache) == ({"001": "replica", "002": "primary"}, cache["primaryEndpointAddress"])


def test_a_primary_stays_when_its_replicas_go_and_a_new_one_is_a_replica(world: World) -> None:
    cache = made(world, CACHE)
    client("elasticache").test_failover(ReplicationGroupId=cache["id"], NodeGroupId="0001")
    by_hand(cache)
    asked = {"ReplicationGroupId": cache["id"], "ApplyImmediately": True}
    client("elasticache").decrease_replica_count(**asked, NewReplicaCount=0)
    assert roles(cache)[0] == {"002": "primary"}
    client("elasticache").increase_replica_count(**asked, NewReplicaCount=2)
    assert roles(cache)[0] == {"001": "replica", "002": "primary", "003": "replica"}
    nodes = client("elasticache").describe_cache_clusters()["CacheClusters"]
    assert sorted(node["CacheClusterId"][-3:] for node in nodes) == ["001", "002", "003"]
