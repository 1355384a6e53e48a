"""Dev on the laptop cloud: looked at with ordinary clients, changed behind its back, and broken on purpose."""

import json
import subprocess
import time
from collections.abc import Callable
from typing import Any, TypeVar

import pytest

from sandbox.cluster import argocd
from sandbox.cluster.api import ApiError
from sandbox.cluster.nodes import unplaced
from sandbox.engine.environment import executable
from tests.engine.laptop import Laptop

pytestmark = pytest.mark.engine
T = TypeVar("T")


def test_nodes_are_ready_pods_run_and_applications_are_healthy(dev: Laptop) -> None:
    told = json.loads(
        subprocess.run(  # noqa: S603 a fixed list of words
            [executable("kubectl"), "--kubeconfig", dev.home.kubeconfig, "get", "nodes,pods", "-A", "-o", "json"],
            capture_output=True, text=True, check=True,
        ).stdout
    )  # fmt: skip
    nodes = [item for item in told["items"] if item["kind"] == "Node"]
    pods = [item for item in told["items"] if item["kind"] == "Pod"]
    assert len(nodes) == 3
    assert {node["metadata"]["labels"]["topology.kubernetes.io/zone"] for node in nodes} == {
        "us-east-1a", "us-east-1b", "us-east-1c",
    }  # fmt: skip
    assert {pod["status"]["phase"] for pod in pods} == {"Running"}
    assert len([pod for pod in pods if pod["metadata"]["labels"].get("app") == "payment-service"]) >= 3
    seen = {app.name: (app.sync, app.health) for app in argocd.applications(dev.cluster)}
    assert seen == dict.fromkeys(("root-app", "dev-payment-service"), ("Synced", "Healthy"))


def test_the_local_aws_holds_what_the_stack_says(dev: Laptop) -> None:
    cluster = dev.client("eks").describe_cluster(name="dev-platform")["cluster"]
    assert cluster["status"] == "ACTIVE"
    assert cluster["endpoint"] == dev.cluster.endpoint
    group = dev.client("eks").list_nodegroups(clusterName="dev-platform")["nodegroups"]
    assert len(group) == 1
    networks = dev.client("ec2").describe_vpcs(Filters=[{"Name": "tag:Environment", "Values": ["dev"]}])["Vpcs"]
    assert [network["CidrBlock"] for network in networks] == ["10.16.0.0/16"]


def test_a_second_up_changes_nothing(dev: Laptop) -> None:
    text = dev.must_rest("dev")
    assert text.count(" unchanged") == 3  # global holds what may not be lost: its refresh is a step of its own


def test_an_edit_by_boto3_and_one_by_kubectl_are_named_as_drift_and_repaired(dev: Laptop) -> None:
    (network,) = dev.client("ec2").describe_vpcs(Filters=[{"Name": "tag:Environment", "Values": ["dev"]}])["Vpcs"]
    where = {"VpcId": network["VpcId"]}
    dev.client("ec2").modify_vpc_attribute(**where, EnableDnsHostnames={"Value": False})
    namespace = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "payment-service"}}
    level = {"metadata": {"labels": {"pod-security.kubernetes.io/enforce": "privileged"}}}
    dev.cluster.api.patch(namespace, level)
    text = dev.must("drift", "dev")
    assert "enableDnsHostnames" in text
    assert "privileged" in text
    dev.must("up", "dev")
    answer = dev.client("ec2").describe_vpc_attribute(**where, Attribute="enableDnsHostnames")
    assert answer["EnableDnsHostnames"] == {"Value": True}
    live = dev.cluster.api.live(namespace)
    assert live is not None
    assert live["metadata"]["labels"]["pod-security.kubernetes.io/enforce"] == "restricted"


def test_a_pushed_commit_rolls_the_payment_service_and_a_broken_image_is_named(dev: Laptop) -> None:
    overlay = "gitops/overlays/payment-service/dev/payment-service.yaml"
    before = _image(dev)
    with dev.edited(overlay, (before.rpartition(":")[2], "v2.5.1")):
        dev.must("push", "dev")
        assert _image(dev).endswith(":v2.5.1")
    with dev.edited(overlay, (before.rpartition(":")[2], "broken-2.5.2")):
        said = dev.command("push", "dev")
        assert said.status == 1
        status = dev.must("status", "dev")
        assert "application dev-payment-service is Synced and Degraded" in status
    dev.must("push", "dev")
    assert _image(dev) == before


def test_a_pod_too_big_for_its_nodes_stays_pending_and_up_says_what_to_change(dev: Laptop) -> None:
    giant = {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": "giant", "namespace": "default"},
        "spec": {"containers": [{"name": "main", "image": "example", "resources": {"requests": {"cpu": "11"}}}]},
    }
    dev.cluster.api.apply(giant, "tests")
    try:
        said = dev.command("up", "dev")
        assert said.status == 1
        assert "default/giant: 1 pods wait: 0/3 nodes are available: 3 Insufficient cpu" in said.text
        assert "give a node group that it tolerates larger instances" in said.text
    finally:
        dev.cluster.api.delete(giant)


def test_nodes_in_one_zone_break_the_spread_rule_visibly(dev: Laptop) -> None:
    api = dev.cluster.api
    elsewhere = [
        node
        for node in api.list("v1", "Node")
        if node["metadata"]["labels"]["topology.kubernetes.io/zone"] != "us-east-1a"
    ]
    pods = list(api.list("v1", "Pod", "payment-service", labelSelector="app=payment-service"))
    try:
        for node in elsewhere:
            api.patch(node, {"spec": {"unschedulable": True}})
        for pod in pods:
            api.delete(pod)
        _until(lambda: [line for line in unplaced(api) if "topology spread" in line])
        told = [line for line in dev.must("status", "dev").splitlines() if "NOT READY     payment-service/" in line]
        assert len(told) == 1
        assert "pods wait: 0/3 nodes are available: 1 node(s) didn't match pod topology spread constraints" in told[0]
        assert "give a node group that it tolerates larger instances, more nodes or zones" in told[0]
    finally:
        for node in elsewhere:
            api.patch(node, {"spec": {"unschedulable": None}})
    dev.must("push", "dev")


@pytest.mark.req("COST-01")
def test_what_asks_for_more_than_its_namespace_has_is_refused_and_says_how_much_there_is(dev: Laptop) -> None:
    at = {"name": "large", "namespace": "payment-service"}
    safe = {"allowPrivilegeEscalation": False, "runAsNonRoot": True, "capabilities": {"drop": ["ALL"]}}
    main = {
        "name": "main",
        "image": "example:1",
        "securityContext": {**safe, "seccompProfile": {"type": "RuntimeDefault"}},
    }
    pod = {"apiVersion": "v1", "kind": "Pod", "metadata": at, "spec": {"containers": [main]}}
    silent = dev.cluster.api.apply(pod, "tests", dry_run=True)
    assert silent["spec"]["containers"][0]["resources"] == {
        "requests": {"cpu": "100m", "memory": "128Mi"},
        "limits": {"cpu": "500m", "memory": "512Mi"},
    }
    main["resources"] = {"limits": {"cpu": "3", "memory": "1Gi"}}
    assert _refusal(dev, pod) == 'pods "large" is forbidden: maximum cpu usage per Container is 2, but limit is 3'
    main["resources"] = {"limits": {"cpu": "2", "memory": "1Gi"}}
    two = {**pod, "spec": {"containers": [main, {**main, "name": "other"}]}}
    assert "exceeded quota: limits, requested: requests.cpu=4, used: requests.cpu=" in _refusal(dev, two)
    ports = {"type": "LoadBalancer", "ports": [{"port": 80}]}
    service = {"apiVersion": "v1", "kind": "Service", "metadata": at, "spec": ports}
    assert _refusal(dev, service) == (
        'services "large" is forbidden: exceeded quota: limits, '
        "requested: services.loadbalancers=1,services.nodeports=1, "
        "used: services.loadbalancers=0,services.nodeports=0, limited: services.loadbalancers=0,services.nodeports=0"
    )


@pytest.mark.req("COST-01")
def test_the_clock_sizes_the_nodes_and_no_run_takes_it_back(dev: Laptop) -> None:
    try:
        assert _at(dev, "nights") == {"minSize": 1, "desiredSize": 1, "maxSize": 6}
        assert len(list(dev.cluster.api.list("v1", "Node"))) == 1
        assert dev.changes("dev") == []
    finally:
        assert _at(dev, "mornings") == {"minSize": 3, "desiredSize": 3, "maxSize": 6}
    assert len(list(dev.cluster.api.list("v1", "Node"))) == 3
    dev.must("push", "dev")


def _at(dev: Laptop, schedule: str) -> dict[str, int]:
    """Call what the scheduler would call then; the sizes that the group has afterwards."""
    target = dev.client("scheduler").get_schedule(GroupName="dev-platform", Name=f"general.{schedule}")["Target"]
    asked = json.loads(
        target["Input"], object_pairs_hook=lambda pairs: {key[0].lower() + key[1:]: it for key, it in pairs}
    )
    eks = dev.client("eks")
    eks.update_nodegroup_config(**asked)
    del asked["scalingConfig"]
    _until(lambda: [each for each in [eks.describe_nodegroup(**asked)["nodegroup"]] if each["status"] == "ACTIVE"])
    found: dict[str, int] = eks.describe_nodegroup(**asked)["nodegroup"]["scalingConfig"]
    return found


def _refusal(dev: Laptop, wanted: dict[str, Any]) -> str:
    with pytest.raises(ApiError) as error:
        dev.cluster.api.apply(wanted, "tests", dry_run=True)
    return error.value.message


def _until(found: Callable[[], list[T]]) -> list[T]:
    """Look until there is something; what never comes fails with what was seen last."""
    for _ in range(120):
        if seen := found():
            return seen
        time.sleep(0.5)
    raise AssertionError("nothing came")


def _image(dev: Laptop) -> str:
    found = dev.cluster.api.get("apps/v1", "Deployment", "payment-service", "payment-service")
    assert found is not None
    image: str = found["spec"]["template"]["spec"]["containers"][0]["image"]
    return image
