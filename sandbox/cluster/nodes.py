"""Node groups as simulated nodes: what EKS would register for an instance type, without the instances."""

import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sandbox.cluster.api import Api
from sandbox.cluster.control_plane import ControlPlane

MANAGER = "eks"
GROUP_LABEL = "eks.amazonaws.com/nodegroup"
# A kernel and its firmware keep a share of the nominal memory; Karpenter's default estimate is on the safe side.
KEPT_BY_THE_MACHINE = 0.075
EVICTION_MIB, RESERVED_BASE_MIB, RESERVED_PER_POD_MIB = 100, 255, 11
# What EKS reserves of each core for the kubelet, in thousandths: the first, the second, the next two; 2.5 of any other.
RESERVED_MILLICORES = (60, 10, 5, 5)


@dataclass(frozen=True, kw_only=True)
class NodeGroup:
    """One EKS node group: memory in MiB as the instance type advertises it, `desired` spread over `zones`."""

    name: str
    instance_type: str
    cpu: int
    memory: int
    pods: int
    zones: Sequence[str]
    desired: int
    region: str
    account: str
    disk_gib: int = 20
    architecture: str = "amd64"
    capacity_type: str = "ON_DEMAND"
    labels: Mapping[str, str] = field(default_factory=dict)
    taints: Sequence[Mapping[str, str]] = ()  # key, value, effect as Kubernetes spells them (NoSchedule, ...)

    @property
    def capacity(self) -> dict[str, str]:
        """What the machine has."""
        return self._quantities(self.cpu * 1000, int(self.memory * (1 - KEPT_BY_THE_MACHINE)), self.disk_gib)

    @property
    def allocatable(self) -> dict[str, str]:
        """What pods may use, by EKS's formula."""
        reserved = sum(RESERVED_MILLICORES[: self.cpu]) + 2.5 * max(self.cpu - len(RESERVED_MILLICORES), 0)
        kept = RESERVED_BASE_MIB + RESERVED_PER_POD_MIB * self.pods + EVICTION_MIB
        memory = int(self.memory * (1 - KEPT_BY_THE_MACHINE)) - kept
        return self._quantities(int(self.cpu * 1000 - reserved), memory, int(self.disk_gib * 0.9) - 1)

    def _quantities(self, millicores: int, mebibytes: int, gibibytes: int) -> dict[str, str]:
        sizes = {"cpu": f"{millicores}m", "memory": f"{mebibytes}Mi", "ephemeral-storage": f"{gibibytes}Gi"}
        return sizes | {"pods": str(self.pods)}


def max_pods(interfaces: int, addresses_per_interface: int) -> int:
    """How many pods the VPC CNI can give addresses to on one instance type."""
    return interfaces * (addresses_per_interface - 1) + 2


def spread(desired: int, zones: Sequence[str]) -> dict[str, int]:
    """Nodes per zone, at most one apart; zones are taken by name, so their order in the input means nothing."""
    named = sorted(zones)
    return {zone: desired // len(named) + (place < desired % len(named)) for place, zone in enumerate(named)}


def nodes(cluster: str, group: NodeGroup) -> Iterator[dict[str, Any]]:
    """The Node objects of a group; a name stays with its place in its zone, so growing never renames a node."""
    for zone, count in spread(group.desired, group.zones).items():
        for place in range(count):
            seed = f"{group.account}/{group.region}/{cluster}/{group.name}/{group.capacity}/{zone}/{place}"
            yield _node(group, zone, hashlib.sha256(seed.encode()).digest())


def _node(group: NodeGroup, zone: str, digest: bytes) -> dict[str, Any]:
    address = ".".join(["10", *(str(byte) for byte in digest[:3])])
    domain = "ec2.internal" if group.region == "us-east-1" else f"{group.region}.compute.internal"
    name = f"ip-{address.replace('.', '-')}.{domain}"
    labels = {
        "beta.kubernetes.io/instance-type": group.instance_type,
        "eks.amazonaws.com/capacityType": group.capacity_type,
        GROUP_LABEL: group.name,
        "kubernetes.io/arch": group.architecture,
        "kubernetes.io/hostname": name,
        "kubernetes.io/os": "linux",
        "node.kubernetes.io/instance-type": group.instance_type,
        "topology.ebs.csi.aws.com/zone": zone,
        "topology.kubernetes.io/region": group.region,
        "topology.kubernetes.io/zone": zone,
    }
    spec: dict[str, Any] = {"providerID": f"aws:///{zone}/i-{digest.hex()[:17]}"}
    if group.taints:
        spec["taints"] = [dict(taint) for taint in group.taints]
    addresses = [("InternalIP", address), ("InternalDNS", name), ("Hostname", name)]
    return {
        "apiVersion": "v1",
        "kind": "Node",
        "metadata": {
            "name": name,
            "labels": labels | dict(group.labels),
            "annotations": {"kwok.x-k8s.io/node": "fake"},
        },
        "spec": spec,
        "status": {
            "addresses": [{"type": kind, "address": value} for kind, value in addresses],
            "capacity": group.capacity,
            "allocatable": group.allocatable,
            "nodeInfo": {"architecture": group.architecture, "operatingSystem": "linux"},
        },
    }


def apply_group(plane: ControlPlane, group: NodeGroup) -> list[str]:
    """Make the cluster's nodes of this group what the group says; returns their names. Labels and taints follow too."""
    wanted = {node["metadata"]["name"]: node for node in nodes(plane.name, group)}
    for name, node in wanted.items():
        status = node.pop("status")
        if plane.api.get("v1", "Node", name) is None:
            # The first status comes with the object, as from a kubelet: kwok keeps what it finds.
            plane.api.request("POST", plane.api.path("v1", "Node"), {**node, "status": status})
        plane.api.apply(node, MANAGER)
    _drain(plane.api, [node for node in _existing(plane.api, group.name) if node not in wanted])
    return sorted(wanted)


def remove_group(plane: ControlPlane, name: str) -> None:
    """Take every node of a group away, its pods first."""
    _drain(plane.api, _existing(plane.api, name))


def _existing(api: Api, group: str) -> list[str]:
    return [node["metadata"]["name"] for node in api.list("v1", "Node", labelSelector=f"{GROUP_LABEL}={group}")]


def _drain(api: Api, names: Sequence[str]) -> None:
    """Close every node before emptying the first, or its pods would only move to the next that goes."""
    doomed = [{"apiVersion": "v1", "kind": "Node", "metadata": {"name": name}} for name in names]
    for node in doomed:
        api.patch(node, {"spec": {"unschedulable": True}})
    for node in doomed:
        for pod in api.list("v1", "Pod", fieldSelector=f"spec.nodeName={node['metadata']['name']}"):
            api.delete(pod)
        api.delete(node)


def unplaced(api: Api) -> list[str]:
    """One sentence per workload whose pods no node can take: which, the scheduler's own reason, and the remedy."""
    waiting: Counter[tuple[str, str]] = Counter()
    for pod in api.list("v1", "Pod", fieldSelector="status.phase=Pending"):
        meta = pod["metadata"]
        owner = next((each["name"] for each in meta.get("ownerReferences", ())), meta["name"])
        for condition in pod["status"].get("conditions", ()):
            if condition.get("reason") == "Unschedulable":
                reason = condition["message"].split(". ")[0]
                waiting[f"{meta['namespace']}/{owner}", reason] += 1
    remedy = "lower what the pod asks for, or give a node group that it tolerates larger instances, more nodes or zones"
    return [f"{owner}: {count} pods wait: {reason}; {remedy}" for (owner, reason), count in sorted(waiting.items())]
