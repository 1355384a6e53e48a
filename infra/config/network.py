"""The network of a region, as ordered in the stack file."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Literal

from pydantic import Field

from components.aws import subnets
from infra.config.errors import Problem
from infra.config.section import Section, repeated
from infra.config.types import Cidr, DnsLabel, PrivateCidr, RegionName, RetentionDays, Zone

# What a node, a pod and their controllers call when no way leads to the internet (NET-06, NET-08).
PRIVATE_ENDPOINTS = (
    *("autoscaling", "backup", "ec2", "ecr.api", "ecr.dkr", "eks", "elasticloadbalancing", "kms", "logs"),
    *("monitoring", "s3", "secretsmanager", "sqs", "ssm", "sts"),
)
# Session Manager, the way in to a private API: its instance speaks to nothing outside the VPC, NAT or not.
WAY_IN_ENDPOINTS = ("ssm", "ec2messages", "ssmmessages")


class PeerConfig(Section):
    """The network of another region of the same account, which this stack joins to its own (NET-10)."""

    cluster: DnsLabel
    """The name of the other stack's cluster, which its network bears too."""
    region: RegionName
    cidr: PrivateCidr


class NetworkConfig(Section):
    """A /16 cut into public, private and database subnets for each zone."""

    cidr: PrivateCidr
    zones: tuple[Zone, ...] = Field(min_length=2, max_length=3)
    nat: Literal["none", "single", "per_zone"] = "per_zone"
    pod_egress: Literal["open", "vpc_endpoints"] = "vpc_endpoints"
    """Where pods may go by default: anywhere, or only to the VPC and its endpoints (C-07)."""
    flow_log_retention_days: RetentionDays = 365
    endpoints: tuple[str, ...] = tuple(dict.fromkeys(PRIVATE_ENDPOINTS + WAY_IN_ENDPOINTS))
    private_subnet_cidrs: Mapping[Zone, Cidr] = Field(default_factory=dict)
    """Overrides of the address plan, by zone."""
    peer: PeerConfig | None = None
    """Joined by the one of two stacks that says so, once the other's network stands; no group lets anything through."""
    public_subnet_cidrs: Mapping[Zone, Cidr] = Field(default_factory=dict)

    @property
    def subnets(self) -> subnets.SubnetPlan:
        """Every subnet by tier and zone."""
        return subnets.plan(self.cidr, self.zones, self.private_subnet_cidrs, self.public_subnet_cidrs)

    def problems(self, today: date) -> Iterator[Problem]:
        """Size, zones, subnets and the ways out."""
        yield from self._addresses()
        yield from repeated(("zones",), self.zones)
        yield from repeated(("endpoints",), self.endpoints)
        missing = [service for service in PRIVATE_ENDPOINTS if service not in self.endpoints]
        if missing and self.nat == "none":
            yield Problem(("nat",), f"leaves no way to {', '.join(missing)}; add these endpoints or use nat: single")
        if missing and self.pod_egress == "vpc_endpoints":
            rule = f"leaves pods no way to {', '.join(missing)}; add these endpoints or use pod_egress: open"
            yield Problem(("pod_egress",), rule)

    def _addresses(self) -> Iterator[Problem]:
        if self.cidr.prefixlen != 16:
            yield Problem(
                ("cidr",), f"is a /{self.cidr.prefixlen}; give the VPC a /16, so that every stack has the same plan"
            )
            return
        for conflict in subnets.conflicts(self.cidr, self.zones, self.private_subnet_cidrs, self.public_subnet_cidrs):
            yield Problem((f"{conflict.tier}_subnet_cidrs", conflict.zone), conflict.rule)


class KeysConfig(Section):
    """The KMS keys of a stack, one for each class of data."""

    deletion_window_days: int = Field(default=30, ge=7, le=30)
    multi_region: bool = False
    """Whether primary keys can be replicated; only production crosses a border (KMS-01)."""
    replica_region: RegionName | None = None
    """Where the cluster's key is kept a second time, for recovery (KMS-04)."""
