"""Whatever a chart pulls can be turned to a mirror, all charts in one way."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

import pulumi
import pytest
import yaml

from components.platform import catalogue
from components.platform.images import IMAGES, from_mirror, mirrored
from components.platform.metrics import MetricsServer, MetricsServerArgs
from tests.components.platform import upstream
from tests.components.platform.messages import exactly

MIRROR = "registry.internal/mirror"
CHARTS = {chart.name for chart in vars(catalogue).values() if isinstance(chart, catalogue.HelmChart)}
# Images of parts that stay switched off here, and of helm's own tests.
UNUSED = {
    "argo-cd": {"dex", "redis.exporter", "redis-ha.exporter", "server.extensions", "redis-ha.configmapTest"},
    "falco": {"k8s-metacollector", "falco-talon", "falcosidekick.webui"},
    "metrics-server": {"addonResizer"},
}
UNUSED["argo-cd"] |= {"redis-ha.sysctlImage"}
ADDED = {"initContainers.0.image"}  # of the plugin that Velero needs on AWS
_WORDS = ("repository", "registry", "imageRegistry", "hub", "image")


def references(values: Mapping[str, Any], at: str = "") -> Iterator[tuple[str, str]]:
    """Values that name a registry, by dotted path."""
    for key, value in values.items():
        path = f"{at}.{key}".strip(".")
        if isinstance(value, Mapping):
            yield from references(value, path)
        elif isinstance(value, list):
            yield from references({str(number): each for number, each in enumerate(value)}, path)
        elif key in _WORDS and re.match(r"[\w-]+(\.[\w-]+)+(/|$)", str(value)):
            yield path, str(value)


def defaults(chart: str) -> dict[str, Any]:
    """A chart's values with those of its dependencies."""
    folder = upstream.directory() / "values" / chart
    values = yaml.load((folder / "values.yaml").read_text(), upstream.Loader)  # noqa: S506 one of PyYAML's safe loaders
    for part in (folder / "dependencies").glob("*"):
        below = yaml.load((part / "values.yaml").read_text(), upstream.Loader)  # noqa: S506 one of PyYAML's safe loaders
        values[part.name] = {**below, **(values.get(part.name) or {})}
    return values.get(upstream.HIDDEN, values)


@pytest.mark.req("C-07")
def test_every_chart_says_which_images_it_pulls():
    assert set(IMAGES) == CHARTS


@pytest.mark.req("C-07")
@pytest.mark.parametrize("chart", ["argo-cd", "falco", "metrics-server", "cluster-autoscaler", "velero"])
def test_no_image_of_a_part_in_use_is_forgotten(chart: str):
    found = {
        path: image
        for path, image in references(defaults(chart))
        if not any(path.startswith(f"{part}.") for part in UNUSED.get(chart, ()))
    }
    assert found == {path: image for path, image in IMAGES[chart].items() if path not in ADDED}


@pytest.mark.req("C-07")
@pytest.mark.parametrize("chart", sorted(IMAGES))
def test_a_mirrored_chart_names_the_mirror_and_nothing_else(chart: str):
    values = mirrored(chart, {"global": {"kept": 1}, "kept": 2}, MIRROR)
    assert {path for path, _ in references(values)} == set(IMAGES[chart])
    assert all(image.startswith(f"{MIRROR}/") for _, image in references(values))
    assert (values["global"]["kept"], values["kept"]) == (1, 2)


def test_a_mirrored_chart_changes_no_values_of_its_caller():
    values = {"image": {"pullPolicy": "Always"}}
    mirrored("metrics-server", values, MIRROR)
    assert values == {"image": {"pullPolicy": "Always"}}


def test_a_chart_whose_images_nobody_listed_is_refused():
    message = "the images of chart loki are not listed; add them to components/platform/images.py"
    with pytest.raises(ValueError, match=exactly(message)):
        mirrored("loki", {}, MIRROR)


@pytest.mark.req("C-07")
@pytest.mark.parametrize(("mirror", "expected"), [(MIRROR, f"{MIRROR}/registry.k8s.io"), (None, None)])
def test_every_release_below_a_resource_is_turned_and_without_a_mirror_none(build, mirror, expected):
    def program() -> None:
        opts = pulumi.ResourceOptions(transformations=from_mirror(mirror))
        MetricsServer("metrics", MetricsServerArgs(replicas=2), opts)

    values = build(program).one("kubernetes:helm.sh/v3:Release").inputs["values"]
    image = values.get("image", {}).get("repository")
    assert image == (expected and f"{expected}/metrics-server/metrics-server")
    assert values["replicas"] == 2
