"""The rotation of an administrator's password: four steps, each safe to repeat, none of which tells the password."""

import json

import boto3
import pytest

from services.rotation import administrator

VERSION = "0" * 32
NAME = "production-platform-database-administrator"


@pytest.fixture
def secret(local_aws: None, monkeypatch: pytest.MonkeyPatch) -> str:
    """A secret in the middle of a rotation, and the cluster that it is for."""
    monkeypatch.setenv("CLUSTER", "database")
    monkeypatch.setenv("USERNAME", "platform")
    monkeypatch.setenv("GLOBAL_DATABASE", "platform-global")
    boto3.client("rds").create_global_cluster(GlobalClusterIdentifier="platform-global", Engine="aurora-postgresql")
    boto3.client("rds").create_db_cluster(
        DBClusterIdentifier="database",
        Engine="aurora-postgresql",
        GlobalClusterIdentifier="platform-global",
        MasterUsername="platform",
        MasterUserPassword="never-used-again",  # the first one, which the rotation replaces
    )
    client = boto3.client("secretsmanager")
    arn: str = client.create_secret(Name=NAME, SecretString=json.dumps({"username": "platform"}))["ARN"]
    return arn


def _step(name: str, secret: str, version: str = VERSION) -> None:
    administrator.handler({"Step": name, "SecretId": secret, "ClientRequestToken": version}, None)


def _value(secret: str, stage: str = "AWSCURRENT") -> dict[str, str]:
    answer: dict[str, str] = json.loads(
        boto3.client("secretsmanager").get_secret_value(SecretId=secret, VersionStage=stage)["SecretString"]
    )
    return answer


STEPS = ("createSecret", "setSecret", "testSecret", "finishSecret")


@pytest.mark.req("SEC-05")
def test_after_the_four_steps_the_new_password_is_current_and_the_cluster_has_it(
    secret: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    given: list[str] = []
    real = boto3.client

    def spy(service: str, *args: object) -> object:
        client = real(service, *args)
        if service == "rds":
            modify = client.modify_db_cluster
            client.modify_db_cluster = lambda **asked: (given.append(asked["MasterUserPassword"]), modify(**asked))
        return client

    monkeypatch.setattr(administrator.boto3, "client", spy)
    for step in STEPS:
        _step(step, secret)
    current = _value(secret)
    assert current["username"] == "platform"
    assert len(current["password"]) == administrator.LENGTH
    assert given == [current["password"]]


@pytest.mark.req("SEC-05")
@pytest.mark.parametrize("repeated", STEPS)
def test_a_step_that_is_repeated_changes_nothing(secret: str, repeated: str) -> None:
    for step in STEPS:
        _step(step, secret)
        before = _value(secret, "AWSPENDING" if step != "finishSecret" else "AWSCURRENT")
        if step == repeated:
            _step(step, secret)
        assert _value(secret, "AWSPENDING" if step != "finishSecret" else "AWSCURRENT") == before


@pytest.mark.req("SEC-05")
def test_the_old_password_stays_current_until_the_last_step(secret: str) -> None:
    for step in STEPS[:-1]:
        _step(step, secret)
        assert _value(secret) == {"username": "platform"}


@pytest.mark.req("SEC-05", "C-03")
@pytest.mark.parametrize("step", ["createSecret", "setSecret"])
def test_a_cluster_that_follows_another_region_is_not_touched(secret: str, step: str) -> None:
    for earlier in STEPS[: STEPS.index(step)]:
        _step(earlier, secret)
    before = boto3.client("secretsmanager").describe_secret(SecretId=secret)["VersionIdsToStages"]
    there = boto3.client("rds", region_name="us-west-2").create_db_cluster(
        DBClusterIdentifier="standby", Engine="aurora-postgresql", GlobalClusterIdentifier="platform-global"
    )["DBCluster"]["DBClusterArn"]
    move = {"GlobalClusterIdentifier": "platform-global", "TargetDbClusterIdentifier": there}
    boto3.client("rds").failover_global_cluster(**move, AllowDataLoss=True)

    with pytest.raises(administrator.RotationError) as refused:
        _step(step, secret)
    assert str(refused.value) == (
        f"database is a reader of the global database platform-global, which {there} writes; nothing was changed. "
        "Rotate again once it writes, or go on where the writer is, as the runbook of the failover says"
    )
    assert boto3.client("secretsmanager").describe_secret(SecretId=secret)["VersionIdsToStages"] == before
    here = boto3.client("rds").describe_db_clusters(DBClusterIdentifier="database")["DBClusters"][0]["DBClusterArn"]
    boto3.client("rds").switchover_global_cluster(**move | {"TargetDbClusterIdentifier": here})
    for later in STEPS[STEPS.index(step) :]:
        _step(later, secret)
    assert len(_value(secret)["password"]) == administrator.LENGTH


def test_a_cluster_whose_global_database_was_dissolved_rotates_as_ever(secret: str) -> None:
    rds = boto3.client("rds")
    arn = rds.describe_db_clusters(DBClusterIdentifier="database")["DBClusters"][0]["DBClusterArn"]
    rds.remove_from_global_cluster(GlobalClusterIdentifier="platform-global", DbClusterIdentifier=arn)
    rds.delete_global_cluster(GlobalClusterIdentifier="platform-global")
    before = _value(secret)
    for step in STEPS:
        _step(step, secret)
    assert _value(secret) != before


def test_a_version_that_is_not_pending_is_refused(secret: str) -> None:
    with pytest.raises(administrator.RotationError, match="is not staged as AWSPENDING; start the rotation anew"):
        _step("setSecret", secret)


def test_an_unknown_step_is_named_with_those_that_there_are(secret: str) -> None:
    with pytest.raises(
        administrator.RotationError, match="eraseSecret is no step of a rotation; choose from createSec"
    ):
        _step("eraseSecret", secret)
