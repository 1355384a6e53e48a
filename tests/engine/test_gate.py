"""The gate under the real engine: what it stops, how an approval lifts it, and what the engine stops by itself."""

import json
import re
import shlex
import subprocess
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import yaml

from infra.config.policies import Approval
from sandbox import gate
from sandbox.engine.stack import EngineError
from tests.engine.conftest import REGION, Slice

pytestmark = pytest.mark.engine

PROGRAM = Path(__file__).with_name("guarded.py")
SPARE, DATA = "aws:kms/key:Key::spare", "aws:kms/key:Key::data"


@dataclass(frozen=True)
class _Stack:
    """The little of a stack file's model that the gate asks for."""

    production: bool = True
    approvals: tuple[Approval, ...] = ()


@pytest.fixture
def guarded(slice_: Slice) -> Slice:
    """Keys, images and logs, up and protected."""
    slice_.program.write_text(PROGRAM.read_text())
    slice_.file.write_text(yaml.safe_dump({"config": {"platform:stack": {"region": REGION}}}))
    slice_.select()
    gate.up(slice_, _Stack())
    return slice_


def _approval(resource: str, change: str) -> Approval:
    expires = datetime.now(UTC).date() + timedelta(days=7)
    reason = "Nothing is encrypted with it."
    return Approval.model_validate(
        {"resource": resource, "change": change, "owner": "platform-team", "reason": reason, "expires": expires}
    )


@pytest.mark.req("C-33", "PLT-07")
def test_a_destructive_change_waits_for_an_approval_and_for_the_commands_that_lift_protection(guarded: Slice) -> None:
    before = guarded.checkpoint.read_bytes()
    guarded.program.write_text("".join(line for line in PROGRAM.read_text().splitlines(True) if "spare" not in line))
    guarded.edit("retention_in_days=365", "retention_in_days=30")

    with pytest.raises(gate.GateError) as refused:
        gate.preview(guarded, _Stack())
    assert f"  delete  {SPARE}" in str(refused.value)
    assert "retentionInDays: 365 -> 30" in str(refused.value)
    assert guarded.checkpoint.read_bytes() == before

    logs = _approval("aws:cloudwatch/logGroup:LogGroup::logs", "weaken")
    approved = _Stack(approvals=(_approval(SPARE, "delete"), logs))
    with pytest.raises(gate.GateError) as locked:
        gate.up(guarded, approved)
    (command,) = re.findall(r"^    (PULUMI_HOME=.* state unprotect .*)$", str(locked.value), re.MULTILINE)
    assert "passphrase" in command
    assert guarded.env["PULUMI_CONFIG_PASSPHRASE"] not in command

    subprocess.run(["bash", "-c", command], check=True, capture_output=True)  # noqa: S603, S607 as a person would type it
    gate.up(guarded, approved)
    assert [each["urn"] for each in guarded.resources() if "spare" in each["urn"]] == []
    assert [each for each in shlex.split(command) if each.startswith("urn:")] == [
        f"urn:pulumi:slice::platform::{SPARE}"
    ]


@pytest.mark.req("C-33")
def test_both_forms_in_which_the_engine_writes_a_preview_are_understood(guarded: Slice, tmp_path: Path) -> None:
    guarded.program.write_text(PROGRAM.read_text().replace("multi_region=False", "multi_region=True"))
    with pytest.raises(gate.GateError) as refused:
        gate.preview(guarded, _Stack())
    for key in (DATA, SPARE):
        assert f"  replace {key}" in str(refused.value)
    assert "multiRegion cannot change in place" in str(refused.value)
    digest = tmp_path / "preview.json"
    with pytest.raises(EngineError, match="failed") as failed:
        guarded.output_of("preview", "--json")
    digest.write_text(str(failed.value))
    steps = gate.read(digest)
    assert {step.label for step in steps if step.op == "replace"} >= {DATA, SPARE}
    assert json.loads(guarded.checkpoint.read_bytes())


@pytest.mark.req("C-33", "PLT-07")
def test_a_bare_up_still_refuses_what_is_protected_and_only_that(guarded: Slice) -> None:
    guarded.program.write_text("".join(line for line in PROGRAM.read_text().splitlines(True) if "spare" not in line))
    with pytest.raises(EngineError, match="because it is protected"):
        guarded.output_of("up", "--yes", "--skip-preview")
    guarded.program.write_text(PROGRAM.read_text().replace("retention_in_days=365", "retention_in_days=30"))
    assert "1 updated" in guarded.output_of("up", "--yes", "--skip-preview")
