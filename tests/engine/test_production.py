"""Production, its recovery region, staging and the EU, side by side on one laptop cloud."""

import json
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from sandbox.drill.estate import estate
from sandbox.drill.run import drill
from sandbox.engine.stack import EngineError
from tests.engine.laptop import Laptop

pytestmark = pytest.mark.engine

ACCOUNT, PRIMARY, RECOVERY = "000000000103", "us-east-1", "us-west-2"
STAGING_ACCOUNT, EU_ACCOUNT = "000000000102", "000000000104"


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Laptop]:
    """Both regions, up and healthy: whoever orders the standby gets the primary first."""
    laptop = Laptop(tmp_path_factory.mktemp("pair"))
    try:
        shown = laptop.must("preview", "prod")
        assert "to create" in shown
        laptop.must("up", "dr")
        yield laptop
    finally:
        laptop.command("reset")


@pytest.mark.req("BDR-03", "DATA-03", "EKS-12")
def test_two_clusters_stand_in_two_regions_and_one_database_has_a_writer_and_a_reader(pair: Laptop) -> None:
    names = {region: pair.client("eks", ACCOUNT, region).list_clusters()["clusters"] for region in (PRIMARY, RECOVERY)}
    assert names == {PRIMARY: ["production-us-east-1"], RECOVERY: ["production-us-west-2"]}
    (database,) = pair.client("rds", ACCOUNT).describe_global_clusters()["GlobalClusters"]
    members = {each["DBClusterArn"].split(":")[3]: each["IsWriter"] for each in database["GlobalClusterMembers"]}
    assert members == {PRIMARY: True, RECOVERY: False}


@pytest.mark.req("SEC-07")
def test_the_administrators_password_is_in_both_regions_and_nowhere_in_the_state(pair: Laptop) -> None:
    name = "production-platform-database-administrator"
    values = {
        pair.client("secretsmanager", ACCOUNT, region).get_secret_value(SecretId=name)["SecretString"]
        for region in (PRIMARY, RECOVERY)
    }
    (value,) = values
    password = json.loads(value)["password"]
    assert len(password) == 40
    kept = pair.checkpoint("prod") + pair.checkpoint("dr")
    assert not [form for form in (password, json.dumps(password)[1:-1]) if form.encode() in kept]


@pytest.mark.req("BDR-09", "BDR-14", "C-03", "C-32", "S-04")
def test_a_drill_on_both_stacks_moves_the_load_and_no_run_takes_it_back_until_the_fail_back(pair: Laptop) -> None:
    folder = Path(tempfile.mkdtemp(prefix="drill-"))  # pytest's folders are closed to the databases' account
    result = drill(folder, estate(pair.home, 3, folder, pair.checkout), print)
    assert [each for each in result.checks if not each.held] == []
    assert [each.what for each in result.checks] == [
        "the writes lost are those that the standby did not have",
        "the standby carries the load",
        f"the next run of the stack of {RECOVERY} takes nothing back",
        "nothing moves by itself when the region returns",
        "the guard stops the writers of the old primary",
        f"the next run of the stack of {PRIMARY} takes nothing back",
        "the fail-back loses nothing",
        "one promotion",
        f"no call to {PRIMARY}",
        "the role of `run` allows its calls",
        "the role of `guard` allows its calls",
        "recovery time within its bound",
        "lost writes within their bound",
        "chat and pager were told what the journal says",
        "after the fail-back all is as before",
    ]
    assert 0 < len(result.lost) < 100
    shutil.rmtree(folder)


def test_a_second_up_of_both_changes_nothing(pair: Laptop) -> None:
    pair.must_rest("dr")


@pytest.mark.req("BDR-03")
def test_the_recovery_region_is_previewed_and_updated_while_the_home_region_of_the_partition_is_lost(
    pair: Laptop,
) -> None:
    with pair.losing(PRIMARY) as refused:
        with pair.edited("Pulumi.dr.yaml", ("max: 12", "max: 14")):
            shown = pair.must("preview", "dr", "--alone")
            assert "~ 1 to update" in shown
            assert "Policy Packs run:" in shown
            told = pair.must("up", "dr", "--alone")
            assert "~ 1 updated" in told
            assert "deploying dr" in told
            assert "deploying prod" not in told
        pair.must("up", "dr", "--alone")
        assert refused == []
        with pytest.raises(EngineError, match=f"{PRIMARY} is lost"):
            pair.changes("dr")
        assert {"iam", "budgets"} <= {request.service for request in refused}


@pytest.mark.req("C-33")
def test_production_is_not_destroyed_and_says_what_protects_it(pair: Laptop) -> None:
    needed = pair.command("down", "prod")
    assert needed.status == 1
    assert (
        "prod is needed by dr; run `make down STACK=dr` first\nprod is protected, nothing was destroyed." in needed.text
    )
    assert "aws:rds/globalCluster:GlobalCluster" in needed.text
    before = pair.checkpoint("dr")
    refused = pair.command("down", "dr")
    assert refused.status == 1
    assert "dr is protected, nothing was destroyed. What stands in the way:" in refused.text
    for kind in ("aws:rds/cluster:Cluster", "aws:kms/key:Key"):
        assert kind in refused.text
    assert pair.checkpoint("dr") == before


@pytest.mark.req("C-37", "ENV-03", "ENV-05")
def test_production_waits_for_a_team_and_a_ticket_and_is_not_touched_meanwhile(pair: Laptop) -> None:
    answers, before = pair.home.root / "answers.yaml", pair.checkpoint("prod")
    answers.write_text("withheld: [security-team]\ntickets: {CHG0000001: 1}\n")
    try:
        refused = pair.command("up", "prod")
    finally:
        answers.unlink()
    assert refused.status == 1
    assert (
        "prod waits, and nothing was changed. It waits for:\n"
        "  security-team: nobody of it but the one who asks has agreed; approve prod-security-team\n"
        "  CHG0000001: is in state 1 and not 3; have it approved first"
    ) in refused.text
    assert pair.checkpoint("prod") == before
    assert "prod: the deployment waits for security-team and 1 more" in (pair.home.logs / "received.jsonl").read_text()


@pytest.mark.req("BDR-03", "C-33")
def test_staging_and_the_eu_stand_beside_them_where_nothing_is_known_of_charts_and_staging_goes(
    pair: Laptop, tmp_path: Path
) -> None:
    bare = {"UPSTREAM_DIR": str(tmp_path)}  # a machine that has the clone and nothing else
    pair.must("up", "eu", **bare)
    pair.client("ec2", STAGING_ACCOUNT).describe_vpcs()  # makes the account's default network
    before = set(pair.census())
    pair.must("up", "staging", **bare)
    places = ((ACCOUNT, PRIMARY), (ACCOUNT, RECOVERY), (STAGING_ACCOUNT, PRIMARY), (EU_ACCOUNT, "eu-west-1"))
    assert [pair.client("eks", *place).list_clusters()["clusters"] for place in places] == [
        ["production-us-east-1"], ["production-us-west-2"], ["staging-platform"], ["production-eu-west-1"]
    ]  # fmt: skip
    for stack in ("eu", "staging"):
        pair.must_rest(stack, **bare)
    pair.must("down", "staging", **bare)
    pair.must_hold_only_doomed_keys_beyond(before)
    assert "eu: " in pair.must("status", "eu")
