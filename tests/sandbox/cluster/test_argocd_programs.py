"""Argo CD is started whole."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from sandbox import processes, tools
from sandbox.cluster import argocd
from sandbox.home import Home


@pytest.fixture
def plane(tmp_path: Path) -> Any:
    """As much of a control plane as the start looks at."""
    home = Home(tmp_path)
    home.repository.mkdir(parents=True, exist_ok=True)
    (home.repository / "HEAD").touch()
    return SimpleNamespace(name="one", home=home, folder=tmp_path, kubeconfig=tmp_path / "kubeconfig")


def test_every_program_is_awaited_on_a_port_of_its_own(plane: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[str] = []
    awaited: list[tuple[str, int]] = []
    monkeypatch.setattr(tools, "ensure", lambda *_: Path("/tools"))
    monkeypatch.setattr(processes, "start", lambda home, name, *_: started.append(name))
    monkeypatch.setattr(processes, "listening", lambda port: awaited.append((awaiting[-1], port)) or True)
    awaiting: list[str] = []
    monkeypatch.setattr(processes, "wait", lambda home, name, ready: (awaiting.append(name), ready()))
    argocd.start(cast("argocd.ControlPlane", plane))
    assert [name for name, _ in awaited] == started
    assert len({port for _, port in awaited}) == len(started) == 5
