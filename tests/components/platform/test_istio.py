"""The mesh is encrypted, closed by default, and comes up in order."""

import pytest

from components.platform import mesh_policies
from components.platform.istio import Istio, IstioArgs, gateway_values, istiod_values, mesh_manifests

RELEASE = "kubernetes:helm.sh/v3:Release"
NAMESPACE = "kubernetes:core/v1:Namespace"


def istio(build):
    return build(lambda: Istio("istio", IstioArgs()))


@pytest.mark.req("MESH-06")
def test_base_cni_istiod_and_the_gateway_come_one_after_the_other(build):
    engine = istio(build)
    urn = {r.inputs["chart"]: r.urn for r in engine.of(RELEASE)}
    waits = {r.inputs["chart"]: {name for name in urn if urn[name] in r.depends_on} for r in engine.of(RELEASE)}
    assert waits == {"base": set(), "cni": {"base"}, "istiod": {"base", "cni"}, "gateway": {"istiod"}}


@pytest.mark.req("MESH-01")
def test_the_whole_mesh_speaks_mutual_tls_only(build):
    policy = istio(build).one("kubernetes:security.istio.io/v1:PeerAuthentication")
    assert policy.inputs["metadata"] == {"name": "default", "namespace": "istio-system"}
    assert policy.inputs["spec"] == {"mtls": {"mode": "STRICT"}}


@pytest.mark.req("MESH-01")
def test_nothing_is_allowed_but_what_a_policy_names(build):
    engine = istio(build)
    found = engine.of("kubernetes:security.istio.io/v1:AuthorizationPolicy")
    policies = {r.inputs["metadata"]["name"]: r.inputs for r in found}
    assert policies["deny-all"]["metadata"]["namespace"] == "istio-system"
    assert policies["deny-all"]["spec"] == {}
    assert policies["allow-public"]["metadata"]["namespace"] == "istio-ingress"
    assert policies["allow-public"]["spec"] == {
        "selector": {"matchLabels": {"app": "gateway", "istio": "gateway"}},
        "action": "ALLOW",
        "rules": [{"to": [{"operation": {"ports": ["80", "443"]}}]}],
    }
    istiod = next(r.urn for r in engine.of(RELEASE) if r.inputs["chart"] == "istiod")
    assert all(istiod in r.depends_on for r in found)


@pytest.mark.req("MESH-01")
def test_proxies_speak_tls_1_3_with_one_another():
    assert istiod_values(IstioArgs())["meshConfig"]["meshMTLS"] == {"minProtocolVersion": "TLSV1_3"}


@pytest.mark.req("MESH-02")
def test_a_sidecar_has_the_resources_of_its_source():
    assert istiod_values(IstioArgs())["global"]["proxy"]["resources"] == {
        "limits": {"cpu": "500m", "memory": "256Mi"},
        "requests": {"cpu": "100m", "memory": "128Mi"},
    }


@pytest.mark.req("MESH-06")
def test_metrics_are_merged_onto_a_port_that_strict_mode_leaves_plain():
    assert istiod_values(IstioArgs())["meshConfig"]["enablePrometheusMerge"] is True


@pytest.mark.req("MESH-05")
def test_the_mesh_repeats_only_what_never_arrived():
    policy = istiod_values(IstioArgs())["meshConfig"]["defaultHttpRetryPolicy"]
    assert policy == {"attempts": 2, "retryOn": "connect-failure,refused-stream"}


@pytest.mark.req("MESH-04")
def test_a_tenth_of_all_requests_is_traced_once_there_is_a_collector():
    args = IstioArgs(tracing_collector="collector.monitoring:4317")
    telemetry = mesh_manifests(args)[-1]
    assert telemetry["spec"]["tracing"] == [{"providers": [{"name": "otlp"}], "randomSamplingPercentage": 10.0}]
    config = istiod_values(args)["meshConfig"]
    assert config["extensionProviders"] == [
        {"name": "otlp", "opentelemetry": {"service": "collector.monitoring", "port": 4317}}
    ]
    assert config["enableTracing"] is True


def test_without_a_collector_nothing_is_traced():
    assert [manifest["kind"] for manifest in mesh_manifests(IstioArgs())] == [
        "PeerAuthentication",
        "AuthorizationPolicy",
    ]
    assert "enableTracing" not in mesh_policies.mesh_config(None)


def test_only_the_node_agent_runs_outside_restricted_pod_security(build):
    labels = {r.inputs["metadata"]["name"]: r.inputs["metadata"]["labels"] for r in istio(build).of(NAMESPACE)}
    levels = {name: each["pod-security.kubernetes.io/enforce"] for name, each in labels.items()}
    assert levels == {"istio-system": "restricted", "istio-cni": "privileged", "istio-ingress": "restricted"}
    assert istiod_values(IstioArgs())["cni"] == {"enabled": True}


def test_the_gateways_load_balancer_is_the_callers_choice():
    values = gateway_values(IstioArgs(gateway_annotations={"scheme": "internal"}))
    assert values["service"] == {"annotations": {"scheme": "internal"}}


def test_two_replicas_survive_a_drain_and_one_does_not_block_it():
    assert gateway_values(IstioArgs(replicas=2))["podDisruptionBudget"] == {"minAvailable": 1}
    assert gateway_values(IstioArgs(replicas=1))["podDisruptionBudget"] == {}
