"""Autoscalers see what simulated pods use, through the cluster's own API."""

from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

import pytest

from sandbox.cluster import metrics
from sandbox.cluster.control_plane import ControlPlane
from sandbox.cluster.quantity import quantity

SPACE = "metrics"
LABELS = {"app": "busy"}


def test_quantities_are_read_whatever_their_unit():
    texts = ("250m", "2", "1500000n", "1Gi", "512Mi", "1M", "0.5", "4Ki", "1e3")
    expected = ["0.25", "2", "0.0015", str(2**30), str(2**29), "1000000", "0.5", "4096", "1000"]
    assert [quantity(text) for text in texts] == [Decimal(text) for text in expected]
    message = "^'1GB' is no Kubernetes quantity; write a number and a unit such as m, Mi or Gi$"
    with pytest.raises(ValueError, match=message):
        quantity("1GB")


def test_a_pod_uses_what_its_annotations_say_else_a_third_of_what_it_requests():
    requests = {"resources": {"requests": {"cpu": "300m", "memory": "3Mi"}}}
    pod: dict[str, Any] = {"metadata": {}, "spec": {"containers": [{"name": "a", **requests}, {"name": "b"}]}}
    assert metrics.usage(pod) == [
        {"name": "a", "usage": {"cpu": "100000000n", "memory": "1024Ki"}},
        {"name": "b", "usage": {"cpu": "0n", "memory": "0Ki"}},
    ]
    pod["metadata"]["annotations"] = {"kwok.x-k8s.io/usage-cpu": "1"}
    assert metrics.usage(pod)[0]["usage"] == {"cpu": "1000000000n", "memory": "1024Ki"}


@pytest.fixture
def served(plane: ControlPlane, until: Callable[..., None]) -> Iterator[ControlPlane]:
    """A cluster whose metrics API answers; it is withdrawn after the test."""
    plane.api.apply({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": SPACE}}, "test")
    metrics.start(plane)
    api = {
        "apiVersion": "apiregistration.k8s.io/v1",
        "kind": "APIService",
        "metadata": {"name": "v1beta1.metrics.k8s.io"},
    }

    def available() -> bool:
        live = plane.api.live(api) or {}
        told = live.get("status", {}).get("conditions", [])  # there are none yet where nobody has looked
        return any(each["type"] == "Available" and each["status"] == "True" for each in told)

    until(available)
    yield plane
    metrics.stop(plane)
    assert plane.api.live(api) is None
    assert not metrics.installed(plane)


@pytest.mark.engine
def test_a_busy_deployment_is_scaled_out_by_its_autoscaler(served: ControlPlane, until: Callable[..., None]):
    api = served.api
    meta = {"name": "busy", "namespace": SPACE}
    container = {"name": "app", "image": "example:1", "resources": {"requests": {"cpu": "100m"}}}
    template = {
        "metadata": {"labels": LABELS, "annotations": {"kwok.x-k8s.io/usage-cpu": "95m"}},
        "spec": {"containers": [container]},
    }
    spec = {"selector": {"matchLabels": LABELS}, "template": template}
    workload = {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": meta, "spec": spec}
    target = {
        "type": "Resource",
        "resource": {"name": "cpu", "target": {"type": "Utilization", "averageUtilization": 50}},
    }
    scale = {"apiVersion": "apps/v1", "kind": "Deployment", "name": "busy"}
    limits = {"scaleTargetRef": scale, "minReplicas": 1, "maxReplicas": 2, "metrics": [target]}
    scaler = {"apiVersion": "autoscaling/v2", "kind": "HorizontalPodAutoscaler", "metadata": meta, "spec": limits}
    api.apply(workload, "test")
    api.apply(scaler, "test")
    until(lambda: (api.live(workload) or {})["status"].get("availableReplicas") == 2)

    pods = api.request("GET", f"{metrics.ROOT}/namespaces/{SPACE}/pods", labelSelector="app=busy")["items"]
    assert [pod["containers"][0]["usage"]["cpu"] for pod in pods] == ["95000000n"] * 2
    nodes = api.request("GET", f"{metrics.ROOT}/nodes")["items"]
    assert len(nodes) == len(list(api.list("v1", "Node")))
    api.delete(scaler)
    api.delete(workload)
