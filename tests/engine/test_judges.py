"""The outside judges on every committed stack, and that a conversion which loses something makes a run void."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from assurance.judges import __main__ as command
from assurance.judges import planted, terraform, waivers
from assurance.judges.resources import Resource, read
from assurance.judges.verdict import Verdict, judge, told
from sandbox.tools import judges
from tests import records
from tests.states import state

pytestmark = pytest.mark.engine


@pytest.fixture(scope="module")
def found() -> judges.Judges:
    return judges.ensure()


def verdict(found: judges.Judges, stacks: dict[str, list[Resource]], whole: bool) -> Verdict:
    plants = planted.read()
    hearings = command.hear(stacks, plants, found)
    today = datetime.now(UTC).date()
    return judge(hearings, plants, waivers.read(today=today), waivers.low(), today=today, whole=whole)


def test_strangers_find_nothing_in_any_stack_that_nobody_answers_for(found: judges.Judges, tmp_path: Path) -> None:
    stacks = {}
    for stack in records.COMMITTED:
        path = tmp_path / f"{stack}.json"
        path.write_text(json.dumps(state(records.of_stack(stack).records)))
        stacks[stack] = read(path)

    judged = verdict(found, stacks, whole=True)

    assert judged.status == 0, told(judged)
    assert judged.tallies["prod"]["judged by checkov"] > 250
    assert judged.tallies["prod"]["judged by cfn-lint"] > 200
    assert judged.tallies["prod"]["judged by policy-sentry"] > 50


@pytest.fixture
def lossy(monkeypatch: pytest.MonkeyPatch) -> None:
    """A conversion in which references stay plain values, and a property takes the name of another."""
    monkeypatch.setattr(terraform.Plan, "_linked", lambda self, value, names: value)
    monkeypatch.setattr(terraform.Plan, "_expressions", lambda self, each, type_: {})
    monkeypatch.setattr(terraform, "ARGUMENTS", {"aws:kms/key:Key": {"enableKeyRotation": "description"}})


@pytest.mark.usefixtures("lossy")
def test_a_conversion_that_loses_references_or_misnames_a_property_makes_a_run_void(found: judges.Judges) -> None:
    judged = verdict(found, {}, whole=False)

    assert judged.status == 2
    assert [line for line in judged.void if "covered" in line or "rotated" in line] == [
        "checkov stops aws:kms/key:Key::rotated by CKV_AWS_7, which it was planted to keep",
        "checkov stops aws:s3/bucket:Bucket::covered by CKV2_AWS_6, which it was planted to keep",
        "checkov stops aws:s3/bucket:Bucket::covered by CKV_AWS_21, which it was planted to keep",
        "checkov stops aws:s3/bucket:Bucket::covered by CKV_AWS_145, which it was planted to keep",
    ]
