"""Which tool is used: the machine's own, one that was built, or one that is built now."""

import pytest

from sandbox import tools
from sandbox.tools import __main__ as command
from sandbox.tools import pins
from tests.sandbox.tools.machine import Machine, only


@pytest.mark.parametrize("stated", ["v3.20.0", "v3.20.0+gb2e4314", "v3.21.1"])
def test_a_tool_on_the_path_at_the_pinned_version_or_newer_is_used(machine: Machine, stated: str) -> None:
    helm = machine.has("helm", f'[ "$1" = version ] && echo {stated}')
    found = only(tools.find(["helm"]))
    assert (found.origin, found.path) == ("PATH", helm)
    assert stated.startswith(f"v{found.version}")


@pytest.mark.parametrize("answer", ["echo v3.19.9", "echo v4.0.0", "echo unknown", "echo v3.20.0; exit 1"])
def test_a_tool_on_the_path_that_is_older_or_of_the_next_major_or_mute_is_built(machine: Machine, answer: str) -> None:
    machine.has("helm", answer)
    machine.has_go()
    found = only(tools.find(["helm"]))
    assert (found.origin, found.version, machine.builds) == ("cache", "3.20.0", ["helm.sh/helm/v3/cmd/helm"])


def test_a_tool_that_states_no_version_is_never_started_to_ask_for_it(machine: Machine) -> None:
    started = machine.root / "started"
    machine.has("argocd-repo-server", f"touch {started}")
    machine.has_go()
    assert only(tools.find(["argocd-repo-server"])[:1]).origin == "cache"
    assert not started.exists()


def test_one_binary_that_acts_by_its_file_name_is_built_once_and_linked_by_each_name(machine: Machine) -> None:
    machine.has_go()
    folder = tools.ensure(["argocd-repo-server", "argocd-application-controller"])
    names = {"argocd-repo-server", "argocd-application-controller", "argocd-applicationset-controller"}
    assert {link.name for link in folder.iterdir()} == names
    assert len({link.resolve() for link in folder.iterdir()}) == 1
    assert machine.builds == ["github.com/argoproj/argo-cd/v3/cmd"]


def test_a_built_tool_is_used_again_without_go(machine: Machine) -> None:
    go = machine.has_go()
    first = tools.ensure(["helm", "kubectl"])
    go.unlink()
    assert tools.ensure(["kubectl", "helm"]) == first
    assert (first / "helm").read_text() == "#!/bin/sh\necho v3.20.0\n"
    assert len(machine.builds) == 2


def test_what_was_built_earlier_is_not_taken_for_the_vendors(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    machine.has_go()
    folder = tools.ensure(["helm"])
    monkeypatch.setenv("PATH", f"{folder}:{machine.root / 'bin'}")
    assert only(tools.find(["helm"])).origin == "cache"


def test_a_changed_pin_is_built_beside_the_old_one(machine: Machine) -> None:
    machine.has_go()
    old = only(tools.find(["helm"]))
    machine.pins("helm", "helm.sh/helm/v3", "3.21.0")
    new = only(tools.find(["helm"]))
    assert (old.version, new.version, len(machine.builds)) == ("3.20.0", "3.21.0", 2)
    assert old.path.exists()
    assert new.path.exists()


def test_a_changed_checksum_is_another_build(machine: Machine) -> None:
    machine.has_go()
    before = only(tools.find(["helm"])).path
    (machine.root / "pins" / "helm" / "go.sum").write_text("another")
    assert only(tools.find(["helm"])).path != before


def test_a_name_that_is_no_tool_is_refused(machine: Machine) -> None:
    with pytest.raises(tools.ToolError, match="no tool is called heml; choose from pulumi, etcd, kube-apiserver, "):
        tools.ensure(["heml"])


def test_the_table_lists_every_executable_with_its_version_and_origin(
    machine: Machine, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    machine.has("helm", "echo v3.21.0")
    machine.has_go()
    monkeypatch.setattr(tools, "TOOLS", [tool for tool in pins.TOOLS if tool.label in ("helm", "argocd")])
    command.main()
    rows = [line.split()[:3] for line in capsys.readouterr().out.splitlines()][-4:]
    assert rows == [
        ["helm", "3.21.0", "PATH"],
        ["argocd-repo-server", "3.2.0", "cache"],
        ["argocd-application-controller", "3.2.0", "cache"],
        ["argocd-applicationset-controller", "3.2.0", "cache"],
    ]
