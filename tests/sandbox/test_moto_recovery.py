"""What the laptop cloud adds to moto for a failover, asked by boto3."""

import threading
import time
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from sandbox.cloud import dynamodb, rds_global
from sandbox.providers.aws.kind import Cloud
from sandbox.providers.aws.table import TABLE

ARN = "arn:aws:rds:{0}:123456789012:cluster:{0}"
FIRST, SECOND = ARN.format("us-east-1"), ARN.format("us-west-2")


class Moving:
    """A database whose move takes until it is let through."""

    def __init__(self) -> None:
        self.through, self.moves, self.following = threading.Event(), [], True
        self.trouble = False

    def move(self, source: str, target: str, planned: bool) -> None:
        self.moves.append((source, target, planned))
        self.through.wait(10)
        if self.trouble:
            raise RuntimeError("the database does not move")

    def follows(self, arn: str) -> bool:
        return self.following


@pytest.fixture
def rds(local_aws: None) -> Any:
    """The recovery region's API, with a global database of two regions."""
    clients = {region: boto3.client("rds", region_name=region) for region in ("us-east-1", "us-west-2")}
    clients["us-east-1"].create_global_cluster(GlobalClusterIdentifier="one", Engine="aurora-postgresql")
    for region, client in clients.items():
        user = {"MasterUsername": "root", "ManageMasterUserPassword": True} if region == "us-east-1" else {}
        client.create_db_cluster(
            DBClusterIdentifier=region, Engine="aurora-postgresql", GlobalClusterIdentifier="one", **user
        )
    return clients["us-west-2"]


@pytest.fixture
def moving(monkeypatch: pytest.MonkeyPatch) -> Iterator[Moving]:
    """Puts a database behind the global one."""
    behind = Moving()
    monkeypatch.setattr(rds_global, "behind", lambda _: behind)
    yield behind
    behind.through.set()


def found(rds: Any) -> tuple[str, dict[str, Any], list[str]]:
    """Status, failover state and writers."""
    (cluster,) = rds.describe_global_clusters(GlobalClusterIdentifier="one")["GlobalClusters"]
    writers = [member["DBClusterArn"] for member in cluster["GlobalClusterMembers"] if member["IsWriter"]]
    return cluster["Status"], cluster.get("FailoverState", {}), writers


def settled(rds: Any) -> list[str]:
    """The writers when nothing moves any more."""
    deadline = time.monotonic() + 10
    while found(rds)[0] != "available" and time.monotonic() < deadline:
        time.sleep(0.01)
    return found(rds)[2]


def refused(call: Any, **request: Any) -> str:
    """The code of the refusal."""
    with pytest.raises(ClientError) as error:
        call(**request)
    return str(error.value.response["Error"]["Code"])


def test_a_failover_goes_on_behind_its_answer_and_ends_with_another_writer(rds: Any, moving: Moving):
    request = {"GlobalClusterIdentifier": "one", "TargetDbClusterIdentifier": SECOND}
    answer = rds.failover_global_cluster(**request, AllowDataLoss=True)["GlobalCluster"]
    state = {
        "Status": "failing-over",
        "FromDbClusterArn": FIRST,
        "ToDbClusterArn": SECOND,
        "IsDataLossAllowed": True,
    }
    assert (answer["Status"], answer["FailoverState"]) == ("failing-over", state)
    assert found(rds) == ("failing-over", state, [FIRST])
    assert refused(rds.failover_global_cluster, **request, AllowDataLoss=True) == "InvalidGlobalClusterStateFault"
    moving.through.set()
    assert settled(rds) == [SECOND]
    assert moving.moves == [(FIRST, SECOND, False)]
    assert found(rds)[1] == {}


@pytest.mark.parametrize(
    ("call", "more"), [("switchover_global_cluster", {}), ("failover_global_cluster", {"Switchover": True})]
)
def test_a_switchover_is_planned(rds: Any, moving: Moving, call: str, more: dict[str, bool]):
    moving.through.set()
    getattr(rds, call)(GlobalClusterIdentifier="one", TargetDbClusterIdentifier=SECOND, **more)
    assert settled(rds) == [SECOND]
    assert moving.moves == [(FIRST, SECOND, True)]


def test_a_move_that_fails_leaves_the_writer_where_it_was(rds: Any, moving: Moving, caplog: pytest.LogCaptureFixture):
    moving.trouble = True
    moving.through.set()
    rds.switchover_global_cluster(GlobalClusterIdentifier="one", TargetDbClusterIdentifier=SECOND)
    assert settled(rds) == [FIRST]
    assert f"{SECOND} could not be made the writer" in caplog.text


def test_what_cannot_be_moved_is_refused(rds: Any):
    one = {"GlobalClusterIdentifier": "one"}
    move = rds.switchover_global_cluster
    assert (
        refused(move, GlobalClusterIdentifier="two", TargetDbClusterIdentifier=SECOND) == "GlobalClusterNotFoundFault"
    )
    assert refused(move, **one, TargetDbClusterIdentifier=ARN.format("eu-west-1")) == "DBClusterNotFoundFault"
    assert refused(move, **one, TargetDbClusterIdentifier=FIRST) == "InvalidGlobalClusterStateFault"
    both = {"AllowDataLoss": True, "Switchover": True}
    call = rds.failover_global_cluster
    assert refused(call, **one, TargetDbClusterIdentifier=SECOND, **both) == "InvalidParameterCombination"


def test_a_member_that_does_not_follow_says_so(rds: Any, moving: Moving):
    def states() -> list[str]:
        (cluster,) = rds.describe_global_clusters()["GlobalClusters"]
        return [member["SynchronizationStatus"] for member in cluster["GlobalClusterMembers"]]

    assert states() == ["connected", "connected"]
    moving.following = False
    assert states() == ["connected", "pending-resync"]


def test_a_health_check_keeps_the_alarm_that_it_follows(local_aws: None):
    route53 = boto3.client("route53")
    alarm = {"Region": "us-west-2", "Name": "recovery-active"}
    config = {
        "Type": "CLOUDWATCH_METRIC",
        "AlarmIdentifier": alarm,
        "InsufficientDataHealthStatus": "LastKnownStatus",
    }
    check = route53.create_health_check(CallerReference="one", HealthCheckConfig=config)["HealthCheck"]["Id"]
    kept = route53.get_health_check(HealthCheckId=check)["HealthCheck"]["HealthCheckConfig"]
    assert {key: kept[key] for key in config} == config
    route53.update_health_check(HealthCheckId=check, InsufficientDataHealthStatus="Unhealthy")
    kept = route53.get_health_check(HealthCheckId=check)["HealthCheck"]["HealthCheckConfig"]
    assert (kept["InsufficientDataHealthStatus"], kept["AlarmIdentifier"]) == ("Unhealthy", alarm)


def test_a_member_leaves_once_and_is_removed_though_it_has_left_already(rds: Any):
    one = {"GlobalClusterIdentifier": "one", "DbClusterIdentifier": SECOND}
    rds.remove_from_global_cluster(**one)
    assert refused(rds.remove_from_global_cluster, **one) == "DBClusterNotFoundFault"
    assert refused(rds.remove_from_global_cluster, **one | {"GlobalClusterIdentifier": "two"}) == (
        "GlobalClusterNotFoundFault"
    )
    assert refused(rds.modify_global_cluster, GlobalClusterIdentifier="two") == "GlobalClusterNotFoundFault"
    props = {"globalClusterIdentifier": "one", "arn": SECOND, "skipFinalSnapshot": True}
    TABLE["aws:rds/cluster:Cluster"].delete(Cloud(boto3.Session(), "us-west-2", loopback=False), "us-west-2", props)
    assert rds.describe_db_clusters()["DBClusters"] == []


@pytest.mark.parametrize("operation", sorted(dynamodb.OPERATIONS))
def test_rows_are_served_to_one_request_at_a_time(
    local_aws: None, monkeypatch: pytest.MonkeyPatch, operation: str
) -> None:
    table = boto3.client("dynamodb", region_name="us-west-2")
    keyed = {"TableName": "none", "Key": {"id": {"S": "x"}}}
    wanted = {
        "put_item": {"TableName": "none", "Item": keyed["Key"]},
        "query": {"TableName": "none", "KeyConditionExpression": "id = x"},
        "scan": {"TableName": "none"},
        "batch_get_item": {"RequestItems": {"none": {"Keys": [keyed["Key"]]}}},
        "batch_write_item": {"RequestItems": {"none": [{"PutRequest": {"Item": keyed["Key"]}}]}},
        "transact_get_items": {"TransactItems": [{"Get": keyed}]},
        "transact_write_items": {"TransactItems": [{"Delete": keyed}]},
    }.get(operation, keyed)
    held: list[bool] = []

    class Watched:
        def __enter__(self) -> None:
            held.append(True)

        def __exit__(self, *_: object) -> None:
            held.append(False)

    monkeypatch.setattr(dynamodb, "ALONE", Watched())
    with pytest.raises(ClientError):  # there is no table: who is served is told so
        getattr(table, operation)(**wanted)
    assert held == [True, False]
