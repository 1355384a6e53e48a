"""Charts that are there: the real helm installs them."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psutil
import pytest

from sandbox.cluster.control_plane import ControlPlane
from sandbox.providers.kubernetes.fields import WITHHELD
from sandbox.providers.kubernetes.helm import Helm
from sandbox.providers.kubernetes.releases import Releases
from sandbox.providers.protocol import PartialError, ProviderError
from tests.sandbox.releases.shapes import INPUTS, RELEASE, SPACE, Listening, image

pytestmark = pytest.mark.engine


@pytest.mark.usefixtures("chart")
def test_a_chart_that_is_there_is_truly_installed(plane: ControlPlane, releases: Releases, provider: Listening):
    id_, outputs = releases.create(RELEASE, INPUTS, preview=False)
    assert id_ == f"{SPACE}/demo"
    assert outputs["status"] == {
        "name": "demo",
        "namespace": SPACE,
        "chart": "demo",
        "version": "1.0.0",
        "appVersion": "",
        "revision": 1,
        "status": "deployed",
    }
    assert image(plane) == "example:2"
    assert plane.api.get("admissionregistration.k8s.io/v1", "ValidatingWebhookConfiguration", "demo") is None
    told = "chart demo 1.0.0: not registered, since simulated pods answer nobody: ValidatingWebhookConfiguration demo"
    assert provider.warnings == [told]
    assert releases.read(RELEASE, INPUTS, {}) == (INPUTS, outputs)
    changed = INPUTS | {"values": {"tag": "3"}}
    assert releases.update(RELEASE, INPUTS, changed, {}, preview=False)["status"]["revision"] == 2
    assert image(plane) == "example:3"
    assert provider.warnings == [told]
    drift = releases.read(RELEASE, INPUTS, {})
    assert drift is not None
    assert drift[0]["values"] == {"tag": WITHHELD}
    releases.delete(RELEASE, changed, {})
    assert image(plane) is None
    assert releases.read(RELEASE, INPUTS, {}) is None


def test_a_broken_chart_fails_and_is_named(plane: ControlPlane, releases: Releases, chart: Path):
    chart.write_text("{{ required `nobody set it` .Values.missing }}")
    with pytest.raises(ProviderError) as failure:
        releases.create(RELEASE, INPUTS, preview=False)
    assert not isinstance(failure.value, PartialError)
    head = f"release {SPACE}/demo: chart demo 1.0.0 was not installed: execution error at (demo/templates/all.yaml:1:3)"
    assert str(failure.value) == f"{head}: nobody set it; correct the chart or its values"


def test_a_release_that_does_not_become_ready_is_kept_and_an_atomic_one_is_not(
    plane: ControlPlane, releases: Releases, chart: Path
):
    inputs = INPUTS | {"values": {"tag": "broken"}, "timeout": 2}
    with pytest.raises(PartialError) as partial:
        releases.create(RELEASE, inputs, preview=False)
    assert partial.value.state["status"]["status"] == "failed"
    releases.delete(RELEASE, inputs, {})
    with pytest.raises(ProviderError) as failure:
        releases.create(RELEASE, inputs | {"atomic": True}, preview=False)
    assert not isinstance(failure.value, PartialError)
    assert image(plane) is None


@pytest.mark.usefixtures("chart")
def test_an_installation_that_was_killed_does_not_lock_the_next(
    plane: ControlPlane, releases: Releases, until: Callable[..., None]
):
    stuck = INPUTS | {"values": {"tag": "broken"}}
    with ThreadPoolExecutor() as pool:
        killed = pool.submit(releases.create, RELEASE, stuck, preview=False)
        until(lambda: image(plane) == "example:broken")
        for child in psutil.Process().children():
            if child.name() == "helm":
                child.kill()
        with pytest.raises(PartialError):
            killed.result()
    found = Helm(plane, SPACE).released("demo")
    assert found is not None
    assert found["status"] == "pending-install"
    with pytest.raises(PartialError, match=r"^release releases/demo is pending-install: what was being done to it"):
        releases.read(RELEASE, stuck, {})
    assert releases.update(RELEASE, stuck, INPUTS, {}, preview=False)["status"]["status"] == "deployed"
    assert image(plane) == "example:2"
