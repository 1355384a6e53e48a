"""Every value we set and every custom resource we create means something to the version that is pinned."""

from collections.abc import Mapping
from typing import Any

import pytest

from components.platform import (
    argocd_values,
    autoscaler,
    balancer_controller,
    catalogue,
    cert_manager,
    delivery,
    falco,
    ingress,
    istio,
    mesh_policies,
    metrics,
    velero,
)
from components.platform.falco_rules import DATABASE_ACCESS, RuleException
from components.platform.images import mirrored
from tests.components.platform import upstream

FULL_ARGOCD = argocd_values.ArgocdArgs(
    domain="argocd.dev.example.com",
    high_availability=True,
    oidc=argocd_values.OidcArgs(issuer="https://login.example.com/v2.0", client_id="id"),
    ksops=argocd_values.KsopsArgs(image="registry.example.com/ksops@sha256:" + "0" * 64),
    slack=argocd_values.SlackArgs(channel="deployments"),
    exposure=argocd_values.ExposureArgs(gateway="public", gateway_namespace="istio-ingress"),
    webhook=argocd_values.WebhookArgs(host="github", secret="argocd-webhook"),
)
FULL_ISTIO = istio.IstioArgs(replicas=2, tracing_collector="collector.monitoring:4317", gateway_annotations={"a": "b"})
FULL_FALCO = falco.FalcoArgs(
    outputs_secret="falco-outputs",
    loki_url="http://loki.monitoring:3100",
    exceptions=[RuleException(rule=DATABASE_ACCESS, namespace="velero", process="pg_dump")],
)
AUTOSCALER = autoscaler.ClusterAutoscalerArgs(cluster_name="dev-platform", region="us-east-1", role_arn="role")
ACME = cert_manager.AcmeArgs(
    email="platform@example.com",
    zone="example.com",
    region="us-east-1",
    role_arn="arn:aws:iam::000000000100:role/challenges",
)
CERT_MANAGER = cert_manager.CertManagerArgs(replicas=2, role_arn="role", acme=ACME)
CONTROLLER = balancer_controller.BalancerControllerArgs(
    cluster_name="dev-platform", region="us-east-1", vpc_id="vpc-1", role_arn="role"
)
INGRESS = ingress.IngressArgs(
    names=["api.example.com"], namespaces=["payment-service"], target_group_arns={"public": "arn"}, trusted=True
)
DELIVERY = delivery.DeliveryArgs(
    environment="dev",
    repository="https://git.example.com/platform/gitops.git",
    revision="main",
    path="gitops/apps",
    workloads={"payment": delivery.Workload(namespace="payment-service")},
    after=[],
)
VELERO = velero.VeleroArgs(
    cluster_name="dev-platform",
    bucket="dev-platform-velero",
    region="us-east-1",
    role_arn="role",
    schedules={
        "payment-service-daily": velero.VeleroSchedule(
            cron="0 2 * * *",
            namespaces=["payment-service"],
            excluded_resources=["events", "pods"],
            labelled=True,
            volumes=True,
            keep_days=30,
        )
    },
)
VALUES: dict[str, Mapping[str, Any]] = {
    "argo-cd": argocd_values.values(FULL_ARGOCD),
    "istio-base": {},
    "istiod": istio.istiod_values(FULL_ISTIO),
    "istio-gateway": istio.gateway_values(FULL_ISTIO),
    "falco": falco.values(FULL_FALCO),
    "metrics-server": metrics.values(metrics.MetricsServerArgs(replicas=2)),
    "cluster-autoscaler": autoscaler.values(AUTOSCALER),
    "velero": velero.values(VELERO),
    "cert-manager": cert_manager.values(CERT_MANAGER),
    "aws-load-balancer-controller": balancer_controller.values(CONTROLLER),
}
MANIFESTS = [
    *istio.mesh_manifests(FULL_ISTIO),
    mesh_policies.allow_ingress(istio.GATEWAY_LABELS),
    cert_manager.lets_encrypt(ACME),
    ingress.self_signed(),
    ingress.gateway_certificate(INGRESS),
    ingress.gateway(INGRESS),
    ingress.binding("public", "arn:aws:elasticloadbalancing:us-east-1:000000000101:targetgroup/edge/1"),
    delivery.root_project_manifest(DELIVERY),
    delivery.project_manifest(DELIVERY),
    delivery.root_application(DELIVERY),
    *velero.locations_of(VELERO),
    *(velero.schedule_manifest(name, order) for name, order in VELERO.schedules.items()),
    velero.snapshot_class(),
]
# What Istio's MeshConfig calls its fields, of those that a regulated mesh may want.
MESH_CONFIG = {
    *("accessLogEncoding", "accessLogFile", "accessLogFormat", "defaultConfig", "defaultHttpRetryPolicy"),
    *("enablePrometheusMerge", "enableTracing", "extensionProviders", "meshMTLS", "outboundTrafficPolicy"),
    *("tlsDefaults", "trustDomain"),
}


@pytest.mark.parametrize("chart", VALUES)
def test_every_value_we_set_exists_upstream(chart: str):
    name = {"istio-base": "base", "istio-gateway": "gateway"}.get(chart, chart)
    assert upstream.unknown_values(chart, mirrored(name, VALUES[chart], "registry.internal")) == []


@pytest.mark.req("GIT-02")
@pytest.mark.parametrize("host", ["github", "gitlab", "gogs"])
def test_every_git_host_that_can_be_ordered_has_its_secret_in_the_chart(host: str):
    webhook = argocd_values.WebhookArgs(host=host, secret="argocd-webhook")
    values = argocd_values.values(argocd_values.ArgocdArgs(domain="cd.example.com", webhook=webhook))
    assert upstream.unknown_values("argo-cd", values) == []


def test_a_misspelt_value_is_found_wherever_it_hides():
    assert upstream.unknown_values("istiod", {"global": {"proxy": {"resource": {}}}}) == ["global.proxy.resource"]
    assert upstream.unknown_values("falco", {"falcosidekick": {"confg": {}}}) == ["falcosidekick.confg"]
    assert upstream.unknown_values("metrics-server", {"replica": 1}) == ["replica"]


def test_every_setting_of_the_mesh_is_a_field_of_its_configuration():
    assert set(mesh_policies.mesh_config("collector:4317")) <= MESH_CONFIG


def test_the_catalogue_pins_the_versions_that_the_values_were_checked_against():
    pinned = {
        (chart.name, chart.version, chart.repository)
        for chart in vars(catalogue).values()
        if isinstance(chart, catalogue.HelmChart) and chart is not catalogue.ISTIO_CNI
    }
    entries = [upstream.index()[folder] for folder in VALUES]
    assert pinned == {(entry["chart"], entry["version"], entry["repository"]) for entry in entries}


@pytest.mark.parametrize(
    "manifest", MANIFESTS, ids=lambda manifest: f"{manifest['kind']}-{manifest['metadata']['name']}"
)
def test_every_custom_resource_satisfies_its_definition(manifest: dict[str, Any]):
    assert upstream.complaints(manifest) == []


def test_an_unknown_field_of_a_custom_resource_is_refused():
    manifest = mesh_policies.strict_mtls()
    manifest["spec"]["mtl"] = {"mode": "STRICT"}
    [complaint] = upstream.complaints(manifest)
    assert complaint == "$.spec: Additional properties are not allowed ('mtl' was unexpected)"
