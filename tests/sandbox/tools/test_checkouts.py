"""Two checkouts, and a builder that was killed, share what is built."""

import time
from contextlib import ExitStack

from tests.sandbox.tools.machine import Machine, another_checkout


def test_two_checkouts_do_not_build_the_same_tool_twice(machine: Machine) -> None:
    go_on = machine.root / "go-on"
    machine.has_go(compile=f"until [ -e {go_on} ]; do sleep 0.01; done")
    with ExitStack() as running:
        first = running.enter_context(another_checkout(machine))
        running.callback(go_on.touch)
        assert first.stdout
        assert first.stdout.readline() == "building helm 3.20.0 (1 of 1, first run only)\n"
        second = running.enter_context(another_checkout(machine))
        running.callback(go_on.touch)
        assert second.stdout
        assert second.stdout.readline() == "another checkout is building the tools: waiting for it\n"
        go_on.touch()
        assert first.stdout.readlines()[-1] == second.stdout.read()
    assert machine.builds == ["helm.sh/helm/v3/cmd/helm"]


def test_what_a_killed_builder_left_running_is_waited_for(machine: Machine) -> None:
    go_on = machine.root / "go-on"
    machine.has_go(compile=f"until [ -e {go_on} ]; do sleep 0.01; done")
    with ExitStack() as running:
        first = running.enter_context(another_checkout(machine))
        running.callback(go_on.touch)
        assert first.stdout
        assert first.stdout.readline() == "building helm 3.20.0 (1 of 1, first run only)\n"
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
