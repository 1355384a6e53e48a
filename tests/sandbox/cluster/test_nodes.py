"""Node groups: arithmetic without a cluster, scheduling with one."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from sandbox.cluster.api import Api
from sandbox.cluster.control_plane import ControlPlane
from sandbox.cluster.nodes import NodeGroup, apply_group, max_pods, nodes, remove_group, spread, unplaced

WORKERS = NodeGroup(
    name="workers",
    instance_type="m5.2xlarge",
    cpu=8,
    memory=32768,
    pods=58,
    zones=["us-east-1a", "us-east-1b", "us-east-1c"],
    desired=4,
    region="us-east-1",
    account="000000000101",
    labels={"role": "worker"},
    taints=[{"key": "dedicated", "value": "worker", "effect": "NoSchedule"}],
)


def names(group: NodeGroup) -> set[str]:
    return {node["metadata"]["name"] for node in nodes("test", group)}


def test_nodes_are_spread_at_most_one_apart_whatever_the_order_of_zones():
    assert spread(4, ["b", "c", "a"]) == {"a": 2, "b": 1, "c": 1}
    assert spread(0, ["a", "b"]) == {"a": 0, "b": 0}


def test_growing_a_group_renames_no_node():
    assert names(WORKERS) < names(replace(WORKERS, desired=9))


def test_another_instance_type_means_other_nodes():
    assert not names(WORKERS) & names(replace(WORKERS, instance_type="m5.4xlarge", cpu=16, memory=65536))


def test_a_node_looks_like_one_that_eks_registered():
    first = next(nodes("test", WORKERS))
    assert first["metadata"]["name"] == "ip-" + first["status"]["addresses"][0]["address"].replace(".", "-") + (
        ".ec2.internal"
    )
    assert (
        first["metadata"]["labels"].items()
        >= {
            "eks.amazonaws.com/nodegroup": "workers",
            "kubernetes.io/arch": "amd64",
            "kubernetes.io/hostname": first["metadata"]["name"],
            "kubernetes.io/os": "linux",
            "node.kubernetes.io/instance-type": "m5.2xlarge",
            "role": "worker",
            "topology.kubernetes.io/region": "us-east-1",
            "topology.kubernetes.io/zone": "us-east-1a",
        }.items()
    )
    assert first["spec"]["providerID"].startswith("aws:///us-east-1a/i-")
    assert first["spec"]["taints"] == [{"key": "dedicated", "value": "worker", "effect": "NoSchedule"}]


def test_another_region_has_another_domain():
    abroad = next(nodes("test", replace(WORKERS, region="eu-west-1", zones=["eu-west-1a"])))
    assert abroad["metadata"]["name"].endswith(".eu-west-1.compute.internal")


@pytest.mark.req("C-17")
def test_what_pods_may_use_is_less_than_what_the_machine_has():
    assert WORKERS.capacity == {"cpu": "8000m", "memory": "30310Mi", "ephemeral-storage": "20Gi", "pods": "58"}
    # 60 + 10 + 5 + 5 + 4 * 2.5 millicores; 255 + 11 * 58 + 100 MiB.
    assert WORKERS.allocatable == {"cpu": "7910m", "memory": "29317Mi", "ephemeral-storage": "17Gi", "pods": "58"}


def test_the_pod_limit_follows_from_addresses():
    assert max_pods(interfaces=4, addresses_per_interface=15) == 58


@pytest.fixture
def group(plane: ControlPlane) -> Any:
    """Sizes the group of this test; it is gone afterwards."""

    def resize(**changes: Any) -> list[str]:
        return apply_group(plane, replace(WORKERS, name="sized", **changes))

    yield resize
    remove_group(plane, "sized")


def live(api: Api) -> list[dict[str, Any]]:
    return list(api.list("v1", "Node", labelSelector="eks.amazonaws.com/nodegroup=sized"))


@pytest.mark.engine
def test_a_new_size_adds_and_removes_nodes(plane: ControlPlane, group: Callable[..., list[str]]):
    assert len(group(desired=3)) == 3
    grown = group(desired=5)
    assert sorted(node["metadata"]["name"] for node in live(plane.api)) == grown
    kept = group(desired=1)
    assert [node["metadata"]["name"] for node in live(plane.api)] == kept


@pytest.mark.engine
def test_labels_and_taints_follow_the_group(plane: ControlPlane, group: Callable[..., list[str]]):
    group(desired=1)
    group(desired=1, labels={"role": "other"}, taints=[])
    node = live(plane.api)[0]
    assert node["metadata"]["labels"]["role"] == "other"
    assert "dedicated" not in {taint["key"] for taint in node["spec"].get("taints", [])}


@pytest.mark.engine
@pytest.mark.req("C-17")
def test_an_eleven_core_pod_waits_for_a_larger_instance_type(
    plane: ControlPlane, group: Callable[..., list[str]], until: Callable[..., Any]
):
    group(desired=1, taints=[])
    container = {"name": "consensus", "image": "example:1", "resources": {"requests": {"cpu": "11", "memory": "22Gi"}}}
    pod = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "consensus", "namespace": "default"}}
    spec = {"containers": [container], "nodeSelector": {"role": "worker"}}
    plane.api.apply({**pod, "spec": spec}, "test")
    until(lambda: any("cpu" in sentence for sentence in unplaced(plane.api)))
    assert unplaced(plane.api) == [
        "default/consensus: 1 pods wait: 0/3 nodes are available: 1 Insufficient cpu, 2 node(s) didn't match Pod's "
        "node affinity/selector; lower what the pod asks for, or give a node group that it tolerates larger "
        "instances, more nodes or zones"
    ]
    group(desired=1, taints=[], instance_type="m5.4xlarge", cpu=16, memory=65536)
    until(lambda: plane.api.live(pod)["status"]["phase"] == "Running")
    plane.api.delete(pod)
