"""A control plane is real, survives kill -9, and stands apart from the next."""

import base64
import os
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sandbox import processes
from sandbox.cluster.api import ApiError
from sandbox.cluster.control_plane import CHILDREN, ControlPlane, behind

pytestmark = pytest.mark.engine


def deployment(name: str, image: str) -> dict[str, Any]:
    labels = {"app": name}
    spec = {"containers": [{"name": "app", "image": image}]}
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": name, "namespace": "default"},
        "spec": {
            "replicas": 2,
            "selector": {"matchLabels": labels},
            "template": {"metadata": {"labels": labels}, "spec": spec},
        },
    }


def test_pods_become_ready_on_simulated_nodes(plane: ControlPlane, until: Callable[..., Any]):
    wanted = deployment("ready", "example:1")
    plane.api.apply(wanted, "test")
    until(lambda: plane.api.live(wanted)["status"].get("availableReplicas") == 2)
    plane.api.delete(wanted)


def test_an_image_tagged_broken_is_never_pulled(plane: ControlPlane, until: Callable[..., Any]):
    wanted = deployment("broken", "example:broken-1")
    plane.api.apply(wanted, "test")

    def waiting() -> list[str]:
        pods = plane.api.list("v1", "Pod", "default", labelSelector="app=broken")
        states = [status for pod in pods for status in pod["status"].get("containerStatuses", [])]
        return [state["state"]["waiting"]["reason"] for state in states]

    until(lambda: len(waiting()) == 2)
    assert waiting() == ["ImagePullBackOff"] * 2
    assert "availableReplicas" not in plane.api.live(wanted)["status"]
    plane.api.delete(wanted)


def test_a_job_finishes(plane: ControlPlane, until: Callable[..., Any]):
    pod = {"restartPolicy": "Never", "containers": [{"name": "app", "image": "example:1"}]}
    job = {"apiVersion": "batch/v1", "kind": "Job", "metadata": {"name": "once", "namespace": "default"}}
    plane.api.apply({**job, "spec": {"template": {"spec": pod}}}, "test")
    until(lambda: plane.api.live(job)["status"].get("succeeded") == 1)
    plane.api.delete(job, propagationPolicy="Background")


def test_pod_security_refuses_a_privileged_pod(plane: ControlPlane, until: Callable[..., Any]):
    labels = {"pod-security.kubernetes.io/enforce": "restricted"}
    plane.api.apply({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "strict", "labels": labels}}, "test")
    until(lambda: plane.api.get("v1", "ServiceAccount", "default", "strict"))
    container = {"name": "app", "image": "example:1", "securityContext": {"privileged": True}}
    pod = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "root", "namespace": "strict"}}
    with pytest.raises(
        ApiError, match=r'^pods "root" is forbidden: violates PodSecurity "restricted:latest": privileg'
    ):
        plane.api.apply({**pod, "spec": {"containers": [container]}}, "test")


def test_it_is_found_by_its_endpoint_and_hands_out_its_authority(plane: ControlPlane):
    found = behind(plane.home, plane.endpoint)
    assert found is not None
    assert found.name == plane.name
    assert behind(plane.home, "https://127.0.0.1:1") is None
    assert base64.b64decode(plane.ca).startswith(b"-----BEGIN CERTIFICATE-----")
    assert all((path.stat().st_mode & 0o077) == 0 for path in plane.folder.rglob("*.key"))


def test_two_clusters_stand_apart_and_one_comes_back_after_kill_minus_nine(plane: ControlPlane, tmp_path: Path):
    config = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "kept", "namespace": "default"}}
    other = ControlPlane(plane.home, "000000000102.us-west-2.test")
    try:
        other.start()
        other.api.apply({**config, "data": {"key": "value"}}, "test")
        assert plane.api.live(config) is None
        endpoint = other.endpoint
        for child in CHILDREN:
            pid = processes.alive(other.home, f"{other.name}/{child}")
            assert pid is not None
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
        assert not other.running
        other.start()
        assert other.running
        assert other.endpoint == endpoint
        live = other.api.live(config)
        assert live is not None
        assert live["data"] == {"key": "value"}
        assert plane.running
    finally:
        other.destroy()
    assert not other.folder.exists()
    assert processes.names(other.home, other.name) == []
