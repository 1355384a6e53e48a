"""The stand-in Kubernetes provider without a cluster: tables, names, drift, and whom it refuses to speak to."""

from pathlib import Path
from typing import Any

import pytest

from sandbox.home import Home
from sandbox.providers.kubernetes import fields, target
from sandbox.providers.kubernetes.objects import Objects
from sandbox.providers.kubernetes.target import Target
from sandbox.providers.protocol import UNKNOWN, Change, ProviderError, secret
from tests.sandbox.shapes import kubeconfig, obj, ref

CONFIG = ref("kubernetes:core/v1:ConfigMap")
offline = Objects(Target(None))


@pytest.mark.parametrize(
    ("api_version", "kind", "before", "after", "update", "replace"),
    [
        ("apps/v1", "Deployment", {"replicas": 1}, {"replicas": 2}, {"spec.replicas"}, set()),
        ("apps/v1", "Deployment", {"selector": {"a": "1"}}, {"selector": {"a": "2"}}, set(), {"spec.selector"}),
        ("apps/v1", "StatefulSet", {"serviceName": "a"}, {"serviceName": "b"}, set(), {"spec.serviceName"}),
        ("apps/v1", "StatefulSet", {"template": {"a": 1}}, {"template": {}}, {"spec.template"}, set()),
        ("batch/v1", "Job", {"template": {"a": 1}}, {"template": {"a": 2}}, set(), {"spec.template"}),
        ("batch/v1", "Job", {"suspend": True}, {"suspend": False}, {"spec.suspend"}, set()),
        ("v1", "Service", {"clusterIP": "None"}, {}, set(), {"spec.clusterIP"}),
        ("v1", "Service", {"type": "ClusterIP"}, {"type": "LoadBalancer"}, {"spec.type"}, set()),
        ("v1", "PersistentVolumeClaim", {"volumeName": "a"}, {"volumeName": "b"}, set(), {"spec.volumeName"}),
        ("v1", "PersistentVolumeClaim", {"resources": {"a": 1}}, {"resources": {"a": 2}}, {"spec.resources"}, set()),
        ("example.com/v1", "Deployment", {"selector": {"a": 1}}, {"selector": {}}, {"spec.selector"}, set()),
    ],
)
def test_a_changed_spec_updates_or_replaces_as_the_table_says(
    api_version: str, kind: str, before: Any, after: Any, update: set[str], replace: set[str]
):
    olds, news = (obj(api_version, kind, namespace="n", spec=spec) for spec in (before, after))
    found = fields.compare(olds, news)
    assert found == Change(frozenset(update), frozenset(replace), delete_first=bool(replace))


@pytest.mark.parametrize(
    ("change", "replace"),
    [
        ({"data": {"key": "other"}}, {"data"}),
        ({"metadata": {"name": "other"}}, {"metadata.name"}),
        ({"metadata": {"name": "it", "namespace": "other"}}, {"metadata.namespace"}),
        ({"apiVersion": "example.com/v1"}, {"apiVersion"}),
        ({"metadata": {"name": "it", "labels": {"a": "b"}}}, set()),
        ({"data": {"key": "value", "absent": None}}, set()),
    ],
)
def test_identity_and_content_replace_a_config_map(change: dict[str, Any], replace: set[str]):
    before = obj("v1", "ConfigMap", data={"key": "value"})
    assert fields.compare(before, before | change).replace == replace


def test_another_version_of_one_kind_is_the_same_object():
    before, after = (obj(f"networking.istio.io/{version}", "Gateway") for version in ("v1beta1", "v1"))
    assert fields.compare(before, after) == Change(update=frozenset({"apiVersion"}))


def test_a_new_name_is_created_before_the_old_one_goes():
    before, after = (obj("v1", "ConfigMap", name, data={"key": name}) for name in "ab")
    assert not fields.compare(before, after).delete_first


def test_an_object_without_a_name_gets_one_and_keeps_it():
    first = offline.check(CONFIG, {"data": {"key": "value"}}, {})
    name = first["metadata"]["name"]
    assert name.startswith("it-")
    assert len(name) == len("it-") + 8
    assert first["metadata"] == {"name": name, "namespace": "default", "annotations": {fields.AUTONAMED: "true"}}
    assert offline.check(CONFIG, {"data": {"key": "other"}}, first)["metadata"]["name"] == name
    second = obj("v1", "ConfigMap", name) | {"metadata": first["metadata"], "data": {"key": "value"}}
    assert not fields.compare(second, second | {"data": {}}).delete_first


def test_only_namespaced_kinds_get_a_namespace():
    checked = offline.check(ref("kubernetes:rbac.authorization.k8s.io/v1:ClusterRole"), {"metadata": {"name": "a"}}, {})
    assert checked["metadata"] == {"name": "a"}
    assert checked["apiVersion"] == "rbac.authorization.k8s.io/v1"


def test_what_a_secret_holds_is_sealed_and_no_message_repeats_it():
    checked = offline.check(ref("kubernetes:core/v1:Secret"), {"stringData": {"key": "canary"}}, {})
    assert checked["stringData"] == secret({"key": "canary"})
    forms = list(fields.secrets_in({"stringData": {"key": "canary"}, "data": {"other": "Y2FuYXJ5"}}))
    assert {"canary", "Y2FuYXJ5"} <= set(forms)


def test_what_is_not_implemented_is_refused_by_name():
    with pytest.raises(
        ProviderError, match=r"^it: the annotation pulumi\.com/waitFor is not implemented; leave it out$"
    ):
        offline.check(CONFIG, {"metadata": {"annotations": {"pulumi.com/waitFor": "condition=Ready"}}}, {})


def test_a_generated_name_and_a_nameless_patch_are_refused():
    with pytest.raises(
        ProviderError, match=r"^it: metadata\.generateName is not implemented; leave it out to be named$"
    ):
        offline.check(CONFIG, {"metadata": {"generateName": "a-"}}, {})
    with pytest.raises(ProviderError, match=r"^it: a patch needs metadata\.name, the name of what it patches$"):
        offline.check(ref("kubernetes:core/v1:ConfigMapPatch"), {"apiVersion": "v1", "kind": "ConfigMap"}, {})


def test_what_the_api_spells_otherwise_is_no_drift_and_what_somebody_changed_is():
    inputs = {"cpu": "1000m", "labels": {}, "args": ["a"], "containers": [{"name": "app", "image": "x:1"}]}
    desired = {"cpu": "1", "args": ["a"], "containers": [{"name": "app", "image": "x:1", "pull": "Always"}], "more": 1}
    assert fields.drifted(inputs, desired, desired | {"more": 2}) == inputs
    edited = desired | {"args": ["a", "b"], "containers": [{"name": "app", "image": "x:2", "pull": "Always"}]}
    assert fields.drifted(inputs, desired, edited) == {
        "cpu": "1000m",
        "labels": {},
        "args": ["a", "b"],
        "containers": [{"name": "app", "image": "x:2"}],
    }
    del edited["args"]
    assert "args" not in fields.drifted(inputs, desired, edited)


@pytest.mark.parametrize(
    ("variables", "message"),
    [
        ({}, "kubeconfig is not set; the laptop never falls back to the kubeconfig of your own clusters"),
        (
            {"kubeconfig": "nonsense"},
            "kubeconfig is no kubeconfig: it needs clusters, contexts and a current-context that leads to a server",
        ),
        (
            {"kubeconfig": kubeconfig("https://ABC.gr7.us-east-1.eks.amazonaws.com")},
            "kubeconfig names https://ABC.gr7.us-east-1.eks.amazonaws.com, which is not on loopback; this is the "
            "laptop's stand-in for the Kubernetes provider and touches nobody's cluster: take sandbox/bin off the PATH "
            "to deploy for real",
        ),
        (
            {"kubeconfig": UNKNOWN, "renderYamlToDirectory": "out"},
            "the laptop's Kubernetes provider does not implement renderYamlToDirectory; leave it out",
        ),
        (
            {"kubeconfig": UNKNOWN, "enableServerSideApply": "false"},
            "enableServerSideApply: false is not implemented here; leave it out, server-side apply it is",
        ),
    ],
)
def test_a_provider_that_could_reach_anything_else_is_refused(variables: Any, message: str, tmp_path: Path):
    with pytest.raises(ProviderError) as refusal:
        target.read(variables, Home(tmp_path))
    assert str(refusal.value) == message


def test_a_cluster_that_is_still_to_come_previews_without_any_connection(tmp_path: Path):
    found = target.read({"kubeconfig": UNKNOWN, "enablePatchForce": "true", "version": "4.34.2"}, Home(tmp_path))
    assert found == Target(None, force=True)
    inputs = obj("v1", "ConfigMap", data={"key": "value"})
    assert Objects(found).create(CONFIG, inputs, preview=True) == ("", inputs)


@pytest.mark.req("SEC-07")
def test_of_a_live_secret_only_the_programs_own_values_are_told():
    wanted = obj("v1", "Secret", data={"mine": "YQ==", "changed": "Yg=="})
    live = obj("v1", "Secret", data={"mine": "YQ==", "changed": "Y2FuYXJ5", "theirs": "Y2FuYXJ5"})
    live["metadata"]["annotations"] = {fields.LAST_APPLIED: '{"data": {"changed": "Y2FuYXJ5"}}', "kept": "yes"}
    told = fields.withheld(live, wanted)
    assert told["data"] == {"mine": "YQ==", "changed": fields.WITHHELD}
    assert told["metadata"]["annotations"] == {"kept": "yes"}


@pytest.mark.req("SEC-07")
def test_of_a_live_custom_resource_only_what_the_program_speaks_of_is_told():
    wanted = obj("argoproj.io/v1alpha1", "Application", spec={"project": "default"})
    live = obj("argoproj.io/v1alpha1", "Application", spec={"project": "other", "info": [{"value": "canary"}]})
    live["metadata"] |= {"uid": "1", "annotations": {"note": "canary"}}
    told = fields.withheld(live, wanted)
    assert told["spec"] == {"project": "other"}
    assert told["metadata"] == {"name": "it", "uid": "1"}
