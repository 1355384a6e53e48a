"""The managed stores of a region: which, where, and who gets to them."""

import re
from dataclasses import MISSING, fields
from functools import partial

import pulumi
import pytest
import yaml

from components.aws.membership import Membership
from components.aws.place import Place
from infra import stacks
from infra.config.failover import FailoverConfig
from infra.config.source import stack_of
from infra.stacks.membership import membership
from infra.stacks.questions.writer import refuse_alone
from sandbox.home import PROJECT
from tests import local_aws, recorder, records

EGRESS = "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule"
BRIDGE = "kubernetes:core/v1:Secret"
STORES = {
    "prod": {"database", "cache", "streaming"},
    "dr": {"database", "cache", "streaming"},
    "eu": {"database", "cache", "streaming"},
    "staging": {"database", "cache", "streaming"},
    "dev": set(),
}


def annotations(stack):
    return records.of_stack(stack).one(BRIDGE, "delivery-bridge").inputs["metadata"]["annotations"]


@pytest.mark.req("DATA-02", "C-34", "GIT-15")
@pytest.mark.parametrize("stack", STORES)
def test_git_learns_of_the_stores_that_the_region_has(stack):
    heads = {key.split("_")[1] for key in annotations(stack) if key.startswith("payment_")}
    assert heads & {"database", "cache", "streaming"} == STORES[stack]


@pytest.mark.req("DATA-02")
@pytest.mark.parametrize(("stack", "made_by"), [("prod", "prod"), ("dr", "prod"), ("eu", "eu"), ("staging", "staging")])
def test_the_service_is_told_of_the_database_that_its_cluster_or_its_writers_has(stack, made_by):
    made = records.of_stack(made_by).one("aws:rds/cluster:Cluster").inputs
    assert annotations(stack)["payment_database_name"] == made["databaseName"]


@pytest.mark.req("DATA-02", "GIT-15")
def test_what_the_bridge_says_of_a_store_reaches_the_service_under_the_same_name():
    told = {key for key in annotations("prod") if key.startswith(tuple(f"payment_{each}_" for each in STORES["prod"]))}
    patch = yaml.safe_load((PROJECT / "gitops/apps/payment-service.yaml").read_text())["spec"]["templatePatch"]
    handed = re.findall(r'set \$stores "(\w+)" (\S+)', patch)
    assert {f"payment_{name.lower()}" for name, _ in handed} == told
    for name, value in handed:
        assert value in (".", f"$.metadata.annotations.payment_{name.lower()}")


@pytest.mark.req("NP-04")
def test_pods_are_let_out_to_the_subnets_of_the_stores():
    subnets = records.of_stack("prod").of("aws:ec2/subnet:Subnet")
    stores = [each.inputs["cidrBlock"] for each in subnets if "-database-" in each.name]
    assert annotations("prod")["payment_store_cidrs"].split(",") == stores
    assert len(stores) == 3


@pytest.mark.req("DATA-03")
def test_a_standby_reads_where_it_follows_and_its_primary_where_it_writes():
    for stack, same in (("prod", True), ("eu", True), ("dr", False)):
        told = annotations(stack)
        assert (told["payment_database_read_host"] == told["payment_database_host"]) is same, stack


@pytest.mark.req("NET-09", "DATA-02")
def test_pods_that_reach_nothing_outside_reach_their_stores():
    engine = records.of_stack("prod")
    ports = {
        each.name.removeprefix("pods-"): each.inputs["fromPort"]
        for each in engine.of(EGRESS)
        if each.name in ("pods-database", "pods-cache", "pods-streaming")
    }
    assert ports == {"database": 5432, "cache": 6379, "streaming": 9098}
    assert not [each for each in records.of_stack("staging").of(EGRESS) if each.name == "pods-database"]


@pytest.mark.req("DATA-03", "C-03")
def test_the_replica_may_be_five_seconds_behind_before_somebody_hears():
    cluster = records.of_stack("dr").one("aws:rds/cluster:Cluster").inputs["clusterIdentifier"]
    (lag,) = [
        each.inputs
        for each in records.of_stack("dr").of("aws:cloudwatch/metricAlarm:MetricAlarm")
        if each.inputs.get("metricName") == "AuroraGlobalDBReplicationLag"
    ]
    assert (lag["threshold"], lag["dimensions"]) == (5000, {"DBClusterIdentifier": cluster})


@pytest.mark.req("C-03")
def test_a_standby_names_the_stack_that_comes_before_it_and_only_a_preview_does_without():
    standby = records.order("dr")

    async def nobody(*_, **__):
        raise AssertionError("a preview asks for no database")

    with local_aws.empty():
        recorder.build(lambda: pulumi.run(partial(refuse_alone, standby, nobody)), preview=True)
        with pytest.raises(pulumi.RunError) as refused:
            recorder.build(lambda: stacks.deploy(standby))
    assert stack_of(Place(account=standby.account, region="eu-north-1")) == stack_of(None) == "STACK"
    assert str(refused.value) == (
        f"account {standby.account} has no global database platform-global, which this stack's database joins; "
        "deploy its writer first: `pulumi up --stack prod`"
    )


@pytest.mark.req("C-03")
def test_a_pair_shares_a_database_also_where_nothing_moves_by_itself():
    for name, role in (("prod", "writer"), ("dr", "reader")):
        stack = records.order(name)
        bare = stack.recovery.model_copy(update={"failover": None})
        found = membership(stack.model_copy(update={"recovery": bare}))
        assert found is not None
        assert (found.role, found.name) == (role, "platform-global")
        assert found.max_lag_seconds == FailoverConfig.model_fields["lag_threshold_seconds"].default


@pytest.mark.req("C-03")
def test_how_far_behind_a_reader_may_be_is_said_by_the_plan_alone():
    assert all(each.default is MISSING for each in fields(Membership))
    stack = records.order("dr")
    patient = stack.recovery.failover.model_copy(update={"lag_threshold_seconds": 30})
    plan = stack.recovery.model_copy(update={"failover": patient})
    found = membership(stack.model_copy(update={"recovery": plan}))
    assert found is not None
    assert found.max_lag_seconds == 30
