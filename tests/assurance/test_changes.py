"""The gate: which steps of a preview may destroy data, at once or later."""

import json
from datetime import date
from typing import Any

import pytest

from assurance.changes.findings import findings
from assurance.changes.stateful import GUARDS, PROTECTED, STATEFUL, WEAKENINGS
from assurance.changes.steps import State, Step
from assurance.changes.weakening import UNKNOWN

TODAY = date(2026, 11, 21)
DATABASE, LOGS, ROLE = "aws:rds/cluster:Cluster", "aws:cloudwatch/logGroup:LogGroup", "aws:iam/role:Role"
PLAN, TRAIL = "aws:backup/plan:Plan", "aws:cloudtrail/trail:Trail"
MONTHLY = 'rules.schedule: "cron(0 2 * * ? *)" -> "cron(0 2 1 * ? *)"'
LOCK = "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration"


def step(op: str, type_: str, old: Any = None, new: Any = None, name: str = "one", **state: Any) -> Step:
    """A step between two sets of inputs, of which None is no state at all."""
    before = None if old is None else State(inputs=old, **state)
    after = None if new is None else State(inputs=new, protect=state.get("protect", False))
    return Step(op=op, urn=f"urn:pulumi:prod::platform::{type_}::{name}", type=type_, old=before, new=after)


def found(*steps: Step, production: bool = True) -> list[tuple[str, str]]:
    return [(each.change, each.why) for each in findings(steps, production)]


@pytest.mark.req("C-33")
@pytest.mark.parametrize("type_", sorted(STATEFUL))
def test_what_holds_data_is_neither_deleted_nor_replaced(type_: str) -> None:
    assert [change for change, _ in found(step("delete", type_, {}))] == ["delete"]
    assert [change for change, _ in found(step("create-replacement", type_, {}, {}))] == ["replace"]
    assert found(step("create", type_, None, {}), step("update", type_, {"tags": {"a": "b"}}, {"tags": {}})) == []


@pytest.mark.req("C-33")
@pytest.mark.parametrize("type_", sorted(GUARDS))
def test_what_keeps_data_from_being_destroyed_later_is_not_removed(type_: str) -> None:
    assert found(step("delete", type_, {})) == [("delete", GUARDS[type_])]
    assert found(step("update", type_, {}, {})) == []


def test_what_holds_no_data_may_go() -> None:
    assert found(step("delete", ROLE, {}), step("replace", ROLE, {}, {}), step("same", DATABASE, {}, {})) == []


def test_what_the_engine_protects_in_production_is_stateful_to_the_gate() -> None:
    assert PROTECTED.keys() <= STATEFUL.keys()


_LOCKED = {"rule": {"defaultRetention": {"mode": "COMPLIANCE", "days": 2555}}}


def _mode(mode: str) -> dict[str, Any]:
    return {"rule": {"defaultRetention": {"mode": mode, "days": 2555}}}


def _rules(*days: int | None) -> dict[str, Any]:
    return {
        "rules": [
            {"ruleName": f"rule-{position}", "lifecycle": {"deleteAfter": each} if each else {}}
            for position, each in enumerate(days)
        ]
    }


def _at(cron: str) -> dict[str, Any]:
    return {"rules": [{"ruleName": "daily", "schedule": cron}]}


def _kept(count: int) -> dict[str, str]:
    rules = [{"rulePriority": at, "selection": {"countNumber": number}} for at, number in ((1, 14), (2, count))]
    return {"policy": json.dumps({"rules": rules})}


@pytest.mark.req("C-33")
@pytest.mark.parametrize(
    ("type_", "strong", "weak", "why"),
    [
        (LOGS, {"retentionInDays": 365}, {"retentionInDays": 30}, "retentionInDays: 365 -> 30"),
        (LOGS, {}, {"retentionInDays": 365}, "retentionInDays: not set -> 365"),
        (LOGS, {"retentionInDays": 0}, {"retentionInDays": 365}, "retentionInDays: 0 -> 365"),
        (DATABASE, {"backupRetentionPeriod": 35}, {"backupRetentionPeriod": 7}, "backupRetentionPeriod: 35 -> 7"),
        (DATABASE, {"backupRetentionPeriod": 35}, {}, "backupRetentionPeriod: 35 -> not set"),
        (DATABASE, {"deletionProtection": True}, {"deletionProtection": False}, "deletionProtection: true -> false"),
        (DATABASE, {"deletionProtection": True}, {}, "deletionProtection: true -> not set"),
        (DATABASE, {"skipFinalSnapshot": False}, {"skipFinalSnapshot": True}, "skipFinalSnapshot: false -> true"),
        ("aws:eks/cluster:Cluster", {"deletionProtection": True}, {}, "deletionProtection: true -> not set"),
        ("aws:kms/key:Key", {"deletionWindowInDays": 30}, {"deletionWindowInDays": 7}, "deletionWindowInDays: 30 -> 7"),
        ("aws:kms/key:Key", {}, {"isEnabled": False}, "isEnabled: not set -> false"),
        ("aws:s3/bucket:Bucket", {}, {"forceDestroy": True}, "forceDestroy: not set -> true"),
        (
            "aws:s3/bucketVersioning:BucketVersioning",
            {"versioningConfiguration": {"status": "Enabled"}},
            {"versioningConfiguration": {"status": "Suspended"}},
            'versioningConfiguration.status: "Enabled" -> "Suspended"',
        ),
        (
            LOCK,
            _LOCKED,
            {"rule": {"defaultRetention": {"mode": "COMPLIANCE", "days": 30}}},
            "rule.defaultRetention.days: 2555 -> 30",
        ),
        (LOCK, _LOCKED, _mode("GOVERNANCE"), 'rule.defaultRetention.mode: "COMPLIANCE" -> "GOVERNANCE"'),
        (
            "aws:backup/vaultLockConfiguration:VaultLockConfiguration",
            {"minRetentionDays": 30},
            {"minRetentionDays": 1},
            "minRetentionDays: 30 -> 1",
        ),
        ("aws:backup/plan:Plan", _rules(30), _rules(7), "rules.lifecycle.deleteAfter: 30 -> 7"),
        ("aws:backup/plan:Plan", _rules(None), _rules(30), "rules.lifecycle.deleteAfter: not set -> 30"),
        ("aws:backup/plan:Plan", _rules(30, 7), _rules(30), 'rules.ruleName: "rule-0", "rule-1" -> "rule-0"'),
        (PLAN, _at("cron(0 2 * * ? *)"), _at("cron(0 2 1 * ? *)"), MONTHLY),
        (TRAIL, {"isMultiRegionTrail": True}, {"isMultiRegionTrail": False}, "isMultiRegionTrail: true -> false"),
        (TRAIL, {}, {"includeGlobalServiceEvents": False}, "includeGlobalServiceEvents: not set -> false"),
        (
            "aws:ecr/lifecyclePolicy:LifecyclePolicy",
            _kept(100),
            _kept(20),
            "policy.rules.selection.countNumber: 14, 100 -> 14, 20",
        ),
        (
            "aws:ecr/repository:Repository",
            {"imageTagMutability": "IMMUTABLE"},
            {"imageTagMutability": "MUTABLE"},
            'imageTagMutability: "IMMUTABLE" -> "MUTABLE"',
        ),
        ("aws:secretsmanager/secret:Secret", {}, {"recoveryWindowInDays": 0}, "recoveryWindowInDays: not set -> 0"),
        (
            "aws:dynamodb/table:Table",
            {"pointInTimeRecovery": {"enabled": True}},
            {"pointInTimeRecovery": {"enabled": False}},
            "pointInTimeRecovery.enabled: true -> false",
        ),
        (LOGS, {"retentionInDays": 365}, {"retentionInDays": UNKNOWN}, "retentionInDays: 365 -> known later"),
    ],
)
def test_an_edit_that_lets_data_be_destroyed_later_is_found_and_its_opposite_is_not(
    type_: str, strong: dict[str, Any], weak: dict[str, Any], why: str
) -> None:
    assert found(step("update", type_, strong, weak)) == [("weaken", why)]
    if why.endswith("known later"):
        return
    assert found(step("update", type_, weak, strong)) == []


@pytest.mark.req("C-33")
@pytest.mark.parametrize(
    ("before", "after", "stops"),
    [
        ("16.11", "16.12", False),
        ("16.9", "16.11", False),
        ("16.11", "17.4", True),
        ("16.11", "15.15", True),
        ("16.11", "16.9", True),
        ("16.11", UNKNOWN, True),
        ("16.11", None, True),
        ("8.0.mysql_aurora.3.08.0", "8.0.mysql_aurora.3.09.0", True),
    ],
)
def test_a_version_of_a_database_that_nothing_takes_back_is_found(before: str, after: str | None, stops: bool) -> None:
    new = {"engineVersion": after} if after else {}
    changes = [change for change, _ in found(step("update", DATABASE, {"engineVersion": before}, new))]
    assert changes == (["weaken"] if stops else [])


@pytest.mark.req("C-33", "BDR-05")
def test_a_schedule_that_nobody_can_tell_is_no_less_rare_than_another() -> None:
    daily, sooner, unread = _at("cron(0 2 * * ? *)"), _at("cron(0 1 * * ? *)"), _at("rate(1 day)")
    assert found(step("update", PLAN, daily, sooner), step("update", PLAN, unread, unread | {"name": "b"})) == []
    for before, after in ((daily, unread), (unread, daily), (daily, _at(UNKNOWN))):
        assert [change for change, _ in found(step("update", PLAN, before, after))] == ["weaken"]


def test_every_way_to_weaken_names_an_input_of_a_type_that_is_known() -> None:
    assert {type_.split(":")[0] for type_ in WEAKENINGS} == {"aws"}
    assert all(each.path for weakenings in WEAKENINGS.values() for each in weakenings)


@pytest.mark.req("C-33", "PLT-07")
def test_lifting_protection_is_found() -> None:
    lifted = Step(
        op="same", urn="urn:pulumi:dr::platform::t::n", type=DATABASE, old=State(protect=True), new=State(protect=False)
    )
    assert found(lifted, production=False) == [("weaken", "protect is lifted")]


@pytest.mark.req("C-33")
def test_outside_production_only_what_the_state_protects_counts() -> None:
    bare, kept = step("delete", DATABASE, {}), step("delete", DATABASE, {}, name="kept", protect=True)
    assert found(bare, production=False) == []
    assert [each.step for each in findings([bare, kept], production=False)] == [kept]
    assert len(found(bare, kept)) == 2


def test_a_replacement_of_several_steps_is_one_finding_and_its_rest_belongs_to_it() -> None:
    steps = [step(op, DATABASE, {}, {}) for op in ("create-replacement", "replace", "delete-replaced")]
    assert [change for change, _ in found(*steps)] == ["replace"]
    rest = step("delete", DATABASE, {}, condemned=True)
    assert [change for change, _ in found(rest)] == ["replace"]
