"""When a drill begins, and what it leaves behind when it comes to no end."""

import sys
import tempfile
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import pytest

from sandbox.drill import __main__ as command
from sandbox.drill.cloud import FAILOVER, PRIMARY, RECOVERY, policy, recovery
from sandbox.drill.ground import DrillError, Ground
from sandbox.drill.result import Result
from sandbox.drill.run import Scenario, drill
from services.failover.machine import Phase, State


class Bare(Ground):
    """Nothing stands on it, and it notes when it is put back."""

    def state(self) -> State:
        return State(active=PRIMARY, phase=self.wiring["phase"])

    def client(self, service: str, region: str) -> Any:
        raise DrillError(f"{service} is away")

    def calm(self, folder: Path) -> bool:
        self.wiring["put back"] = str(folder)
        return True


def bare(phase: Phase) -> Bare:
    """With the controllers' row in this phase."""
    wiring = {"primaryRegion": PRIMARY, "recoveryRegion": RECOVERY, "table": "one", "phase": phase}
    failover = {"metadata": {"name": FAILOVER}}
    promise = recovery(policy(3))
    return Bare(failover=failover, wiring=wiring, promise=promise, aws="http://127.0.0.1:9", zone="Z1", told="")


@pytest.mark.parametrize("phase", [Phase.FAILED_OVER, Phase.WAITING, Phase.BLOCKED])
def test_a_drill_does_not_begin_in_the_middle_of_a_failover_and_leaves_it_alone(phase: Phase, tmp_path: Path):
    ground = bare(phase)
    said = f"^drill is {phase}; a drill begins on a calm day: fail back, or run `make reset`$"
    with pytest.raises(DrillError, match=said):
        drill(tmp_path, ground, print)
    assert "put back" not in ground.wiring


def test_a_drill_that_comes_to_no_end_is_taken_back_and_says_so(tmp_path: Path):
    ground, said = bare(Phase.HEALTHY), list[str]()
    with pytest.raises(DrillError, match=r"^dynamodb is away$"):
        drill(tmp_path, ground, said.append)
    assert ground.wiring["put back"] == str(tmp_path)
    assert said[-1] == "the drill came to no end; what it did to the stacks is taken back"


def test_the_command_ends_with_status_1_and_keeps_the_logs_where_something_did_not_hold(tmp_path: Path, monkeypatch):
    asked: list[Any] = []

    def fails(folder: Path, ground: Ground, say: Any, scenario: Scenario) -> Result:
        asked.append(scenario)
        result = Result(PRIMARY, RECOVERY, "")
        result.ended = result.started + 1
        result.check("one promotion", False, "2 asked for")
        return result

    page = tmp_path / "drill.html"
    words = ["--small", "--flaps", "2", "--kill-controller", "--lag", "1", "--page", str(page)]
    monkeypatch.setattr(sys, "argv", ["drill", *words])
    monkeypatch.setenv("LAPTOP_HOME", str(tmp_path))
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setattr(command, "small", lambda delay: nullcontext(bare(Phase.HEALTHY)))
    monkeypatch.setattr(command, "drill", fails)
    with pytest.raises(SystemExit) as ended:
        command.main()
    (kept,) = tmp_path.glob("drill-*")
    assert ended.value.code == f"the logs are in {kept}"
    assert asked == [Scenario(latency=1, kill_controller=True, flaps=2)]
    assert "<h1>Failover drill failed</h1>" in page.read_text()
