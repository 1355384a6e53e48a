"""A pair of regions has one controller, one guard, and one row that both stacks obey."""

import json
from functools import cache
from typing import Any
from unittest import mock

import pulumi
import pytest
import yaml

from components.apps.names import FAILOVER
from infra.stacks import questions
from infra.stacks.provider import aws_provider
from infra.stacks.questions.active import active_region
from infra.stacks.questions.asking import asking
from sandbox.providers.aws.invokes import INVOKES
from services.failover import spec
from services.failover.machine import State
from services.failover.store import Store
from services.failover.switch import KEYS
from tests import kept, local_aws, recorder, records
from tests.recorder import Engine, Record

ACCOUNT, PRIMARY, RECOVERY = "000000000103", "us-east-1", "us-west-2"
CONFIG, GROUP = "kubernetes:core/v1:ConfigMap", "aws:eks/nodeGroup:NodeGroup"
RIGHTS = "kubernetes:rbac.authorization.k8s.io/v1:Role"


def told(engine: Engine) -> spec.Wiring:
    """What the pods are told by name."""
    return spec.Wiring.model_validate_json(engine.one(CONFIG, "failover-wiring").inputs["data"]["wiring.json"])


def resource(engine: Engine) -> dict[str, Any]:
    return engine.one("kubernetes:dr.company.com/v1:Failover").inputs


def policy(engine: Engine) -> list[dict[str, Any]]:
    [found] = [each for each in engine.of("aws:iam/rolePolicy:RolePolicy") if each.name == "failover"]
    return list(json.loads(found.inputs["policy"])["Statement"])


def bridge(engine: Engine) -> dict[str, str]:
    secret: Record = engine.one("kubernetes:core/v1:Secret", "delivery-bridge")
    return dict(secret.inputs["metadata"]["annotations"])


@pytest.mark.req("S-04", "BDR-10")
def test_both_clusters_hold_the_same_failover_which_the_controller_accepts():
    here, there = (resource(records.of_stack(stack)) for stack in ("prod", "dr"))
    assert here == there
    read = spec.Failover.model_validate({key: value for key, value in here.items() if key != "status"})
    assert (read.metadata.name, read.metadata.namespace) == ("payment-service-failover", "failover")
    assert read.spec.primary.model_dump() == {"cluster": "production-us-east-1", "namespace": "payment-service"}
    assert read.spec.secondary.model_dump() == {"cluster": "production-us-west-2", "namespace": "payment-service"}
    for stack in ("prod", "dr"):
        spec.check(read, told(records.of_stack(stack)))


@pytest.mark.req("S-04", "BDR-09")
def test_the_controller_is_wired_to_what_the_stacks_of_both_regions_made():
    dr, prod = records.of_stack("dr"), records.of_stack("prod")
    wiring = told(dr)
    assert (wiring.primary_region, wiring.recovery_region, wiring.rto) == (PRIMARY, RECOVERY, 900)
    assert wiring.table == dr.one("aws:dynamodb/table:Table").inputs["name"]
    assert wiring.topic == dr.one("aws:sns/topic:Topic", "failover").outputs["arn"]
    assert wiring.global_cluster == prod.one("aws:rds/globalCluster:GlobalCluster").inputs["globalClusterIdentifier"]
    assert wiring.primary_database == prod.one("aws:rds/cluster:Cluster").outputs["arn"]
    assert wiring.recovery_database == dr.one("aws:rds/cluster:Cluster").outputs["arn"]
    assert wiring.cluster == dr.one("aws:eks/cluster:Cluster").inputs["name"]
    assert wiring.node_groups == {dr.one(GROUP).outputs["nodeGroupName"]: spec.Size(warm=3, full=6)}
    assert wiring.recovery_endpoint == "https://us-west-2.api.example.com/health"
    secrets = {each.inputs["name"] for each in dr.of("aws:secretsmanager/secret:Secret")}
    assert {wiring.slack_secret, wiring.pagerduty_secret} <= secrets


@pytest.mark.req("BDR-14")
def test_the_replicas_of_a_standby_are_those_that_its_overlay_and_its_primarys_say():
    folder = records.PROJECT / "gitops" / "overlays" / "payment-service" / "production"
    least, most = {}, {}
    for place in (PRIMARY, RECOVERY):
        scaling = yaml.safe_load((folder / place / "payment-service.yaml").read_text())["autoscaling"]
        least[place], most[place] = scaling["minReplicas"], scaling["maxReplicas"]
    [size] = told(records.of_stack("dr")).workloads.values()
    assert (size.warm, size.full) == (least[RECOVERY], least[PRIMARY])
    assert size.full <= most[RECOVERY]


@pytest.mark.req("S-04", "C-32")
def test_the_switch_lies_in_the_recovery_region_with_a_key_of_its_own_and_nowhere_else():
    dr, prod = records.of_stack("dr"), records.of_stack("prod")
    key = dr.one("aws:kms/key:Key", "keys-failover").outputs["arn"]
    table = dr.one("aws:dynamodb/table:Table")
    assert table.inputs["serverSideEncryption"] == {"enabled": True, "kmsKeyArn": key}
    assert key.split(":")[3] == table.outputs["arn"].split(":")[3] == RECOVERY
    alarms = {each.inputs.get("name") for each in dr.of("aws:cloudwatch/metricAlarm:MetricAlarm")}
    assert {records.order("dr").failover_alarm, "platform-failover-silent"} <= alarms
    assert prod.none_of("aws:dynamodb/table:Table")
    for stack in ("dev", "staging", "eu"):
        assert records.of_stack(stack).none_of("platform:apps:Failover")


@pytest.mark.req("S-04", "IAM-02")
def test_the_controllers_role_reaches_what_it_is_wired_to():
    dr = records.of_stack("dr")
    wiring, reach = told(dr), {tuple(each["Action"]): each["Resource"] for each in policy(dr)}
    assert reach["sns:Publish",] == wiring.topic
    assert reach["rds:FailoverGlobalCluster", "rds:SwitchoverGlobalCluster"] == [
        f"arn:aws:rds::{ACCOUNT}:global-cluster:{wiring.global_cluster}",
        wiring.primary_database,
        wiring.recovery_database,
    ]
    [group] = reach["eks:DescribeNodegroup", "eks:UpdateNodegroupConfig"]
    assert f"/{next(iter(wiring.node_groups))}/" in group
    assert not [action for each in policy(dr) for action in each["Action"] if action.startswith(("iam:", "route53:"))]


@pytest.mark.req("S-04", "IAM-02")
def test_the_guards_role_reads_the_recovery_regions_table_and_its_key_by_the_alias_it_has_there():
    prod, dr = policy(records.of_stack("prod")), records.of_stack("dr")
    assert [each["Action"] for each in prod] == [["dynamodb:GetItem"], ["kms:Decrypt"]]
    assert prod[0]["Resource"] == dr.one("aws:dynamodb/table:Table").outputs["arn"]
    alias = prod[1]["Condition"]["ForAnyValue:StringEquals"]["kms:ResourceAliases"]
    assert alias == dr.one("aws:kms/alias:Alias", "keys-failover").inputs["name"]


@pytest.mark.req("S-04", "IAM-02")
@pytest.mark.parametrize("stack", ["prod", "dr"])
def test_in_the_cluster_it_may_size_the_application_and_read_its_own_orders(stack: str):
    rules = {
        (each.inputs["metadata"]["namespace"], rule["apiGroups"][0]): rule
        for each in records.of_stack(stack).of(RIGHTS)
        if each.name.startswith("failover-")
        for rule in each.inputs["rules"]
    }
    named, verbs = ["payment-service"], ["get", "patch"]
    assert rules == {
        ("failover", "dr.company.com"): {
            "apiGroups": ["dr.company.com"],
            "resources": ["failovers"],
            "resourceNames": ["payment-service-failover"],
            "verbs": ["get"],
        },
        ("payment-service", "apps"): {
            "apiGroups": ["apps"],
            "resources": ["deployments", "deployments/scale"],
            "resourceNames": named,
            "verbs": verbs,
        },
        ("payment-service", "autoscaling"): {
            "apiGroups": ["autoscaling"],
            "resources": ["horizontalpodautoscalers"],
            "resourceNames": named,
            "verbs": verbs,
        },
    }


@pytest.mark.req("S-04", "GIT-15")
def test_the_bridge_says_which_of_the_two_runs_and_rolls_it_when_its_orders_change():
    prod, dr = (bridge(records.of_stack(stack)) for stack in ("prod", "dr"))
    assert (prod["failover_overlay"], dr["failover_overlay"]) == ("failover/guard", "failover/controller")
    assert (prod.get("payment_standby"), dr["payment_standby"]) == (None, "enabled")
    assert prod["failover_checksum"] != dr["failover_checksum"]
    assert len(dr["failover_checksum"]) == 64


@cache
def after_failover(stack: str) -> Engine:
    """A stack deployed while the recovery region is active."""

    def make() -> Engine:
        with local_aws.empty(), mock.patch.object(questions, "active_region", mock.AsyncMock(return_value=RECOVERY)):
            return recorder.build(lambda: records.deploy(records.order(stack)), stack)

    return kept.kept(f"{stack}-after-failover", make)


def switched(active: str | None) -> None:
    """The table of the recovery region, with the row that a controller's own code writes."""
    dynamodb = recorder._aws({"region": RECOVERY, "allowedAccountIds": [ACCOUNT]})._cloud({})("dynamodb")
    dynamodb.create_table(
        TableName="platform-failover",
        BillingMode="PAY_PER_REQUEST",
        KeySchema=[{"AttributeName": key, "KeyType": sort} for key, sort in zip(KEYS, ("HASH", "RANGE"), strict=True)],
        AttributeDefinitions=[{"AttributeName": key, "AttributeType": "S"} for key in KEYS],
    )
    if active:
        store = Store(dynamodb, "platform-failover", FAILOVER)
        store.save(store.load(State(active=PRIMARY)), State(active=active, fenced=PRIMARY), (), (), None)


def asked(stack: str) -> str:
    """Which region a stack takes for active."""
    found: list[str] = []

    async def program() -> None:
        ordered = records.order(stack)
        found.append(await active_region(ordered, asking(aws_provider(ordered))))

    recorder.build(lambda: pulumi.run(program), stack)
    return found[0]


@pytest.mark.req("S-04")
@pytest.mark.parametrize("stack", ["prod", "dr"])
def test_both_stacks_obey_the_row_and_take_the_primary_where_there_is_none(local_aws, stack: str):
    assert asked(stack) == PRIMARY
    switched(None)
    assert asked(stack) == PRIMARY


@pytest.mark.req("S-04")
@pytest.mark.parametrize("stack", ["prod", "dr"])
@pytest.mark.parametrize("active", [PRIMARY, RECOVERY])
def test_both_stacks_read_where_the_load_is(local_aws, stack: str, active: str):
    switched(active)
    assert asked(stack) == active


@pytest.mark.req("S-04")
def test_a_row_that_cannot_be_read_stops_the_run_rather_than_undo_a_failover(local_aws, monkeypatch):
    def away(*_: object, **__: object) -> None:
        raise recorder.ProviderError("the region is gone")

    monkeypatch.setitem(INVOKES, "aws:dynamodb/getTableItem:getTableItem", away)
    with pytest.raises(Exception, match="the region is gone"):
        asked("dr")


@pytest.mark.req("S-04", "BDR-14")
def test_an_up_after_a_failover_keeps_the_nodes_that_carry_the_load():
    calm = records.of_stack("dr").one(GROUP).inputs["scalingConfig"]
    carrying = after_failover("dr")
    assert (calm["minSize"], calm["maxSize"]) == (3, 12)
    found = carrying.one(GROUP)
    assert (found.inputs["scalingConfig"]["minSize"], found.inputs["scalingConfig"]["maxSize"]) == (6, 12)
    assert found.options["ignore_changes"] == [f"scalingConfig.{each}Size" for each in ("desired", "min", "max")]
    assert carrying.stack_outputs()["active_region"] == RECOVERY


@pytest.mark.req("S-04", "DATA-03")
@pytest.mark.parametrize("stack", ["prod", "dr"])
def test_an_up_after_a_failover_leaves_the_database_where_it_is(stack: str):
    calm, after = records.of_stack(stack), after_failover(stack)
    [before], [now] = (engine.of("aws:rds/cluster:Cluster") for engine in (calm, after))
    for key in ("globalClusterIdentifier", "replicationSourceIdentifier"):
        assert key in now.options["ignore_changes"]
        assert now.inputs.get(key) == before.inputs.get(key)
