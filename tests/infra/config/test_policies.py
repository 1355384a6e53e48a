"""Exemptions and approvals in a stack file: somebody answers for each, and each ends."""

from datetime import date, timedelta
from typing import Any

import pytest

from tests.infra.config import orders

RESOURCE = "platform:aws:Keys$aws:kms/key:Key::keys-eks"
EXEMPTION = {
    "rule": "open-ingress",
    "resource": RESOURCE,
    "owner": "platform-team",
    "reason": "A partner without fixed addresses calls it.",
    "expires": "2027-01-31",
}
APPROVAL = {
    "resource": RESOURCE,
    "change": "replace",
    "owner": "platform-team",
    "reason": "Nothing is encrypted with it any more.",
    "expires": "2026-12-01",
}


@pytest.mark.parametrize("expires", ["2026-12-01", date(2026, 12, 1), "2026-12-01T00:00:00Z"])
def test_an_approval_names_resource_change_owner_reason_and_a_day(expires: Any) -> None:
    stack = orders.stack(orders.PRODUCTION, approvals=[APPROVAL | {"expires": expires}])
    (approval,) = stack.approvals
    assert (approval.resource, approval.change, approval.owner) == (RESOURCE, "replace", "platform-team")
    assert approval.expires == date(2026, 12, 1)


@pytest.mark.parametrize("key", sorted(APPROVAL))
def test_an_approval_leaves_nothing_out(key: str) -> None:
    short = {name: value for name, value in APPROVAL.items() if name != key}
    assert orders.refusals(orders.PRODUCTION, {"approvals": [short]}) == [f"approvals[0].{key}: is required; add it"]


@pytest.mark.parametrize("resource", ["keys-eks", "aws:kms/key:Key", "Keys::"])
def test_an_approval_names_its_resource_as_a_refusal_prints_it(resource: str) -> None:
    assert orders.refusals(orders.DEV, {"approvals": [APPROVAL | {"resource": resource}]}) == [
        f"approvals[0].resource = {resource}: is no resource; "
        "copy what the refusal prints: its type, below its parents' types, then :: and its name"
    ]


@pytest.mark.parametrize("key", sorted(EXEMPTION))
def test_an_exemption_leaves_nothing_out(key: str) -> None:
    short = {name: value for name, value in EXEMPTION.items() if name != key}
    changes = {"policies": {"exemptions": [short]}}
    assert orders.refusals(orders.DEV, changes) == [f"policies.exemptions[0].{key}: is required; add it"]


def test_an_approval_lasts_a_month_at_most() -> None:
    last = orders.TODAY + timedelta(days=30)
    assert orders.refusals(orders.DEV, {"approvals": [APPROVAL | {"expires": last}]}) == []
    late = [APPROVAL | {"expires": last + timedelta(days=1)}]
    assert orders.refusals(orders.DEV, {"approvals": late}) == [
        "approvals[0].expires: lies more than 30 days ahead; give an earlier day, and renew it then"
    ]


def test_an_exemption_lasts_a_year_at_most() -> None:
    last = orders.TODAY + timedelta(days=366)
    changes = {"policies": {"exemptions": [EXEMPTION | {"expires": last}]}}
    assert orders.refusals(orders.DEV, changes) == []
    changes = {"policies": {"exemptions": [EXEMPTION | {"expires": last + timedelta(days=1)}]}}
    assert orders.refusals(orders.DEV, changes) == [
        "policies.exemptions[0].expires: lies more than a year ahead; give an earlier day, and renew it then"
    ]


def test_what_has_expired_may_still_stand_in_the_file() -> None:
    past = [APPROVAL | {"expires": "2020-01-01"}]
    assert orders.refusals(orders.PRODUCTION, {"approvals": past}) == []


def test_nothing_is_granted_twice() -> None:
    assert orders.refusals(orders.DEV, {"approvals": [APPROVAL, APPROVAL]}) == [
        f"approvals: names replace of {RESOURCE} more than once; give each once"
    ]
    changes = {"policies": {"exemptions": [EXEMPTION, EXEMPTION], "advisory": ["missing-logs", "missing-logs"]}}
    assert orders.refusals(orders.DEV, changes) == [
        "policies.advisory: names missing-logs more than once; give each once",
        f"policies.exemptions: names open-ingress of {RESOURCE} more than once; give each once",
    ]


def test_production_lets_no_rule_merely_warn() -> None:
    changes = {"policies": {"advisory": ["missing-logs"]}}
    assert orders.refusals(orders.DEV, changes) == []
    assert orders.refusals(orders.PRODUCTION, changes) == [
        "policies.advisory: lets production break rules; name the resources in policies.exemptions instead"
    ]


@pytest.mark.parametrize(("key", "value"), [("resource", "keys-eks"), ("reason", "because"), ("change", "update")])
def test_a_grant_that_says_too_little_is_refused(key: str, value: str) -> None:
    (line,) = orders.refusals(orders.DEV, {"approvals": [APPROVAL | {key: value}]})
    assert line.startswith(f"approvals[0].{key} = {value}: ")
