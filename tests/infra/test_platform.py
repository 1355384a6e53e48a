"""What runs on a stack's cluster, as the stack file orders it."""

import json

import pytest

from components.platform.argocd_values import ExposureArgs, WebhookArgs
from components.platform.falco_rules import RuleException
from components.platform.images import IMAGES
from infra.stacks import platform
from tests import records
from tests.infra.config import orders


@pytest.mark.req("GIT-02", "GIT-03", "RUN-04", "OBS-02", "MESH-04")
def test_what_runs_on_the_cluster_is_in_every_respect_what_was_ordered():
    exception = {"rule": "Unauthorized Database Access", "namespace": "velero", "process": "pg_dump"}
    ordered = orders.stack(
        orders.DEV,
        **{
            "platform.argocd": {
                "oidc": {"issuer": "https://login.example.com/v2.0", "client_id": "argocd"},
                "exposure": {"gateway": "public", "gateway_namespace": "edge", "cluster_issuer": "internal"},
                "webhook": {"host": "gitlab", "secret": "git-webhook"},
            },
            "platform.falco": {"loki_url": "http://loki.monitoring:3100", "exceptions": [exception]},
            "platform.istio": {"tracing_collector": "collector.monitoring:4317"},
        },
    )
    argocd, falco = platform.argocd_args(ordered), platform.falco_args(ordered)
    assert argocd.exposure == ExposureArgs(gateway="public", gateway_namespace="edge", cluster_issuer="internal")
    assert argocd.webhook == WebhookArgs(host="gitlab", secret="git-webhook")
    assert (falco.loki_url, falco.exceptions) == ("http://loki.monitoring:3100", [RuleException(**exception)])
    assert platform.istio_args(ordered).tracing_collector == "collector.monitoring:4317"


@pytest.mark.req("C-07")
def test_a_cluster_without_a_way_out_takes_every_image_of_every_chart_from_its_mirror():
    mirror = records.order("prod").image_mirror
    engine = records.of_stack("prod")
    charts = {r.inputs["chart"]: json.dumps(r.inputs["values"]) for r in engine.of("kubernetes:helm.sh/v3:Release")}
    assert set(charts) == set(IMAGES)
    for chart, values in charts.items():
        assert all(f'"{mirror}/{image}"' in values for image in IMAGES[chart].values()), chart
    assert platform.bridge(records.order("prod"))["image_mirror"] == mirror


@pytest.mark.req("GIT-15")
def test_what_git_needs_to_know_of_the_cloud_goes_over_the_bridge():
    assert platform.bridge(records.order("dev")) == {
        "registry": "000000000100.dkr.ecr.us-east-1.amazonaws.com",
        "region": "us-east-1",
        "vpc_cidr": "10.16.0.0/16",
    }
