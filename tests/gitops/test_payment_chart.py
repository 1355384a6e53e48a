"""The payment service's chart, as helm renders it."""

from itertools import pairwise
from typing import Any

import pytest

from tests.components.platform import upstream
from tests.gitops.rendered import RefusedError, one, payment

pytestmark = pytest.mark.engine
ALL = ("metrics.serviceMonitor.enabled=true", "networkPolicy.databaseCidrs={10.16.200.0/24}")


def deployment(*settings: str):
    return one(payment(*settings), "Deployment")["spec"]


def pod(*settings: str):
    return deployment(*settings)["template"]["spec"]


def container(*settings: str):
    [only] = pod(*settings)["containers"]
    return only


@pytest.mark.req("PAY-01")
def test_pods_keep_apart_by_host_first_and_by_zone_second():
    terms = pod()["affinity"]["podAntiAffinity"]["preferredDuringSchedulingIgnoredDuringExecution"]
    assert [(term["weight"], term["podAffinityTerm"]["topologyKey"]) for term in terms] == [
        (100, "kubernetes.io/hostname"),
        (50, "topology.kubernetes.io/zone"),
    ]
    chosen = {"matchExpressions": [{"key": "app", "operator": "In", "values": ["payment-service"]}]}
    assert all(term["podAffinityTerm"]["labelSelector"] == chosen for term in terms)


@pytest.mark.req("PAY-01")
def test_ten_replicas_are_a_setting():
    assert deployment("autoscaling.enabled=false", "replicas=10")["replicas"] == 10


def test_one_zone_breaks_the_spread_rule_instead_of_hiding():
    [rule] = pod()["topologySpreadConstraints"]
    assert (rule["topologyKey"], rule["whenUnsatisfiable"]) == ("topology.kubernetes.io/zone", "DoNotSchedule")
    assert (rule["maxSkew"], rule["minDomains"]) == (1, 2)


@pytest.mark.req("PAY-02")
def test_resources_are_those_of_the_chart_unless_an_overlay_says_more():
    assert container()["resources"] == {
        "requests": {"cpu": "500m", "memory": "512Mi"},
        "limits": {"cpu": "1000m", "memory": "1Gi"},
    }
    production = container("resources.limits.cpu=2000m", "resources.limits.memory=2Gi")
    assert production["resources"]["limits"] == {"cpu": "2000m", "memory": "2Gi"}


@pytest.mark.req("PAY-03")
def test_more_than_half_stays_while_nodes_are_drained():
    assert one(payment(), "PodDisruptionBudget")["spec"]["minAvailable"] == "51%"


@pytest.mark.req("PAY-03")
def test_a_budget_that_lets_no_node_be_drained_is_refused():
    with pytest.raises(RefusedError, match=r"51% of 2 pods lets no node be drained; raise autoscaling\.minReplicas"):
        payment("autoscaling.minReplicas=2")


@pytest.mark.req("PAY-03")
def test_the_autoscaler_keeps_ten_and_nobody_else_sets_replicas():
    scaler = one(payment("autoscaling.minReplicas=10", "autoscaling.maxReplicas=30"), "HorizontalPodAutoscaler")["spec"]
    assert (scaler["minReplicas"], scaler["maxReplicas"]) == (10, 30)
    assert scaler["scaleTargetRef"] == {"apiVersion": "apps/v1", "kind": "Deployment", "name": "payment-service"}
    assert "replicas" not in deployment()


@pytest.mark.req("PAY-03")
def test_health_is_asked_for_at_the_start_and_ever_after():
    probes = [container()[probe]["httpGet"] for probe in ("startupProbe", "readinessProbe", "livenessProbe")]
    assert probes == [{"path": "/health", "port": "http"}] * 3


@pytest.mark.req("PAY-03")
def test_a_slow_start_has_two_minutes_before_it_is_a_failure():
    probe = container()["startupProbe"]
    assert probe["periodSeconds"] * probe["failureThreshold"] == 120


@pytest.mark.req("PAY-04")
def test_it_serves_payments_on_8080_to_the_gateway_only():
    assert container()["ports"] == [{"name": "http", "containerPort": 8080, "protocol": "TCP"}]
    assert one(payment(), "Service")["spec"]["ports"][0]["port"] == 8080
    [rule] = one(payment(), "AuthorizationPolicy")["spec"]["rules"]
    assert rule["from"] == [{"source": {"serviceAccounts": ["api-gateway"]}}]
    assert [each["operation"] for each in rule["to"]] == [
        {"methods": ["POST"], "paths": ["/api/v1/payments"]},
        {"methods": ["GET"], "paths": ["/health", "/api/v1/payments/*"]},
    ]


@pytest.mark.req("PAY-04")
def test_without_a_tag_it_runs_the_charts_own_version():
    assert container()["image"] == "payment-service:v2.5.0"


@pytest.mark.req("C-22")
def test_a_digest_wins_over_a_tag_and_latest_is_refused():
    digest = "sha256:" + "a" * 64
    assert container(f"image.digest={digest}")["image"] == f"payment-service@{digest}"
    with pytest.raises(RefusedError, match=r"at '/image/tag'"):
        payment("image.tag=latest")


@pytest.mark.req("ADM-08")
def test_it_is_hardened_and_its_group_is_the_pods_alone():
    assert pod()["securityContext"] == {
        "runAsNonRoot": True,
        "runAsUser": 1000,
        "fsGroup": 1000,
        "seccompProfile": {"type": "RuntimeDefault"},
    }
    assert container()["securityContext"] == {
        "runAsNonRoot": True,
        "runAsUser": 1000,
        "readOnlyRootFilesystem": True,
        "allowPrivilegeEscalation": False,
        "seccompProfile": {"type": "RuntimeDefault"},
        "capabilities": {"drop": ["ALL"]},
    }
    assert pod()["automountServiceAccountToken"] is False


@pytest.mark.req("NP-02")
def test_it_is_reached_by_the_gateway_and_by_monitoring():
    def plain(port: int):
        return {"protocol": "TCP", "port": port}

    assert one(payment(), "NetworkPolicy")["spec"]["ingress"] == [
        {"from": [{"podSelector": {"matchLabels": {"app": "api-gateway"}}}], "ports": [plain(8080)]},
        {"from": [{"namespaceSelector": {"matchLabels": {"name": "istio-ingress"}}}], "ports": [plain(8080)]},
        {
            "from": [{"namespaceSelector": {"matchLabels": {"name": "monitoring"}}}],
            "ports": [plain(8080), plain(15020)],
        },
    ]


@pytest.mark.req("NP-03", "NP-04")
def test_it_reaches_its_stores_names_the_mesh_traces_and_events_and_nothing_else():
    def rule(*peers: dict[str, Any], ports: tuple[int, ...]):
        return {"to": [*peers], "ports": [{"protocol": "TCP", "port": port} for port in ports]}

    def pods(app: str):
        return {"podSelector": {"matchLabels": {"app": app}}}

    def within(namespace: str):
        return {"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": namespace}}}

    names = {**within("kube-system"), "podSelector": {"matchLabels": {"k8s-app": "kube-dns"}}}
    policy = one(payment(*ALL), "NetworkPolicy")["spec"]
    assert policy["policyTypes"] == ["Ingress", "Egress"]
    assert policy["egress"] == [
        rule(pods("postgresql"), ports=(5432,)),
        rule(pods("redis"), ports=(6379,)),
        {"to": [names], "ports": [{"protocol": protocol, "port": 53} for protocol in ("UDP", "TCP")]},
        rule({**within("istio-system"), **pods("istiod")}, ports=(15012,)),
        rule({"namespaceSelector": {"matchLabels": {"name": "monitoring"}}}, ports=(4317, 4318)),
        rule(pods("kafka"), ports=(9092,)),
        rule({"ipBlock": {"cidr": "10.16.200.0/24"}}, ports=(5432, 6379, 9098)),
    ]


@pytest.mark.req("MESH-02")
def test_its_sidecar_has_the_resources_of_its_source():
    annotations = deployment()["template"]["metadata"]["annotations"]
    assert {key: value for key, value in annotations.items() if key.startswith("sidecar.istio.io/")} == {
        "sidecar.istio.io/proxyCPU": "100m",
        "sidecar.istio.io/proxyMemory": "128Mi",
        "sidecar.istio.io/proxyCPULimit": "500m",
        "sidecar.istio.io/proxyMemoryLimit": "256Mi",
    }


@pytest.mark.req("MESH-01")
def test_mutual_tls_cannot_be_weakened_by_an_overlay():
    assert one(payment(), "PeerAuthentication")["spec"]["mtls"] == {"mode": "STRICT"}
    with pytest.raises(RefusedError, match=r"at '/serviceMesh/mtls/mode'"):
        payment("serviceMesh.mtls.mode=PERMISSIVE")


@pytest.mark.req("MESH-06", "OBS-01")
def test_metrics_are_read_every_30_seconds_where_strict_mode_lets_them_be_read():
    objects = payment(*ALL)
    [endpoint] = one(objects, "ServiceMonitor")["spec"]["endpoints"]
    assert endpoint == {"port": "http-metrics", "path": "/stats/prometheus", "interval": "30s"}
    ports = {port["name"]: port["port"] for port in one(objects, "Service")["spec"]["ports"]}
    assert ports["http-metrics"] == 15020
    annotations = deployment()["template"]["metadata"]["annotations"]
    assert annotations["prometheus.io/port"] == "8080"
    assert annotations["prometheus.io/path"] == "/metrics"


@pytest.mark.req("MESH-05", "MESH-03")
def test_the_breaker_is_bound_to_the_host_and_a_payment_is_never_repeated():
    rule = one(payment(), "DestinationRule")["spec"]
    assert (rule["host"], "subsets" in rule) == ("payment-service", False)
    assert rule["trafficPolicy"]["outlierDetection"] == {
        "consecutive5xxErrors": 5,
        "interval": "10s",
        "baseEjectionTime": "30s",
        "maxEjectionPercent": 50,
    }
    reads, payments = one(payment(), "VirtualService")["spec"]["http"]
    assert (reads["match"], reads["retries"]["attempts"]) == ([{"method": {"exact": "GET"}}], 2)
    assert ("match" in payments, payments["retries"]) == (False, {"attempts": 0})


@pytest.mark.req("OBS-02")
def test_a_tenth_of_its_traces_is_sampled():
    data = one(payment(), "ConfigMap")["data"]
    assert data["OTEL_TRACES_SAMPLER"] == "parentbased_traceidratio"
    assert data["OTEL_TRACES_SAMPLER_ARG"] == "0.1"


def test_a_changed_setting_rolls_the_pods():
    sums = [
        deployment(f"config.LOG_LEVEL={level}")["template"]["metadata"]["annotations"]["checksum/config"]
        for level in ("debug", "info")
    ]
    assert all(before != after for before, after in pairwise(sums))


def test_a_failed_rollout_is_noticed_in_time():
    assert deployment()["progressDeadlineSeconds"] == 120


def test_a_misspelt_value_is_refused():
    with pytest.raises(RefusedError, match="additional properties 'replica' not allowed"):
        payment("replica=3")


def test_every_custom_resource_of_the_chart_satisfies_its_definition():
    objects = [
        each for each in payment(*ALL) if each["apiVersion"].split("/")[0].endswith((".istio.io", ".coreos.com"))
    ]
    assert {each["kind"] for each in objects} == {
        *("AuthorizationPolicy", "DestinationRule", "PeerAuthentication", "ServiceMonitor", "VirtualService")
    }
    assert {each["kind"]: upstream.complaints(each) for each in objects} == {each["kind"]: [] for each in objects}


@pytest.mark.req("BDR-04")
def test_whatever_the_chart_makes_is_found_by_the_daily_backup():
    for manifest in payment(*ALL):
        assert manifest["metadata"]["labels"]["backup.velero.io/include"] == "true", manifest["kind"]
