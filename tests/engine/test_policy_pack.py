"""The policy pack under the real engine: what it stops in one preview, and what it spares."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
import yaml

from infra.config.policies import Approval
from policies.rules import RULES, STACK_RULES
from sandbox import gate
from sandbox.engine.stack import EngineError
from sandbox.providers.aws.table import TABLE
from tests.engine.conftest import REGION, Slice
from tests.engine.planted import PLANTS, program

pytestmark = pytest.mark.engine

TODAY = datetime.now(UTC).date()
SPARED = "bad-unwatched-network"


@dataclass(frozen=True)
class _Production:
    """The little of a stack file's model that a preview asks for."""

    production: bool = True
    approvals: tuple[Approval, ...] = ()


def _exemption(rule: str, resource: str, days: int) -> dict[str, str]:
    until = (TODAY + timedelta(days=days)).isoformat()
    return {
        "rule": rule,
        "resource": resource,
        "owner": "platform-team",
        "reason": "Nobody lives there.",
        "expires": until,
    }


def _violations(stack: Slice) -> list[tuple[str, str, str, str]]:
    """(rule, level, resource, message) of each violation in the events of the last preview."""
    lines = (stack.home.engine / f"{stack.name}.events").read_text().splitlines()
    events = [event for line in lines if (event := json.loads(line).get("policyEvent"))]
    return [
        (each["policyName"], each["enforcementLevel"], each.get("resourceUrn", "").rpartition("::")[2], each["message"])
        for each in events
    ]


@pytest.mark.req("CMP-10", "KMS-01", "IAM-02", "DATA-04", "SEC-07")
def test_one_preview_stops_what_breaks_each_rule_and_nothing_beside_it(slice_: Slice) -> None:
    planted = [rule for rule, plant in PLANTS.items() if set(plant.types) <= TABLE.keys()]
    assert {rule.name for rule in (*RULES, *STACK_RULES)} == PLANTS.keys()
    slice_.program.write_text(program(planted))
    exemptions = [
        _exemption("unwatched-network", f"aws:ec2/vpc:Vpc::{SPARED}", days=7),
        _exemption("unrotated-key", "aws:kms/key:Key::bad-unrotated-key", days=-1),
    ]
    settings = {"region": REGION, "production": True, "policies": {"exemptions": exemptions}}
    slice_.file.write_text(yaml.safe_dump({"config": {"platform:stack": settings}}))
    slice_.select()

    with pytest.raises(EngineError):
        gate.preview(slice_, _Production())

    found = _violations(slice_)
    stopped = {(rule, name) for rule, level, name, _ in found if level == "mandatory"}
    missing = {(rule, f"bad-{rule}") for rule in planted if rule != "unwatched-network"} - stopped
    assert missing == set()
    assert {name for _, name in stopped if "sound" in name or name == "watched"} == set()
    assert ("unwatched-network", SPARED) not in stopped
    (late,) = (text for rule, _, _, text in found if rule == "unrotated-key")
    assert f"The exemption of platform-team expired on {TODAY - timedelta(days=1)}" in late
    (account,) = (text for rule, level, _, text in found if rule == "exemptions" and level == "advisory")
    assert "2 exemptions, 1 in use" in account
    assert "hunter2" not in " ".join(text for *_, text in found)
