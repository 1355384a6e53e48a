"""A cache: encrypted at rest and on the way, and open to users of IAM only."""

import pulumi
import pytest
from pulumi_aws import ec2

from components.aws.cache import Cache, CacheArgs
from tests.components.aws.parts import HERE, ground, keys

GROUP, USER = "aws:elasticache/replicationGroup:ReplicationGroup", "aws:elasticache/user:User"
USERS = "aws:elasticache/userGroup:UserGroup"
INGRESS = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"


def program(nodes=2, protect=True):
    base = ground()
    args = CacheArgs(
        prefix="production-platform",
        place=HERE,
        vpc_id=base.vpc_id,
        subnet_ids=base.subnet_ids,
        clients={"pods": ec2.SecurityGroup("pods", vpc_id=base.vpc_id).id},
        key_arn=keys("cache").arns["cache"],
        version="7.1",
        node_type="cache.r7g.large",
        nodes=nodes,
        users=("payment-service",),
        protect=protect,
    )
    return Cache("cache", args)


@pytest.mark.req("DATA-01", "KMS-05")
def test_a_cache_is_encrypted_at_rest_with_its_own_key_and_on_the_way(built):
    inputs = built(program).one(GROUP).inputs
    assert inputs["atRestEncryptionEnabled"] is True
    assert ":key/" in inputs["kmsKeyId"]
    assert inputs["transitEncryptionEnabled"] is True


@pytest.mark.req("DATA-01")
def test_a_replica_in_another_zone_takes_over_by_itself(built):
    engine = built(program)
    inputs = engine.one(GROUP).inputs
    assert inputs["numCacheClusters"] == 2
    assert inputs["automaticFailoverEnabled"] is True
    assert inputs["multiAzEnabled"] is True
    subnets = engine.one("aws:elasticache/subnetGroup:SubnetGroup").inputs["subnetIds"]
    assert set(subnets) == {each.id for each in engine.of("aws:ec2/subnet:Subnet")}


@pytest.mark.req("DATA-01")
def test_a_cache_of_one_node_has_nobody_to_fail_over_to(built):
    inputs = built(program, 1).one(GROUP).inputs
    assert inputs["automaticFailoverEnabled"] is False
    assert inputs["multiAzEnabled"] is False


@pytest.mark.req("DATA-01")
def test_users_prove_who_they_are_by_iam_and_the_default_user_can_do_nothing(built):
    engine = built(program)
    users = {each.inputs["userName"]: each.inputs for each in engine.of(USER)}
    assert users["default"]["accessString"] == "off ~* -@all"
    own = users["production-platform-cache-payment-service"]
    assert own["authenticationMode"] == {"type": "iam"}
    assert own["userId"] == own["userName"]
    assert "-@admin -@dangerous" in own["accessString"]
    assert not any("passwords" in each["authenticationMode"] for each in users.values())
    members = engine.one(USERS).inputs["userIds"]
    assert set(members) == {each["userId"] for each in users.values()}
    assert engine.one(GROUP).inputs["userGroupIds"] == [engine.one(USERS).inputs["userGroupId"]]


@pytest.mark.req("DATA-01")
def test_only_clients_reach_the_port_of_the_cache(built):
    engine = built(program)
    (way_in,) = engine.of(INGRESS)
    assert (way_in.inputs["fromPort"], way_in.inputs["toPort"]) == (6379, 6379)
    assert way_in.inputs["referencedSecurityGroupId"] == engine.one("aws:ec2/securityGroup:SecurityGroup", "pods").id
    assert engine.one(GROUP).inputs["securityGroupIds"] == [way_in.inputs["securityGroupId"]]


@pytest.mark.req("DATA-01", "C-33")
def test_a_cache_that_is_protected_leaves_a_last_snapshot_and_others_do_not(built):
    kept = built(program).one(GROUP)
    assert kept.options["protect"] is True
    assert kept.inputs["finalSnapshotIdentifier"] == "production-platform-cache-final"
    assert kept.inputs["snapshotRetentionLimit"] == 7
    loose = built(program, 2, False).one(GROUP)
    assert not loose.options["protect"]
    assert "finalSnapshotIdentifier" not in loose.inputs


def opened():
    access = program().access("payment-service")
    pulumi.export("bridge", access.bridge)
    pulumi.export("statements", access.statements)


@pytest.mark.req("IAM-02", "DATA-01")
def test_a_workload_connects_to_this_cache_as_its_own_user(built):
    engine = built(opened)
    [statement] = engine.stack_outputs()["statements"]
    own = engine.one(USER, "cache-payment-service")
    assert statement["Action"] == ["elasticache:Connect"]
    assert statement["Resource"] == [engine.one(GROUP).outputs["arn"], own.outputs["arn"]]
    bridge = engine.stack_outputs()["bridge"]
    assert bridge["cache_user"] == own.inputs["userId"]
    assert bridge["cache_host"] == engine.one(GROUP).outputs["primaryEndpointAddress"]
