"""How changes get into an environment: what the stack files order, and what no stack file may order."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from infra.config import ConfigurationError, RegionStack, check
from tests import records
from tests.infra.config import orders

CHANGE = {"itsm": "https://itsm.example.com"}
APPLICATION_STACKS = ("dev", "staging", "prod", "dr", "eu")
PRODUCTION_STACKS = ("prod", "dr", "eu")


def order(stack: str) -> Any:
    return records.order(stack).promotion


@pytest.mark.req("ENV-01")
def test_dev_deploys_by_itself_after_unit_and_integration_tests() -> None:
    dev = order("dev")
    assert (dev.automatic, dev.approvers, dev.change) == (True, (), None)
    assert (dev.tests_before, dev.tests_after) == (("unit", "integration"), ())


@pytest.mark.req("ENV-02")
def test_staging_deploys_by_itself_after_integration_end_to_end_and_security_tests() -> None:
    staging = order("staging")
    assert (staging.automatic, staging.approvers, staging.change) == (True, (), None)
    assert staging.tests_before == ("integration", "e2e", "security_scan")


@pytest.mark.req("ENV-03")
@pytest.mark.parametrize("stack", PRODUCTION_STACKS)
def test_production_waits_for_two_teams_and_is_watched_afterwards(stack: str) -> None:
    production = order(stack)
    assert production.automatic is False
    assert production.approvers == ("sre-team", "security-team")
    assert production.tests_after == ("smoke", "canary_analysis")


@pytest.mark.req("ENV-03")
def test_production_is_in_both_of_its_regions() -> None:
    regions = {(records.order(stack).account, records.order(stack).region) for stack in ("prod", "dr")}
    assert regions == {("000000000103", "us-east-1"), ("000000000103", "us-west-2")}


@pytest.mark.req("ENV-05")
@pytest.mark.parametrize("stack", PRODUCTION_STACKS)
def test_production_names_the_itsm_and_the_state_of_an_approved_ticket(stack: str) -> None:
    assert order(stack).change.approved_state == "3"


@pytest.mark.req("ENV-06")
def test_production_follows_staging_and_staging_follows_dev() -> None:
    assert order("staging").after == ("dev",)
    assert {stack: order(stack).after for stack in PRODUCTION_STACKS} == {
        "prod": ("staging",),
        "dr": ("prod",),  # which must be there before its standby is
        "eu": ("staging",),
    }


@pytest.mark.req("ENV-04", "C-21")
def test_every_environment_of_the_documents_has_a_stack_and_europe_has_one_too() -> None:
    environments = {records.order(stack).environment for stack in APPLICATION_STACKS}
    assert environments == {"dev", "staging", "production", "dr", "eu"}


@pytest.mark.req("ENV-04", "C-21")
@pytest.mark.parametrize("environment", ["prod", "production"])
def test_prod_means_production(environment: str) -> None:
    stack = orders.stack(orders.PRODUCTION, environment=environment)
    assert stack.environment == stack.tags["Environment"] == "production"


@pytest.mark.req("ENV-06")
@pytest.mark.parametrize("stack", APPLICATION_STACKS)
def test_every_environment_has_values_of_its_own(stack: str) -> None:
    overlay = records.order(stack).apps.payment.overlay
    assert (records.PROJECT / "gitops/overlays" / overlay).is_dir()
    others = [records.order(each).apps.payment.overlay for each in APPLICATION_STACKS if each != stack]
    assert overlay not in others


def test_a_stack_that_says_nothing_is_deployed_by_people_only() -> None:
    promotion = orders.stack(orders.DEV).promotion
    assert (promotion.automatic, promotion.tests, promotion.approvers, promotion.after) == (False, (), (), ())


@pytest.mark.req("ENV-03")
def test_production_never_deploys_by_itself() -> None:
    changes = {"promotion": {"automatic": True, "tests": ["smoke", "canary_analysis"]}}
    assert orders.refusals(orders.PRODUCTION, changes) == [
        "promotion.automatic = true: lets a pipeline change production by itself; set false",
        "promotion.approvers: names 0 of the 2 groups that production needs; add sre-team and security-team",
        "promotion.change: is missing, and no change of production goes without a ticket; name the ITSM",
    ]


@pytest.mark.req("ENV-03")
def test_one_group_is_not_enough_for_production() -> None:
    assert orders.refusals(orders.PRODUCTION, {"promotion.approvers": ["sre-team"]}) == [
        "promotion.approvers: names 1 of the 2 groups that production needs; add sre-team and security-team"
    ]


@pytest.mark.req("ENV-03")
@pytest.mark.parametrize(("tests", "lacks"), [(["smoke"], "canary_analysis"), ([], "smoke and canary_analysis")])
def test_production_is_watched(tests: list[str], lacks: str) -> None:
    assert orders.refusals(orders.PRODUCTION, {"promotion.tests": tests}) == [
        f"promotion.tests: lacks {lacks}, which production must pass; add them"
    ]


@pytest.mark.req("ENV-05")
def test_production_names_a_ticket_system() -> None:
    assert orders.refusals(orders.PRODUCTION, {"promotion.change": orders.ABSENT}) == [
        "promotion.change: is missing, and no change of production goes without a ticket; name the ITSM"
    ]


@pytest.mark.parametrize(("waits", "value"), [("approvers", ["sre-team"]), ("change", CHANGE)])
def test_what_needs_a_person_is_not_automatic(waits: str, value: Any) -> None:
    assert orders.refusals(orders.DEV, {"promotion": {"automatic": True, waits: value}}) == [
        f"promotion.automatic = true: contradicts {waits}, for which a person is needed; set false, or drop them"
    ]


@pytest.mark.req("PLT-09")
def test_a_stack_does_not_wait_for_what_it_publishes_itself() -> None:
    key = "phase7/deploy/complete"
    assert orders.refusals(orders.DEV, {"promotion": {"wait_for": [key], "publish": key}}) == [
        f"promotion.publish = {key}: is waited for by the same stack, which would never begin; name another key"
    ]


@pytest.mark.parametrize(
    ("changes", "line"),
    [
        ({"approvers": ["SRE Team"]}, "approvers[0]: is no group; write its short name, such as sre-team"),
        (
            {"publish": "complete"},
            "publish = complete: is no coordination key; "
            "write two or more words joined by slashes, such as phase7/impl/complete",
        ),
        (
            {"change": {"itsm": "http://itsm.example.com"}},
            "change.itsm = http://itsm.example.com: is no ITSM; "
            "write https:// and its host, without path or credentials",
        ),
        (
            {"after": ["Pulumi.dev.yaml"]},
            "after[0] = Pulumi.dev.yaml: is no stack; write what its file has between Pulumi. and .yaml, such as dev",
        ),
        (
            {"tests": ["vibes"]},
            "tests[0] = vibes: is not offered; "
            "choose 'unit', 'integration', 'e2e', 'security_scan', 'smoke' or 'canary_analysis'",
        ),
    ],
)
def test_what_cannot_be_meant_is_refused(changes: dict[str, Any], line: str) -> None:
    assert orders.refusals(orders.DEV, {"promotion": changes}) == [f"promotion.{line}"]


@pytest.mark.req("ENV-05")
@pytest.mark.parametrize("state", [3, "approved", "100"])
def test_the_state_of_a_ticket_is_a_number_in_quotes(state: object) -> None:
    assert orders.refusals(orders.PRODUCTION, {"promotion.change.approved_state": state}) == [
        f'promotion.change.approved_state = {state}: is no state of a ticket; write its number in quotes, such as "3"'
    ]


@pytest.mark.parametrize("setting", ["tests", "approvers", "after", "wait_for", "announce"])
def test_nothing_is_named_twice(setting: str) -> None:
    value = {"tests": "unit", "announce": "slack", "wait_for": "phase7/impl/complete"}.get(setting, "one")
    assert orders.refusals(orders.DEV, {"promotion": {setting: [value, value]}}) == [
        f"promotion.{setting}: names {value} more than once; give each once"
    ]


def test_a_stack_follows_stacks_that_exist(tmp_path: Path) -> None:
    files = {"dev": orders.DEV, "global": orders.GLOBAL}
    changed = {**files, "dev": orders.edited(orders.DEV, {"promotion": {"after": ["stagin"]}})}
    for name, settings in changed.items():
        (tmp_path / f"Pulumi.{name}.yaml").write_text(yaml.safe_dump({"config": {"platform:stack": dict(settings)}}))
    with pytest.raises(ConfigurationError) as refused:
        check(tmp_path / "Pulumi.dev.yaml", orders.TODAY)
    assert str(refused.value) == (
        "Pulumi.dev.yaml: 1 setting cannot stand\n"
        "  platform:stack.promotion.after[0] = stagin: has no other stack file of that name; choose from global"
    )
    assert isinstance(orders.stack(orders.DEV), RegionStack)
