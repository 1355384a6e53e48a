"""The stand-in Kubernetes provider with a real API server: the whole life of an object, and its errors."""

import base64
import json
from collections.abc import Iterator
from typing import Any

import pytest

from sandbox.cluster.control_plane import ControlPlane
from sandbox.providers.kubernetes import fields, ready, target
from sandbox.providers.kubernetes.objects import Objects
from sandbox.providers.kubernetes.target import Target
from sandbox.providers.protocol import UNKNOWN, PartialError, ProviderError, secret
from tests.sandbox.shapes import kubeconfig, obj, ref

pytestmark = pytest.mark.engine


CONFIG = ref("kubernetes:core/v1:ConfigMap")


@pytest.fixture
def space(plane: ControlPlane, request: pytest.FixtureRequest) -> Iterator[str]:
    """A namespace of the test's own."""
    name = request.node.name.replace("_", "-")[:50].strip("-")
    wanted = obj("v1", "Namespace", name)
    plane.api.apply(wanted, "test")
    yield name
    plane.api.delete(wanted)


@pytest.fixture
def objects(plane: ControlPlane) -> Objects:
    return Objects(Target(plane))


def workload(space: str, image: str = "example:1", cpu: str = "1000m") -> dict[str, Any]:
    container = {"name": "app", "image": image, "resources": {"requests": {"cpu": cpu}}}
    template = {"metadata": {"labels": {"app": "it"}}, "spec": {"containers": [container]}}
    spec = {"replicas": 2, "selector": {"matchLabels": {"app": "it"}}, "template": template}
    return obj("apps/v1", "Deployment", namespace=space, spec=spec)


DEPLOYMENT = ref("kubernetes:apps/v1:Deployment")


def test_the_kubeconfig_of_a_cluster_of_this_home_is_recognised(plane: ControlPlane):
    found = target.read({"kubeconfig": kubeconfig(plane.endpoint)}, plane.home)
    assert found.plane is not None
    assert found.plane.name == plane.name
    with pytest.raises(ProviderError, match=r"^kubeconfig names https://127\.0\.0\.1:1, and no control plane in .*"):
        target.recognise(kubeconfig("https://127.0.0.1:1"), plane.home)


def test_a_deployment_is_created_ready_changed_and_gone(objects: Objects, space: str):
    inputs = workload(space)
    id_, outputs = objects.create(DEPLOYMENT, inputs, preview=False)
    assert id_ == f"{space}/it"
    assert outputs["status"]["availableReplicas"] == 2
    assert objects.read(DEPLOYMENT, inputs, {}) == (inputs, outputs)
    changed = workload(space, "example:2")
    updated = objects.update(DEPLOYMENT, inputs, changed, outputs, preview=False)
    assert updated["spec"]["template"]["spec"]["containers"][0]["image"] == "example:2"
    objects.delete(DEPLOYMENT, changed, updated)
    assert objects.read(DEPLOYMENT, changed, updated) is None
    objects.delete(DEPLOYMENT, changed, updated)


def test_drift_is_read_back_in_the_fields_that_were_set(objects: Objects, plane: ControlPlane, space: str):
    inputs = workload(space)
    objects.create(DEPLOYMENT, inputs, preview=False)
    plane.api.patch(inputs, {"spec": {"replicas": 1, "revisionHistoryLimit": 3}})
    found = objects.read(DEPLOYMENT, inputs, {})
    assert found is not None
    assert found[0] == inputs | {"spec": inputs["spec"] | {"replicas": 1}}


def test_a_field_that_somebody_owns_is_taken_over_only_on_request(plane: ControlPlane, objects: Objects, space: str):
    inputs = obj("v1", "ConfigMap", namespace=space, data={"key": "value"})
    objects.create(CONFIG, inputs, preview=False)
    plane.api.apply(inputs | {"data": {"key": "edited"}}, "somebody")
    message = (
        f'ConfigMap {space}/it: Apply failed with 1 conflict: conflict with "somebody": .data.key; leave the field to '
        "its owner, or take it over with the annotation pulumi.com/patchForce: 'true'"
    )
    with pytest.raises(ProviderError) as conflict:
        objects.update(CONFIG, inputs, inputs, {}, preview=False)
    assert str(conflict.value) == message
    forced = Objects(Target(plane, force=True)).update(CONFIG, inputs, inputs, {}, preview=False)
    assert forced["data"] == {"key": "value"}


def test_what_exists_already_is_refused_unless_this_very_resource_made_it(objects: Objects, space: str):
    inputs = obj("v1", "ConfigMap", namespace=space, data={"key": "value"})
    first = objects.create(CONFIG, inputs, preview=False)
    assert objects.create(CONFIG, inputs, preview=False) == first
    other = ref("kubernetes:core/v1:ConfigMap", "other")
    message = (
        f"ConfigMap {space}/it exists already and this resource did not make it; import it "
        f"(pulumi import kubernetes:core/v1:ConfigMap other {space}/it), or delete it first"
    )
    with pytest.raises(ProviderError) as refusal:
        objects.create(other, inputs, preview=False)
    assert str(refusal.value) == message


def test_a_patch_changes_its_own_fields_and_lets_go_of_them(objects: Objects, plane: ControlPlane, space: str):
    inputs = obj("v1", "ConfigMap", namespace=space, data={"key": "value"})
    objects.create(CONFIG, inputs, preview=False)
    patch = ref("kubernetes:v1:ConfigMapPatch", "patch")
    added = obj("v1", "ConfigMap", namespace=space, data={"more": "value"})
    _, outputs = objects.create(patch, added, preview=False)
    assert outputs["data"] == {"key": "value", "more": "value"}
    objects.delete(patch, added, outputs)
    live = plane.api.live(inputs)
    assert live is not None
    assert live["data"] == {"key": "value"}


def test_an_object_that_is_not_ready_is_kept_and_says_why(
    objects: Objects, space: str, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(ready, "PATIENCE_SECONDS", 1)
    with pytest.raises(PartialError) as partial:
        objects.create(DEPLOYMENT, workload(space, cpu="11"), preview=False)
    assert partial.value.id == f"{space}/it"
    assert partial.value.state["spec"]["replicas"] == 2
    head, _, tail = partial.value.reasons[0].partition(": it-")
    assert head == f"Deployment {space}/it exists but is not ready: 2 of 2 pods are up to date, 0 ready"
    assert tail.endswith(" waits for a node: 0/2 nodes are available: 2 Insufficient cpu, after 1 s")
    with pytest.raises(PartialError, match="ImagePullBackOff: image example:broken not found, after 1 s"):
        objects.update(DEPLOYMENT, {}, workload(space, "example:broken"), {}, preview=False)
    skipping = workload(space, "example:broken")
    skipping["metadata"]["annotations"] = {"pulumi.com/skipAwait": "true"}
    assert objects.update(DEPLOYMENT, {}, skipping, {}, preview=False)["spec"]["replicas"] == 2


@pytest.mark.parametrize(
    ("inputs", "message"),
    [
        (
            obj("argoproj.io/v1", "Rollout", namespace="default"),
            'Rollout default/it: no matches for kind "Rollout" in version "argoproj.io/v1"; its CRD is not installed; '
            "let this resource depend on the release that brings it",
        ),
        (
            obj("v1", "ConfigMap", namespace="nowhere"),
            'ConfigMap nowhere/it: namespaces "nowhere" not found; create what it names first and depend on it',
        ),
        (
            obj("v1", "ConfigMap", namespace="default", spec={"a": 1}),
            "ConfigMap default/it: failed to create typed patch object (default/it; /v1, Kind=ConfigMap): .spec: field "
            "not declared in schema; correct what it names",
        ),
        (
            obj("v1", "Service", namespace="default", spec={"type": "Balancer", "ports": [{"port": 80}]}),
            'Service default/it: Service "it" is invalid: spec.type: Unsupported value: "Balancer": supported values: '
            '"ClusterIP", "ExternalName", "LoadBalancer", "NodePort"; correct the named field',
        ),
    ],
)
def test_a_refusal_names_object_reason_and_remedy(objects: Objects, inputs: dict[str, Any], message: str):
    token = ref(f"kubernetes:{inputs['apiVersion']}:{inputs['kind']}")
    with pytest.raises(ProviderError) as refusal:
        objects.create(token, inputs, preview=False)
    assert str(refusal.value) == message


def test_a_preview_is_validated_by_the_api_and_leaves_nothing(objects: Objects, plane: ControlPlane, space: str):
    _, outputs = objects.create(DEPLOYMENT, workload(space), preview=True)
    assert outputs["spec"]["strategy"]["type"] == "RollingUpdate"
    assert outputs.keys().isdisjoint({"status"})
    assert outputs["metadata"].keys().isdisjoint({"uid", "creationTimestamp"})
    assert plane.api.live(workload(space)) is None
    broken = workload(space)
    broken["spec"]["replicas"] = -1
    message = "spec.replicas: Invalid value: -1: must be greater than or equal to 0; correct the named field"
    with pytest.raises(ProviderError, match=message):
        objects.create(DEPLOYMENT, broken, preview=True)


def test_a_preview_into_what_is_still_to_come_passes_the_inputs_on(objects: Objects):
    for inputs in (workload("nowhere"), obj("argoproj.io/v1", "Rollout", namespace="default", spec={"a": UNKNOWN})):
        assert objects.create(DEPLOYMENT, inputs, preview=True) == ("", inputs)


@pytest.mark.req("SEC-07")
def test_a_secret_is_sealed_everywhere_and_its_drift_is_seen_but_not_told(
    objects: Objects, plane: ControlPlane, space: str
):
    token = ref("kubernetes:core/v1:Secret")
    inputs = obj("v1", "Secret", namespace=space, stringData={"password": "canary-1"})
    _, outputs = objects.create(token, inputs, preview=False)
    assert outputs["data"] == secret({"password": base64.b64encode(b"canary-1").decode()})
    unchanged = objects.read(token, inputs, {})
    assert unchanged is not None
    assert unchanged[0]["stringData"] == secret({"password": "canary-1"})
    hidden = base64.b64encode(b"canary-2").decode()
    last = {"kubectl.kubernetes.io/last-applied-configuration": json.dumps({"data": {"password": hidden}})}
    plane.api.patch(inputs, {"metadata": {"annotations": last}, "data": {"password": hidden, "other": hidden}})
    drifted = objects.read(token, inputs, {})
    assert drifted is not None
    assert drifted[0]["stringData"] == secret({"password": fields.WITHHELD})
    assert drifted[1]["data"] == secret({"password": fields.WITHHELD})
    assert "annotations" not in drifted[1]["metadata"] or not drifted[1]["metadata"]["annotations"]


def test_no_error_repeats_what_a_secret_holds(objects: Objects, space: str):
    for value in ("canary!not-base64", {"nested": "canary"}):
        inputs = obj("v1", "Secret", namespace=space, data={"password": value})
        with pytest.raises(ProviderError) as refusal:
            objects.create(ref("kubernetes:core/v1:Secret"), inputs, preview=False)
        assert "canary" not in str(refusal.value)


def test_an_import_reads_what_somebody_else_made(objects: Objects, plane: ControlPlane, space: str):
    made = obj("v1", "ConfigMap", namespace=space, data={"key": "value"})
    plane.api.apply(made, "somebody")
    found = objects.read(ref("kubernetes:core/v1:ConfigMap", id_=f"{space}/it"), {}, {})
    assert found is not None
    assert found[0] == made
    assert objects.read(ref("kubernetes:core/v1:ConfigMap", id_=f"{space}/other"), {}, {}) is None


def test_a_definition_is_ready_once_its_kind_is_served(objects: Objects, plane: ControlPlane, space: str):
    schema = {"type": "object", "x-kubernetes-preserve-unknown-fields": True}
    version = {"name": "v1", "served": True, "storage": True, "schema": {"openAPIV3Schema": schema}}
    names = {"kind": "Widget", "plural": "widgets", "singular": "widget"}
    spec = {"group": "example.com", "names": names, "scope": "Namespaced", "versions": [version]}
    definition = obj("apiextensions.k8s.io/v1", "CustomResourceDefinition", "widgets.example.com", spec=spec)
    crd = ref("kubernetes:apiextensions.k8s.io/v1:CustomResourceDefinition")
    objects.create(crd, definition, preview=False)
    widget = obj("example.com/v1", "Widget", namespace=space, spec={"size": 1})
    _, outputs = objects.create(ref("kubernetes:example.com/v1:Widget"), widget, preview=False)
    assert outputs["spec"] == {"size": 1}
    objects.delete(crd, definition, {})
    assert plane.api.get("example.com/v1", "Widget", "it", space) is None


def test_every_kind_of_workload_is_awaited(objects: Objects, space: str):
    for kind, extra in (("DaemonSet", {}), ("StatefulSet", {"replicas": 2, "serviceName": "it"})):
        inputs = workload(space)
        inputs["kind"] = kind
        inputs["spec"] = {key: inputs["spec"][key] for key in ("selector", "template")} | extra
        _, outputs = objects.create(ref(f"kubernetes:apps/v1:{kind}"), inputs, preview=False)
        ready_pods = outputs["status"].get("numberReady") or outputs["status"].get("readyReplicas")
        assert ready_pods == 2, kind
        objects.delete(ref(f"kubernetes:apps/v1:{kind}"), inputs, {})


def test_a_deletion_that_hangs_names_what_keeps_the_object(
    objects: Objects, plane: ControlPlane, space: str, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(ready, "PATIENCE_SECONDS", 0)
    inputs = obj("v1", "ConfigMap", namespace=space)
    inputs["metadata"]["finalizers"] = ["example.com/keep"]
    objects.create(CONFIG, inputs, preview=False)
    message = (
        f"ConfigMap {space}/it: still there 0 s after its deletion, kept by example.com/keep; what should remove them "
        "may be gone: delete those objects before their controller, or clear their finalizers by hand"
    )
    with pytest.raises(ProviderError) as refusal:
        objects.delete(CONFIG, inputs, {})
    assert str(refusal.value) == message
    plane.api.patch(inputs, {"metadata": {"finalizers": []}})
