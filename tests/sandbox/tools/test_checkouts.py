"""Two checkouts, and a builder that was killed, share what is built."""

import subprocess
import time
from contextlib import ExitStack
from pathlib import Path

from tests.sandbox.tools.machine import Machine, another_checkout


def building(machine: Machine, running: ExitStack) -> tuple[Path, subprocess.Popen[str]]:
    """A checkout whose build lasts until the file that is returned too is there, as it is in the end."""
    go_on = machine.root / "go-on"
    machine.has_go(compile=f"until [ -e {go_on} ]; do sleep 0.01; done")
    first = running.enter_context(another_checkout(machine))
    running.callback(go_on.touch)
    assert first.stdout
    assert first.stdout.readline() == "building helm 3.20.0 (1 of 1, first run only)\n"
    return go_on, first


def test_two_checkouts_do_not_build_the_same_tool_twice(machine: Machine) -> None:
    with ExitStack() as running:
        go_on, first = building(machine, running)
        second = running.enter_context(another_checkout(machine))
        running.callback(go_on.touch)
        assert second.stdout
        assert second.stdout.readline() == "another checkout is building the tools: waiting for it\n"
        go_on.touch()
        assert first.stdout
        assert first.stdout.readlines()[-1] == second.stdout.read()
    assert machine.builds == ["helm.sh/helm/v3/cmd/helm"]


def test_what_a_killed_builder_left_running_is_waited_for(machine: Machine) -> None:
    with ExitStack() as running:
        go_on, first = building(machine, running)
        while not machine.builds:
            time.sleep(0.01)
        first.kill()
        first.wait()
        second = running.enter_context(another_checkout(machine))
        running.callback(go_on.touch)
        assert second.stdout
        assert second.stdout.readline() == "another checkout is building the tools: waiting for it\n"
        go_on.touch()
        assert second.stdout.read().startswith("building helm 3.20.0 (1 of 1, first run only)\n")
    assert second.returncode == 0
    assert not (machine.cache / "building").exists()
