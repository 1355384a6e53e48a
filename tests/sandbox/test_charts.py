"""What is known of charts without a cluster: where they lie, which values they take, which CRDs they bring."""

from pathlib import Path
from typing import Any

import pytest

from sandbox.cluster import preinstalled
from sandbox.home import PROJECT, Home
from sandbox.providers.kubernetes import upstream
from sandbox.providers.kubernetes.charts import Chart, find
from sandbox.providers.kubernetes.postrender import kept
from sandbox.providers.kubernetes.releases import Releases
from sandbox.providers.kubernetes.target import Target
from sandbox.providers.protocol import UNKNOWN, Change, Provider, ProviderError
from tests import records
from tests.sandbox.shapes import ref

DEMO = Chart("demo", "1.2.3", "https://charts.example.com")
RELEASE = ref("kubernetes:helm.sh/v3:Release")
BUILT_IN = {f"{group}.k8s.io" for group in ("apiextensions", "networking", "rbac.authorization", "storage")}
DEFAULTS = """
replicas: 1
image: {tag: "1"}
annotations: {}
# -- set only where wanted
# priorityClassName: high
sidecar: {enabled: false}
"""
INDEX = """
- {dir: demo, chart: demo, repository: "https://charts.example.com", version: 1.2.0}
- {dir: mesh, chart: mesh, repository: "https://charts.example.com", version: 1.2.3}
"""
SCHEMA = '{"type": "object", "properties": {"replicas": {"type": "integer"}}}'


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An UPSTREAM_DIR with two charts; `demo` depends on another under the key `sidecar`."""
    files = {
        "INDEX.yaml": INDEX,
        "values/demo/values.yaml": DEFAULTS,
        "values/demo/values.schema.json": SCHEMA,
        "values/demo/chart.yaml": "dependencies: [{name: side, alias: sidecar}, {name: cache}]",
        "values/demo/dependencies/side/values.yaml": "port: 1",
        "values/mesh/values.yaml": "_internal_defaults_do_not_set: {replicas: 1, proxy: {cpu: 1}}",
        "values/mesh/chart.yaml": "name: mesh",
        "crds/demo/a.yaml": "spec: {conversion: {strategy: Webhook}, sign: =}\nstatus: {}",
    }
    for name, text in files.items():
        path = tmp_path / "upstream" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    monkeypatch.setenv("UPSTREAM_DIR", str(tmp_path / "upstream"))
    monkeypatch.delenv("CHARTS_DIR", raising=False)
    monkeypatch.setenv("LAPTOP_HOME", str(tmp_path / "home"))
    return tmp_path


def test_only_values_that_the_chart_cannot_know_are_found(data: Path):
    values = {
        "replicas": 2,
        "image": {"tga": "2"},
        "annotations": {"anything": "goes"},
        "priorityClassName": "low",
        "sidecar": {"enabled": True, "port": 2, "prot": 3},
        "cache": {"anything": "goes"},
        "global": {"anything": "goes"},
        "replica": 1,
    }
    found = upstream.faults(DEMO, values, Home(data))
    assert found == ["image.tga (unknown)", "sidecar.prot (unknown)", "replica (unknown)"]


def test_values_that_break_the_charts_schema_are_found_without_repeating_them(data: Path):
    assert upstream.faults(DEMO, {"replicas": "canary"}, Home(data)) == ["replicas (breaks the schema's type)"]
    assert upstream.faults(DEMO, {"replicas": UNKNOWN}, Home(data)) == []


def test_istio_charts_hide_their_defaults_under_a_key_of_their_own(data: Path):
    mesh = Chart("mesh", "1.2.3", "https://charts.example.com/")
    assert upstream.faults(mesh, {"replicas": 2, "proxy": {"cpus": 2}}, Home(data)) == ["proxy.cpus (unknown)"]


def test_a_chart_of_another_repository_is_another_chart(data: Path):
    assert upstream.upstream(Chart("demo", "1.2.3", "https://elsewhere.example.com")) is None
    assert upstream.faults(Chart("demo", "1.2.3", "https://elsewhere.example.com"), {"any": 1}, Home(data)) == []


def test_crds_come_without_what_nobody_could_answer(data: Path):
    known = upstream.upstream(DEMO)
    assert known is not None
    assert known.version == "1.2.0"
    assert list(known.crds()) == [{"spec": {"sign": "="}}]


def test_permissive_crds_carry_the_names_that_the_real_ones_have():
    found = {each["metadata"]["name"]: each["spec"] for each in upstream.permissive(Chart("base", "", ""))}
    assert {"gateways.networking.istio.io", "serviceentries.networking.istio.io"} <= found.keys()
    assert {"telemetries.telemetry.istio.io", "proxyconfigs.networking.istio.io"} <= found.keys()
    served = [each["name"] for each in found["gateways.networking.istio.io"]["versions"] if each["storage"]]
    assert served == ["v1"]
    assert list(upstream.permissive(DEMO)) == []


@pytest.mark.skipif(
    not (PROJECT.parent / "shared" / "upstream").exists(), reason="upstream's CRDs are not beside the checkout"
)
@pytest.mark.parametrize("name", ["argo-cd", "aws-load-balancer-controller", "base", "cert-manager", "velero"])
def test_permissive_crds_stand_for_kinds_that_upstream_has(name: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv("UPSTREAM_DIR", raising=False)
    known = upstream.upstream(Chart(name, "", ""))
    assert known is not None
    real = {each["metadata"]["name"]: each["spec"] for each in known.crds()}
    for each in upstream.permissive(Chart(name, "", "")):
        spec = real[each["metadata"]["name"]]
        assert spec["scope"] == each["spec"]["scope"]
        assert spec["names"]["plural"] == each["spec"]["names"]["plural"]
        assert {v["name"] for v in each["spec"]["versions"]} <= {v["name"] for v in spec["versions"]}
        # Where the status lives decides whether a controller's report arrives.
        assert {_parts(v) for v in each["spec"]["versions"]} == {_parts(v) for v in spec["versions"]}


@pytest.mark.parametrize("stack", records.COMMITTED)
def test_every_kind_of_a_stack_is_served_where_no_chart_and_no_data_can_be_had(stack: str):
    made = [each for each in records.of_stack(stack).records if each.token.startswith("kubernetes:")]
    charts = [each.inputs["chart"] for each in made if each.token == RELEASE.token]
    brought = [each for chart in charts for each in upstream.permissive(Chart(chart, "", ""))]
    brought += [each.inputs for each in made if each.inputs.get("kind") == "CustomResourceDefinition"]
    brought += preinstalled.objects()
    served = {
        (f"{each['spec']['group']}/{version['name']}", each["spec"]["names"]["kind"])
        for each in brought
        for version in each["spec"]["versions"]
    }
    named = {(each.inputs["apiVersion"], each.inputs["kind"]) for each in made if "apiVersion" in each.inputs}
    assert {each for each in named if "." in _group(each[0]) and _group(each[0]) not in BUILT_IN} <= served


def _group(version: str) -> str:
    return version.partition("/")[0]


def _parts(version: dict[str, Any]) -> bool:
    return "status" in version.get("subresources", {})


def test_a_release_with_an_unknown_value_is_refused_before_anything_happens(data: Path):
    inputs = {
        "chart": "demo",
        "version": "1.2.3",
        "repositoryOpts": {"repo": DEMO.repository},
        "values": {"replica": 1},
    }
    message = (
        "it: values of chart demo 1.2.3: replica (unknown); helm ignores what a chart does not know, so correct it to "
        "what the chart's values.yaml has"
    )
    with pytest.raises(ProviderError) as refusal:
        Releases(Target(None), Provider()).check(RELEASE, inputs, {})
    assert str(refusal.value) == message


def test_a_release_is_named_placed_and_given_helms_own_patience(data: Path):
    releases = Releases(Target(None, namespace="apps"), Provider())
    checked = releases.check(RELEASE, {"chart": "other"}, {})
    assert checked["name"].startswith("it-")
    assert checked == {"chart": "other", "name": checked["name"], "namespace": "apps", "timeout": 300}
    assert releases.check(RELEASE, {"chart": "other"}, checked) == checked
    with pytest.raises(ProviderError, match=r"^it: lint, postrender is not implemented here; leave it out$"):
        releases.check(RELEASE, {"chart": "other", "postrender": "sed", "lint": True, "verify": False}, {})


def test_only_another_name_or_namespace_replaces_a_release():
    releases = Releases(Target(None), Provider())
    old = {"name": "a", "namespace": "n", "chart": "c", "values": {}}
    assert releases.diff(RELEASE, old, old | {"values": {"a": 1}}, {}) == Change(update=frozenset({"values"}))
    assert releases.diff(RELEASE, old, old | {"namespace": "m"}, {}) == Change(replace=frozenset({"namespace"}))


def test_an_unpacked_chart_of_another_version_is_no_substitute(data: Path, monkeypatch: pytest.MonkeyPatch):
    folder = data / "charts" / "demo"
    folder.mkdir(parents=True)
    (folder / "Chart.yaml").write_text("name: demo\nversion: 1.0.0")
    monkeypatch.setenv("CHARTS_DIR", str(folder.parent))
    message = (
        f"{folder} is version 1.0.0 of the chart, and the release asks for 1.2.3; put 1.2.3 there, or pin the version "
        "that is there"
    )
    with pytest.raises(ProviderError) as refusal:
        find(DEMO, Home(data))
    assert str(refusal.value) == message


def test_a_chart_that_nothing_leads_to_is_refused(data: Path):
    with pytest.raises(
        ProviderError, match=r"^chart demo: demo is not in CHARTS_DIR, and no repository is named for it$"
    ):
        find(Chart("demo", "", ""), Home(data))


def test_what_would_call_into_simulated_pods_is_left_out_of_a_chart():
    manifests = """---
# Source: demo/templates/hook.yaml
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingWebhookConfiguration
metadata: {name: demo}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: demo}
data: {answer: on}
---
kind: CustomResourceDefinition
spec:
  conversion: {strategy: Webhook}
  group: example.com
"""
    text, gone = kept(manifests)
    assert gone == ["ValidatingWebhookConfiguration demo"]
    assert "data: {answer: on}" in text
    assert list(upstream.documents(text))[1] == {
        "kind": "CustomResourceDefinition",
        "spec": {"group": "example.com"},
    }
