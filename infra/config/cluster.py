"""The EKS cluster of a region, as ordered in the stack file."""

import re
from collections.abc import Iterator, Mapping
from datetime import date
from ipaddress import IPv4Network
from typing import Literal

from pydantic import Field

from infra.config import kubernetes
from infra.config.errors import Problem
from infra.config.node_schedules import ScheduleConfig, within
from infra.config.section import Section
from infra.config.types import (
    Cidr,
    DnsLabel,
    InstanceType,
    KubernetesVersion,
    PrivateCidr,
    RetentionDays,
    RoleName,
    Zone,
)

GRAVITON = re.compile(r"a1\.|[a-z]+\d+[a-z]*g[a-z]*\.")  # the g stands after the generation: m7g and c7gn, not g4dn
WIDEST_ACCESS = 8  # a /8 is what the largest companies own


class EndpointConfig(Section):
    """Who reaches the Kubernetes API; from inside the VPC it can always be reached (EKS-02)."""

    public: bool = False
    allowed_cidrs: tuple[Cidr, ...] = ()

    def problems(self, today: date) -> Iterator[Problem]:
        """A public endpoint is open to named networks only."""
        if self.public and not self.allowed_cidrs:
            yield Problem(
                ("allowed_cidrs",), "a public endpoint is open to nobody in particular; name the networks of its users"
            )
        if self.allowed_cidrs and not self.public:
            yield Problem(("allowed_cidrs",), "has no effect on a private endpoint; remove it or set public: true")
        for position, cidr in enumerate(self.allowed_cidrs):
            if cidr.prefixlen < WIDEST_ACCESS:
                rule = "is the internet or a large part of it; name the networks of the API's users"
                yield Problem(("allowed_cidrs", position), rule)


class TaintConfig(Section):
    """Keeps pods without the matching toleration off a node group."""

    key: str = Field(min_length=1, max_length=63)
    value: str = Field(default="", max_length=63)
    effect: Literal["NoSchedule", "PreferNoSchedule", "NoExecute"] = "NoSchedule"


class NodeGroupConfig(Section):
    """Nodes of one kind; `desired` is where the group starts, from then on the autoscaler owns it.

    Where there are `schedules`, `min` is what they begin with and lead back to.
    """

    instance_types: tuple[InstanceType, ...] = Field(min_length=1)
    min: int = Field(ge=0)
    desired: int = Field(ge=0)
    max: int = Field(ge=1)
    full: int | None = Field(default=None, ge=1)
    """The least nodes of a standby while it carries the load; `min` is what waits for that."""
    capacity: Literal["on_demand", "spot"] = "on_demand"
    tenancy: Literal["default", "dedicated"] = "default"
    disk_gb: int = Field(default=100, ge=20, le=16384)
    ami_type: Literal["AL2023_x86_64_STANDARD", "AL2023_ARM_64_STANDARD"] = "AL2023_x86_64_STANDARD"
    """Amazon Linux 2 is past its support (C-16)."""
    zones: tuple[Zone, ...] = ()
    """The zones of the group; none means all of the network's."""
    labels: Mapping[str, str] = Field(default_factory=dict)
    taints: tuple[TaintConfig, ...] = ()
    enclave: bool = False
    """Whether nodes can start Nitro enclaves for data in use (KMS-06)."""
    schedules: Mapping[DnsLabel, ScheduleConfig] = Field(default_factory=dict)
    """Other sizes by the clock, for load whose hours are known (COST-01)."""

    @property
    def carries_pci(self) -> bool:
        """Whether PCI workloads are placed here, which the group's label says (EKS-04)."""
        return self.labels.get("compliance") == "pci-dss"

    @property
    def keeps_others_off(self) -> bool:
        """Whether a taint stops pods that were not meant for this group."""
        return any(taint.effect != "PreferNoSchedule" for taint in self.taints)

    def problems(self, today: date) -> Iterator[Problem]:
        """The group starts within its own bounds, on an image made for its processors."""
        arm = self.ami_type == "AL2023_ARM_64_STANDARD"
        for position, instance_type in enumerate(self.instance_types):
            if bool(GRAVITON.match(instance_type)) != arm:
                rule = f"does not start {self.ami_type}; choose instance types and ami_type of one architecture"
                yield Problem(("instance_types", position), rule)
        if self.min > self.max:
            yield Problem(("min",), f"is above max {self.max}; lower min or raise max")
        elif not self.min <= self.desired <= self.max:
            yield Problem(("desired",), f"is outside {self.min} to {self.max}; choose a size between min and max")
        yield from within(self)


class ClusterConfig(Section):
    """Control plane, access and nodes."""

    name: DnsLabel | None = None
    """What people call the cluster, such as production-us-east-1 (EKS-12); the stack's name unless stated."""
    version: KubernetesVersion
    endpoint: EndpointConfig = EndpointConfig()
    way_in: Literal["none", "session_manager"] = "session_manager"
    """How people and CI reach a private endpoint."""
    service_cidr: PrivateCidr = IPv4Network("172.20.0.0/16")
    identity: Literal["irsa", "pod_identity"] = "irsa"
    """How pods get an IAM role (C-36)."""
    admins: tuple[RoleName, ...] = ()
    """IAM roles of the stack's account, by name, that administer the cluster beside the teams of single sign-on."""
    log_retention_days: RetentionDays = 365
    node_groups: Mapping[DnsLabel, NodeGroupConfig] = Field(min_length=1)

    def problems(self, today: date) -> Iterator[Problem]:
        """A supported version and an API that somebody can reach."""
        if rule := kubernetes.refusal(self.version, today):
            yield Problem(("version",), rule)
        if not 12 <= self.service_cidr.prefixlen <= 24:
            yield Problem(("service_cidr",), "has a size that EKS does not take; choose /12 to /24")
        if self.way_in == "none" and not self.endpoint.public:
            rule = "leaves nobody a way to the private endpoint, CI and Pulumi included; use way_in: session_manager"
            yield Problem(("way_in",), rule)
