"""Two regions that recover one another: where the other may lie, and that both stack files say the same."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import yaml

from infra.config import check, errors, pairs
from infra.config.errors import ConfigurationError
from infra.config.source import parse
from tests.assurance.orders import order, plan, refusals, stack
from tests.infra.config.orders import ABSENT, FILE, TODAY, edited

PEERS = [
    ("us-east-1", "is the region itself; name the one that stands by, or leave it out"),
    ("us-gov-east-1", "lies in another partition than us-east-1; choose a region of the same"),
]


@pytest.mark.req("BDR-03", "GOV-02")
@pytest.mark.parametrize(("peer", "rule"), PEERS)
def test_a_region_stands_by_in_another_region_of_the_same_partition(peer: str, rule: str):
    assert refusals("prod", {"peer": peer}) == [f"peer = {peer}: {rule}"]


@pytest.mark.req("C-31", "DATA-04")
def test_data_of_the_eu_recovers_in_the_eu_or_in_its_own_region_only():
    """The plan of production, taken to the EU."""
    european = order("prod", {"failover.detection.host": "eu-west-1.api.example.com"})
    european.update(region="eu-west-1", image_mirror="000000000100.dkr.ecr.eu-west-1.amazonaws.com")
    european["network"]["zones"] = ["eu-west-1a", "eu-west-1b", "eu-west-1c"]

    with pytest.raises(ConfigurationError) as refused:
        parse(european, FILE, TODAY)
    assert str(refused.value) == (
        f"{FILE}: 1 setting cannot stand\n"
        "  platform:stack.recovery.peer = us-west-2: takes data of eu-west-1 out of the EU; choose a region of the EU, "
        "or leave it out: the region then survives the loss of a zone"
    )
    european["recovery"]["peer"] = "eu-central-1"
    parse(european, FILE, TODAY)
    assert stack("eu").recovery.peer is None


def put(folder: Path, name: str, changes: dict[str, Any] | None = None, application: str = "platform") -> Path:
    """A stack file in a network of its own, and in an account of its application's in its part of the world."""
    number = 3 * ["platform", "ledger"].index(application) + ["prod", "dr", "eu"].index(name)
    own = {
        "environment": name,
        "application": application,
        "network.cidr": f"10.{number}.0.0/16",
        "account": f"00000000020{number - (name == 'dr')}",
        "account_roles": name != "dr",
        "audit.global_events": name != "dr",
        "guardrails.whole_account": name != "dr",
    }
    path = folder / f"Pulumi.{name}.yaml" if application == "platform" else folder / f"Pulumi.{application}-{name}.yaml"
    found = edited(order(name, changes), own)
    path.write_text(yaml.safe_dump({"config": {"platform:stack": found}}, sort_keys=False))
    return path


def said(path: Path) -> list[str]:
    """What is said of a stack file beside the others; nothing if it stands."""
    try:
        check(path, TODAY)
    except ConfigurationError as error:
        return [line.removeprefix("  platform:stack.recovery.") for line in str(error).splitlines()[1:]]
    return []


@pytest.mark.req("BDR-03", "BDR-14")
def test_both_regions_of_a_pair_follow_one_plan(tmp_path: Path):
    prod, dr, eu = (put(tmp_path, name) for name in ("prod", "dr", "eu"))
    assert [said(path) for path in (prod, dr, eu)] == [[], [], []]

    put(tmp_path, "dr", {"failover.delay_seconds": 120, "data.cache.restore_minutes": 2})
    rule = "and both regions of a pair follow one plan; write the same in both"
    assert said(prod) == [f"{key}: differs from Pulumi.dr.yaml, {rule}" for key in ("failover", "data")]
    assert said(dr) == [f"{key}: differs from Pulumi.prod.yaml, {rule}" for key in ("failover", "data")]


@pytest.mark.req("BDR-03")
def test_a_pair_has_one_primary_and_one_standby(tmp_path: Path):
    itself = {"environment": "dr", "cluster": "production-us-west-2"}
    prod, dr = put(tmp_path, "prod"), put(tmp_path, "dr", {"role": "primary", "failover.primary": itself})
    rule = "says too, and a pair has one primary and one standby; change it in one of them"

    assert said(prod)[0] == f"role: is what Pulumi.dr.yaml {rule}"
    assert said(dr)[0] == f"role = primary: is what Pulumi.prod.yaml {rule}"


@pytest.mark.req("BDR-03")
def test_a_region_that_stands_by_says_so_itself(tmp_path: Path):
    prod, dr = put(tmp_path, "prod"), put(tmp_path, "dr", {"peer": "us-east-2"})
    rule, remedy = "is where no stack file of account 000000000200 pairs with", "give one there the same recovery, with"

    assert said(prod) == [f"peer = us-west-2: {rule} us-east-1; {remedy} role: standby and peer: us-east-1"]
    assert said(dr) == [f"peer = us-east-2: {rule} us-west-2; {remedy} role: primary and peer: us-west-2"]


@pytest.mark.req("BDR-03")
def test_a_pair_of_another_account_in_the_same_regions_is_another_pair(tmp_path: Path):
    plan = {"failover.delay_seconds": 120}
    pairs_ = [
        (put(tmp_path, "prod"), put(tmp_path, "dr")),
        (put(tmp_path, "prod", plan, "ledger"), put(tmp_path, "dr", plan, "ledger")),
    ]
    assert [said(path) for pair in pairs_ for path in pair] == [[], [], [], []]
    pairs_[0][1].unlink()
    assert [line.partition(":")[0] for line in said(pairs_[0][0])] == ["peer = us-west-2"]


def test_a_plan_that_cannot_stand_is_told_of_its_own_file_only(tmp_path: Path):
    prod, dr = put(tmp_path, "prod"), put(tmp_path, "dr", {"failovers_per_year": 0})

    assert said(prod) == []
    assert said(dr) == ["failovers_per_year = 0: is too small; give at least 1"]


@pytest.mark.req("BDR-14", "C-02")
def test_what_production_has_can_be_lost_and_the_plan_says_how_it_comes_back():
    silent = plan("prod", {"data.streaming": ABSENT})

    assert having(recovery=plan("prod")) == []
    assert having(recovery=silent) == [
        (("recovery", "data"), "says nothing of streaming, which the stack has; say how each comes back")
    ]
    rule = "is required where production has data (database, streaming); say what may be lost, and for how long"
    assert having(recovery=None) == [(("recovery",), rule)]
    assert having(recovery=None, production=False) == []
    assert having(recovery=None, data=None) == []


def having(**settings: Any) -> list[tuple[errors.Path, str]]:
    """What is said of a stack with a database and a stream."""
    data = SimpleNamespace(database=True, cache=None, streaming=True)
    stack: Any = SimpleNamespace(**{"region": "us-east-1", "production": True, "data": data, **settings})
    return [(problem.at, problem.rule) for problem in pairs.problems(stack)]
