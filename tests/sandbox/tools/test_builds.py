"""A build: what it shows, what it writes, and what it leaves when it ends or is ended."""

import os
import re
from pathlib import Path

import pytest

from sandbox import tools
from sandbox.tools import builder
from tests.sandbox.tools.machine import Machine


def test_the_linker_writes_the_pinned_version_into_a_build(machine: Machine) -> None:
    machine.has_go()
    tools.ensure(["kubectl"])
    asked = (machine.root / "go.log").read_text()
    assert "-X k8s.io/component-base/version.gitVersion=v1.35.4 " in asked
    assert "-X k8s.io/component-base/version.gitMinor=35 " in asked


def test_progress_names_each_tool_with_its_place_in_the_queue(machine: Machine, said: list[str]) -> None:
    machine.has_go()
    tools.ensure(["helm", "kubectl"], said.append)
    assert [re.sub(r"\d+ s$", "N s", line) for line in said] == [
        "building kubectl 1.35.4 (1 of 2, first run only)",
        "  kubectl built in N s",
        "building helm 3.20.0 (2 of 2, first run only)",
        "  helm built in N s",
        "removing Go's caches",
    ]


def test_a_long_build_shows_that_it_lives(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    go_on = machine.root / "go-on"
    machine.has_go(
        compile=f"echo 'go: downloading x v1'; echo runtime; echo fmt; until [ -e {go_on} ]; do sleep 0.01; done"
    )
    monkeypatch.setattr(builder, "HEARTBEAT_SECONDS", 0.01)
    said: list[str] = []

    def report(line: str) -> None:
        said.append(re.sub(r"\d+ s", "N s", line))
        if said[-1] == "  helm: N s, 2 packages compiled":
            go_on.touch()

    tools.ensure(["helm"], report)
    assert said[-3:] == ["  helm: N s, 2 packages compiled", "  helm built in N s", "removing Go's caches"]


def test_a_failed_build_names_the_tool_what_go_said_and_the_remedy(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GOPROXY", "https://proxy.example.org")
    machine.has_go(compile="echo runtime; echo 'reading https://proxy.example.org: 403 Forbidden'; touch $2; exit 1")
    with pytest.raises(tools.ToolError) as failure:
        tools.ensure(["helm"])
    assert str(failure.value) == (
        "helm 3.20.0 cannot be built; Go says:\n"
        "  reading https://proxy.example.org: 403 Forbidden\n"
        "see that the Go module proxy (https://proxy.example.org) can be reached, or put helm 3.20.0 or newer on the "
        "PATH; then run this again"
    )


def test_a_failed_build_leaves_neither_a_binary_nor_caches(machine: Machine) -> None:
    machine.has_go(compile="touch $2; exit 1")
    with pytest.raises(tools.ToolError):
        tools.ensure(["helm"])
    assert [path.name for path in machine.cache.iterdir()] == ["lock"]


def test_the_caches_of_go_are_removed_when_all_is_built(machine: Machine) -> None:
    machine.has_go(compile=f'echo "$GOCACHE $GOMODCACHE $GOPATH" >> {machine.root}/caches')
    tools.ensure(["helm", "kubectl"])
    first, second = (machine.root / "caches").read_text().splitlines()
    assert first == second
    assert all(Path(each).is_relative_to(machine.cache) and not Path(each).exists() for each in first.split())
    assert not (machine.cache / "building").exists()


def test_an_interrupted_build_leaves_no_compiler_and_no_caches(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    machine.has_go(compile=f"echo $$ > {machine.root}/pid; while :; do sleep 1; done")
    monkeypatch.setattr(builder, "HEARTBEAT_SECONDS", 0.01)

    def report(line: str) -> None:
        if "compiled" in line and (machine.root / "pid").exists() and (machine.root / "pid").read_text():
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        tools.ensure(["helm"], report)
    with pytest.raises(ProcessLookupError):
        os.kill(int((machine.root / "pid").read_text()), 0)
    assert [path.name for path in machine.cache.iterdir()] == ["lock"]


def test_what_a_killed_run_left_is_removed_before_the_next_build(machine: Machine) -> None:
    machine.has_go(compile=f"ls $GOCACHE/of/packages > {machine.root}/left")
    left = machine.cache / "building" / "compiled" / "of" / "packages" / "stale"
    left.mkdir(parents=True)
    tools.ensure(["helm"])
    assert (machine.root / "left").read_text() == ""


def test_a_disk_that_is_too_small_is_told_before_anything_is_fetched(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    machine.has_go()
    monkeypatch.setattr(builder, "BASE_GB", 1_000_000)
    with pytest.raises(tools.ToolError, match=r"building kubectl, helm takes 1000000 GB until it is done, but .* free"):
        tools.ensure(["helm", "kubectl"])
    assert machine.builds == []
