"""Charts that cannot be had: what upstream publishes of them stands in, and says so."""

from pathlib import Path
from typing import Any

import pytest

from sandbox.cluster.control_plane import ControlPlane
from sandbox.providers.kubernetes import standin
from sandbox.providers.kubernetes.fields import WITHHELD
from sandbox.providers.kubernetes.releases import Releases
from sandbox.providers.protocol import ProviderError
from tests.sandbox.releases.shapes import INPUTS, RELEASE, SPACE, Listening, image
from tests.sandbox.shapes import obj

pytestmark = pytest.mark.engine
DEFINITION = """
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: gadgets.example.com}
spec:
  group: example.com
  scope: Namespaced
  names: {kind: Gadget, plural: gadgets, singular: gadget}
  versions:
    - name: v1
      served: true
      storage: true
      schema: {openAPIV3Schema: {type: object, properties: {spec: {type: object, properties: {size: {type: integer}}}}}}
"""


@pytest.fixture
def known(releases: Releases, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """UPSTREAM_DIR with the data of the chart `demo`."""
    files = {
        "INDEX.yaml": "[{dir: demo, chart: demo, repository: 'https://127.0.0.1:9/charts', version: 1.0.0}]",
        "values/demo/values.yaml": "tag: '1'",
        "values/demo/chart.yaml": "name: demo",
        "crds/demo/gadgets.yaml": DEFINITION,
    }
    for name, text in files.items():
        path = tmp_path / "upstream" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    monkeypatch.setenv("UPSTREAM_DIR", str(tmp_path / "upstream"))


@pytest.mark.usefixtures("known")
def test_a_chart_that_cannot_be_had_is_stood_in_for_by_what_upstream_publishes(
    plane: ControlPlane, releases: Releases, provider: Listening
):
    _, outputs = releases.create(RELEASE, INPUTS, preview=False)
    assert provider.warnings == [
        "chart demo 1.0.0 cannot be had here; instead of it: 1 of its CRDs; its values were checked against upstream's "
        "defaults. Put it into CHARTS_DIR to install it"
    ]
    assert plane.api.kind("example.com/v1", "Gadget").namespaced
    assert releases.read(RELEASE, INPUTS, {}) == (INPUTS, outputs)
    record = standin.load(plane.api, SPACE, "demo")
    assert record is not None
    standin.save(plane.api, standin.Record(**record.__dict__ | {"version": "0.9.0", "values": {"tag": "9"}}))
    drift = releases.read(RELEASE, INPUTS, {})
    assert drift is not None
    assert drift[0] == INPUTS | {"version": "0.9.0", "values": {"tag": WITHHELD}}
    assert releases.update(RELEASE, INPUTS, INPUTS, {}, preview=False)["status"]["revision"] == 2
    releases.delete(RELEASE, INPUTS, {})
    assert plane.api.live(obj("apiextensions.k8s.io/v1", "CustomResourceDefinition", "gadgets.example.com")) is None
    assert releases.read(RELEASE, INPUTS, {}) is None


@pytest.mark.usefixtures("known")
def test_crds_that_somebody_else_installed_stay(plane: ControlPlane, releases: Releases):
    schema = {"openAPIV3Schema": {"type": "object"}}
    version = {"name": "v1", "served": True, "storage": True, "schema": schema}
    names = {"kind": "Gadget", "plural": "gadgets", "singular": "gadget"}
    spec = {"group": "example.com", "scope": "Namespaced", "names": names, "versions": [version]}
    theirs = obj("apiextensions.k8s.io/v1", "CustomResourceDefinition", "gadgets.example.com", spec=spec)
    plane.api.apply(theirs, "somebody")
    releases.create(RELEASE, INPUTS, preview=False)
    releases.delete(RELEASE, INPUTS, {})
    live = plane.api.live(theirs)
    assert live is not None
    assert live["spec"]["versions"][0]["schema"] == schema
    plane.api.delete(theirs)


def test_what_nothing_is_known_of_is_said_to_be_unchecked(releases: Releases, provider: Listening):
    releases.create(RELEASE, INPUTS, preview=False)
    assert provider.warnings == [
        "chart demo 1.0.0 cannot be had here; instead of it: nothing; neither its values nor its objects were "
        "validated, since nothing is known of it. Put it into CHARTS_DIR to install it"
    ]


def test_a_real_chart_takes_over_from_its_stand_in_and_does_not_give_way_to_it_again(
    plane: ControlPlane, releases: Releases, chart: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.delenv("CHARTS_DIR")
    releases.create(RELEASE, INPUTS, preview=False)
    monkeypatch.setenv("CHARTS_DIR", str(chart.parents[2]))
    releases.update(RELEASE, INPUTS, INPUTS, {}, preview=False)
    assert image(plane) == "example:2"
    assert standin.load(plane.api, SPACE, "demo") is None
    monkeypatch.delenv("CHARTS_DIR")
    message = (
        f"release {SPACE}/demo was installed from chart demo 1.0.0, and demo 1.0.0 cannot be had; put it into "
        "CHARTS_DIR"
    )
    with pytest.raises(ProviderError) as refusal:
        releases.update(RELEASE, INPUTS, INPUTS, {}, preview=False)
    assert str(refusal.value) == message


def test_argo_cd_starts_with_its_stand_in_and_ends_with_it(
    releases: Releases, provider: Listening, monkeypatch: pytest.MonkeyPatch
):
    calls: list[Any] = []

    class Argo:
        """Stands where the program starter is."""

        start = staticmethod(lambda plane, values: calls.append(values))
        stop = staticmethod(lambda plane: calls.append("stop"))

    monkeypatch.setattr(standin, "companion", lambda chart: Argo)
    values = {"configs": {"cm": {"url": "https://argocd.example.com", "templated": "{{ .Values.x }}", "unset": None}}}
    inputs = INPUTS | {"chart": "argo-cd", "values": values}
    releases.create(RELEASE, inputs, preview=False)
    releases.delete(RELEASE, inputs, {})
    assert provider.warnings == [
        "chart argo-cd 1.0.0 cannot be had here; instead of it: 3 permissive CRDs and its programs beside the cluster; "
        "neither its values nor its objects were validated, since nothing is known of it. Put it into CHARTS_DIR to "
        "install it"
    ]
    assert calls == [{"configs": {"cm": {"url": "https://argocd.example.com"}}}, "stop"]


def test_a_namespace_that_is_not_there_is_not_made_unasked(releases: Releases):
    message = (
        f'release {SPACE}/demo: namespaces "{SPACE}" not found; create it first and depend on it, or set '
        "create_namespace"
    )
    with pytest.raises(ProviderError) as refusal:
        releases.create(RELEASE, INPUTS | {"createNamespace": False}, preview=False)
    assert str(refusal.value) == message
