"""A machine with three tools to build."""

from pathlib import Path

import pytest

from sandbox.tools import builder, pins
from tests.sandbox.tools.machine import Machine


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
