"""The guards of what runs on a cluster: who sees Argo CD and calls it, where alerts, traces and images lead."""

from typing import Any

import pytest

from tests.infra.config.orders import ABSENT, DEV, GOVCLOUD, edited, refusals, stack

OIDC = {"issuer": "https://login.example.com/v2.0", "client_id": "argocd"}
SHOWN = {"oidc": OIDC, "exposure": {"gateway": "public"}}


@pytest.mark.req("GIT-03", "C-29")
def test_argo_cd_is_shown_to_the_outside_only_when_that_is_ordered() -> None:
    assert stack(DEV).platform.argocd.exposure is None
    exposure = stack(edited(DEV, {"platform.argocd": SHOWN})).platform.argocd.exposure
    assert exposure.model_dump() == {
        "gateway": "public",
        "gateway_namespace": "istio-ingress",
        "cluster_issuer": "letsencrypt-prod",
    }


@pytest.mark.req("GIT-03", "GIT-04")
def test_the_outside_never_sees_a_login_with_a_shared_password() -> None:
    assert refusals(DEV, {"platform.argocd": {"exposure": {"gateway": "public"}}}) == [
        "platform.argocd.exposure: shows the outside a login with one password for all; "
        "order oidc too, or leave the exposure out"
    ]


@pytest.mark.req("GIT-02")
def test_a_webhook_is_one_that_the_git_host_can_call() -> None:
    assert refusals(DEV, {"platform.argocd": SHOWN | {"webhook": {"host": "github"}}}) == []
    assert refusals(DEV, {"platform.argocd": {"webhook": {"host": "github"}}}) == [
        "platform.argocd.webhook: cannot be called by anybody; order exposure too, or let Argo CD ask Git"
    ]
    assert refusals(DEV, {"platform.argocd": SHOWN | {"webhook": {"host": "svn"}}}) == [
        "platform.argocd.webhook.host = svn: is not offered; choose 'github', 'gitlab' or 'gogs'"
    ]


@pytest.mark.req("RUN-04")
@pytest.mark.parametrize(
    ("falco", "line"),
    [
        (
            {"loki_url": "loki.monitoring:3100"},
            "loki_url = loki.monitoring:3100: is no address; write http:// or https:// and the host, "
            "without credentials",
        ),
        (
            {"exceptions": [{"rule": "Card Access", "namespace": "velero", "process": "pg_dump"}]},
            "exceptions[0].rule: is no rule of ours; choose Unauthorized Database Access or Sensitive File Access",
        ),
        (
            {
                "exceptions": [
                    {"rule": "Sensitive File Access", "namespace": "velero", "process": "a-long-process-name"}
                ]
            },
            "exceptions[0].process = a-long-process-name: is no process name; "
            "write it as the kernel knows it, at most 15 characters",
        ),
        (
            {"exceptions": [{"rule": "Sensitive File Access", "namespace": "velero", "process": "tar"}] * 2},
            "exceptions: names tar in velero: Sensitive File Access more than once; give each once",
        ),
    ],
)
def test_alerts_have_an_address_and_exceptions_a_rule_and_a_process(falco: dict[str, Any], line: str) -> None:
    assert refusals(DEV, {"platform.falco": falco}) == [f"platform.falco.{line}"]


@pytest.mark.req("OBS-02", "MESH-04")
def test_traces_go_to_a_service_with_its_port() -> None:
    assert stack(DEV).platform.istio.tracing_collector is None
    assert refusals(DEV, {"platform.istio.tracing_collector": "collector.monitoring:4317"}) == []
    assert refusals(DEV, {"platform.istio.tracing_collector": "http://collector"}) == [
        "platform.istio.tracing_collector = http://collector: is no service address; "
        "write host:port without scheme, such as collector.monitoring:4317"
    ]


@pytest.mark.req("C-07", "NET-09")
def test_a_cluster_without_a_way_out_says_where_its_images_are() -> None:
    assert refusals(DEV, {"image_mirror": ABSENT}) == [
        "image_mirror: is missing, and pod_egress: vpc_endpoints leaves no way to the public registries; "
        "name a registry with copies of their images, such as 000000000101.dkr.ecr.us-east-1.amazonaws.com"
    ]
    assert refusals(DEV, {"image_mirror": ABSENT, "network.pod_egress": "open"}) == []


@pytest.mark.req("C-07")
def test_the_mirror_is_one_that_an_endpoint_leads_to() -> None:
    mirror = "000000000100.dkr.ecr.us-east-1.amazonaws.com/public"
    assert refusals(DEV, {"image_mirror": mirror}) == []
    assert refusals(GOVCLOUD, {"image_mirror": mirror}) == [
        f"image_mirror = {mirror}: lies in another region, to which no endpoint leads; "
        "use the registry of us-gov-west-1"
    ]


@pytest.mark.parametrize("mirror", ["https://registry.internal", "registry", "registry.internal/"])
def test_a_mirror_is_a_registry_and_a_folder(mirror: str) -> None:
    assert refusals(DEV, {"image_mirror": mirror}) == [
        f"image_mirror = {mirror}: is no image registry; "
        "write host, host:port or host/folder, without scheme or a slash at the end"
    ]
