"""Who answers for a change that may destroy data, and what is said where nobody does."""

import json
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from assurance.changes.findings import Finding, findings
from assurance.changes.steps import PreviewError, State, Step, of_digest, of_events, read
from assurance.changes.verdict import judge, told
from infra.config.policies import Approval
from tests.assurance.test_changes import DATABASE, step

TODAY = date(2026, 11, 21)


def approval(finding: Finding, **more: Any) -> Approval:
    settings = {
        "resource": finding.step.label,
        "change": finding.change,
        "owner": "payments-team",
        "reason": "It was copied to the new one.",
        "expires": TODAY + timedelta(days=3),
    }
    return Approval.model_validate(settings | more, context={"today": TODAY})


@pytest.mark.req("C-33")
def test_what_nobody_answers_for_is_refused_with_what_to_write() -> None:
    (finding,) = findings([step("replace", DATABASE, {}, {})], production=True)
    verdict = judge("prod", [finding], [], TODAY)
    assert verdict.stops
    assert told(verdict) == (
        "prod: 1 change may destroy data, and nobody answers for that; nothing was changed\n"
        "  replace aws:rds/cluster:Cluster::one\n"
        "          a database would be lost\n"
        "If it is meant, let the owner of each write this into Pulumi.prod.yaml, and try again:\n"
        "    approvals:\n"
        '      - resource: "aws:rds/cluster:Cluster::one"\n'
        "        change: replace\n"
        "        owner: \n"
        "        reason: \n"
        '        expires: "2026-11-28"'
    )


@pytest.mark.req("C-33")
def test_an_approval_of_this_change_to_this_resource_lets_it_pass() -> None:
    (finding,) = findings([step("replace", DATABASE, {}, {})], production=True)
    verdict = judge("prod", [finding], [approval(finding)], TODAY)
    assert not verdict.stops
    assert told(verdict).splitlines()[0] == (
        "approved: replace of aws:rds/cluster:Cluster::one, by payments-team until 2026-11-24"
    )


@pytest.mark.req("C-33")
@pytest.mark.parametrize(
    "other",
    [{"change": "delete"}, {"resource": "aws:rds/cluster:Cluster::another"}, {"expires": TODAY - timedelta(days=1)}],
    ids=["another change", "another resource", "expired"],
)
def test_an_approval_of_something_else_or_of_yesterday_counts_for_nothing(other: dict[str, Any]) -> None:
    (finding,) = findings([step("replace", DATABASE, {}, {})], production=True)
    verdict = judge("prod", [finding], [approval(finding, **other)], TODAY)
    assert verdict.stops
    assert ("the approval of payments-team expired on 2026-11-20" in told(verdict)) is ("expires" in other)


def test_an_approval_counts_on_its_last_day() -> None:
    (finding,) = findings([step("delete", DATABASE, {})], production=True)
    assert not judge("prod", [finding], [approval(finding, expires=TODAY)], TODAY).stops


@pytest.mark.req("C-33")
def test_what_is_approved_and_still_protected_waits_for_the_commands_that_lift_it() -> None:
    (finding,) = findings([step("delete", DATABASE, {}, protect=True)], production=True)
    verdict = judge("prod", [finding], [approval(finding)], TODAY)
    assert verdict.stops
    assert told(verdict).splitlines()[-1] == (
        "    pulumi state unprotect urn:pulumi:prod::platform::aws:rds/cluster:Cluster::one --stack prod --yes"
    )


def test_a_change_that_lifts_protection_itself_needs_no_command() -> None:
    before, after = State(protect=True), State(protect=False)
    urn = "urn:pulumi:prod::platform::t::n"
    (finding,) = findings([Step(op="replace", urn=urn, type=DATABASE, old=before, new=after)], production=True)
    assert not finding.protected


def test_both_forms_of_a_preview_say_the_same() -> None:
    state = {"type": DATABASE, "inputs": {"engine": "x"}, "protect": True}
    common = {"op": "replace", "urn": "urn:pulumi:prod::platform::t::n"}
    digest = {"steps": [common | {"oldState": state, "newState": state, "replaceReasons": ["engine"]}]}
    metadata = common | {"type": DATABASE, "old": state, "new": state, "keys": ["engine"]}
    events = [{"preludeEvent": {}}, {"resourcePreEvent": {"metadata": metadata}}, {"summaryEvent": {}}]
    (read_from_digest,) = of_digest(digest)
    assert [read_from_digest] == list(of_events(events))
    assert read_from_digest.because == ("engine",)


def test_a_file_that_is_no_preview_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "preview.json"
    for text in ("", "error: no stack", '{\n"steps": [{"op": "same"}]}'):
        path.write_text(text)
        with pytest.raises(PreviewError, match="is no preview"):
            read(path)


def test_the_command_stops_with_status_1_and_says_why(tmp_path: Path) -> None:
    state = {"type": DATABASE, "inputs": {}}
    urn = f"urn:pulumi:prod::platform::{DATABASE}::one"
    path = tmp_path / "preview.json"
    path.write_text("warning\n" + json.dumps({"steps": [{"op": "delete", "urn": urn, "oldState": state}]}, indent=1))
    words = [sys.executable, "-m", "assurance.changes", "prod", str(path)]
    said = subprocess.run(words, capture_output=True, text=True, check=False)  # noqa: S603 our own command
    assert said.returncode == 1, said.stderr
    assert f"  delete  {DATABASE}::one" in said.stdout
    path.write_text("{}")
    said = subprocess.run(words, capture_output=True, text=True, check=False)  # noqa: S603 our own command
    assert (said.returncode, said.stdout) == (0, "prod: no change of 0 steps may destroy data\n")
    path.unlink()
    said = subprocess.run(words, capture_output=True, text=True, check=False)  # noqa: S603 our own command
    assert said.returncode == 2
