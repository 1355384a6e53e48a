"""A release's provider on the shared cluster, and a chart that it may find."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from sandbox.cluster.control_plane import ControlPlane
from sandbox.providers.kubernetes import ready
from sandbox.providers.kubernetes.releases import Releases
from sandbox.providers.kubernetes.target import Target
from tests.sandbox.releases.shapes import INPUTS, RELEASE, SPACE, Listening

TEMPLATE = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: demo}
spec:
  replicas: 1
  selector: {matchLabels: {app: demo}}
  template:
    metadata: {labels: {app: demo}}
    spec: {containers: [{name: app, image: "example:{{ .Values.tag }}"}]}
---
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingWebhookConfiguration
metadata: {name: demo}
"""


@pytest.fixture
def provider() -> Listening:
    return Listening()


@pytest.fixture
def releases(plane: ControlPlane, provider: Listening, monkeypatch: pytest.MonkeyPatch) -> Iterator[Releases]:
    """Its release and namespace are gone after the test."""
    monkeypatch.setenv("LAPTOP_HOME", str(plane.home.root))
    monkeypatch.setenv("UPSTREAM_DIR", str(plane.home.root / "nothing"))
    monkeypatch.delenv("CHARTS_DIR", raising=False)
    made = Releases(Target(plane), provider)
    yield made
    space = plane.api.get("v1", "Namespace", SPACE)
    if space is not None:
        made.delete(RELEASE, INPUTS, {})
        plane.api.delete(space)
        assert ready.await_gone(plane.api, space, space["metadata"]["uid"]) is None


@pytest.fixture
def chart(releases: Releases, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """CHARTS_DIR with the chart `demo`; returns its template."""
    template = tmp_path / "charts" / "demo" / "templates" / "all.yaml"
    template.parent.mkdir(parents=True)
    template.write_text(TEMPLATE)
    (tmp_path / "charts" / "demo" / "Chart.yaml").write_text("{apiVersion: v2, name: demo, version: 1.0.0}")
    (tmp_path / "charts" / "demo" / "values.yaml").write_text("tag: '1'")
    monkeypatch.setenv("CHARTS_DIR", str(tmp_path / "charts"))
    return template
