"""The VPC of one region: subnets by tier and zone, and the routes between them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Network
from typing import Literal

import pulumi
from pulumi_aws import ec2

from components.aws.firewall import EVERYWHERE
from components.aws.flow_logs import FlowLogs, FlowLogsArgs
from components.aws.place import Place
from components.aws.subnets import SubnetPlan, Tier

Nat = Literal["none", "single", "per_zone"]


@dataclass(frozen=True, kw_only=True)
class NetworkArgs:
    """Zones are keys, not positions: adding or removing one never renumbers the others.

    `log_key_arn` is a key that CloudWatch Logs may use, for the flow logs.
    """

    cluster: str
    place: Place
    cidr: IPv4Network
    subnets: SubnetPlan
    nat: Nat = "per_zone"
    log_key_arn: pulumi.Input[str]
    flow_log_retention_days: int

    @property
    def zones(self) -> Sequence[str]:
        return sorted(self.subnets["private"])

    @property
    def nat_zones(self) -> Mapping[str, str]:
        """Zone -> the zone whose NAT gateway its private subnet leaves through; empty when there is none."""
        match self.nat:
            case "none":
                return {}
            case "single":
                return dict.fromkeys(self.zones, self.zones[0])
            case "per_zone":
                return {zone: zone for zone in self.zones}


class Network(pulumi.ComponentResource):
    """A VPC whose workloads have no public address and leave through NAT or a private endpoint, or not at all."""

    vpc_id: pulumi.Output[str]
    subnet_ids: Mapping[Tier, Mapping[str, pulumi.Output[str]]]
    private_route_table_ids: Mapping[str, pulumi.Output[str]]

    def __init__(self, name: str, args: NetworkArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("platform:aws:Network", name, None, opts)
        self._name, self._args = name, args
        self._child = pulumi.ResourceOptions(parent=self)

        self._vpc = self._create_vpc()
        self._lock_default_security_group()
        subnets = {tier: self._create_subnets(tier) for tier in args.subnets}
        gateway = self._route_public(subnets["public"])
        nats = self._create_nats(subnets["public"], gateway)
        tables = self._route_private(subnets["private"], nats)
        self._isolate_databases(subnets["database"])
        self._log_flows()

        self.vpc_id = self._vpc.id
        self.subnet_ids = {tier: {zone: s.id for zone, s in by_zone.items()} for tier, by_zone in subnets.items()}
        self.private_route_table_ids = {zone: table.id for zone, table in tables.items()}
        self.register_outputs({"vpc_id": self.vpc_id, "subnet_ids": self.subnet_ids})

    def _tags(self, what: str | None = None) -> dict[str, str]:
        return {"Name": "-".join(filter(None, (self._args.cluster, what)))}

    def _create_vpc(self) -> ec2.Vpc:
        return ec2.Vpc(
            self._name,
            cidr_block=str(self._args.cidr),
            enable_dns_hostnames=True,
            enable_dns_support=True,
            tags=self._tags(),
            opts=self._child,
        )

    def _lock_default_security_group(self) -> None:
        """Whoever forgets to name a security group gets one that lets nothing through."""
        ec2.DefaultSecurityGroup(
            f"{self._name}-default",
            vpc_id=self._vpc.id,
            ingress=[],  # said, not left out, so that a rule that somebody adds is a difference
            egress=[],
            tags=self._tags("default-deny"),
            opts=self._child,
        )

    def _create_subnets(self, tier: Tier) -> dict[str, ec2.Subnet]:
        return {
            zone: ec2.Subnet(
                f"{self._name}-{tier}-{zone}",
                vpc_id=self._vpc.id,
                cidr_block=str(cidr),
                availability_zone=zone,
                tags=self._tags(f"{tier}-{zone}") | subnet_role(tier, self._args.cluster),
                opts=self._child,
            )
            for zone, cidr in self._args.subnets[tier].items()
        }

    def _route_public(self, subnets: Mapping[str, ec2.Subnet]) -> ec2.InternetGateway:
        gateway = ec2.InternetGateway(self._name, vpc_id=self._vpc.id, tags=self._tags(), opts=self._child)
        table = self._route_table("public", subnets)
        ec2.Route(
            f"{self._name}-public",
            route_table_id=table.id,
            destination_cidr_block=str(EVERYWHERE),
            gateway_id=gateway.id,
            opts=self._child,
        )
        return gateway

    def _create_nats(
        self, subnets: Mapping[str, ec2.Subnet], gateway: ec2.InternetGateway
    ) -> dict[str, ec2.NatGateway]:
        after_gateway = pulumi.ResourceOptions(parent=self, depends_on=[gateway])
        nats = {}
        for zone in sorted(set(self._args.nat_zones.values())):
            name, tags = f"{self._name}-nat-{zone}", self._tags(f"nat-{zone}")
            address = ec2.Eip(name, domain="vpc", tags=tags, opts=after_gateway)
            nats[zone] = ec2.NatGateway(
                name, allocation_id=address.id, subnet_id=subnets[zone].id, tags=tags, opts=after_gateway
            )
        return nats

    def _route_private(
        self, subnets: Mapping[str, ec2.Subnet], nats: Mapping[str, ec2.NatGateway]
    ) -> dict[str, ec2.RouteTable]:
        tables = {zone: self._route_table(f"private-{zone}", {zone: subnet}) for zone, subnet in subnets.items()}
        for zone, nat_zone in self._args.nat_zones.items():
            ec2.Route(
                f"{self._name}-private-{zone}",
                route_table_id=tables[zone].id,
                destination_cidr_block=str(EVERYWHERE),
                nat_gateway_id=nats[nat_zone].id,
                opts=self._child,
            )
        return tables

    def _isolate_databases(self, subnets: Mapping[str, ec2.Subnet]) -> None:
        """Databases get a table of their own without a way out, whatever the main table says."""
        self._route_table("database", subnets)

    def _log_flows(self) -> None:
        flow_logs = FlowLogsArgs(
            prefix=self._args.cluster,
            place=self._args.place,
            vpc_id=self._vpc.id,
            key_arn=self._args.log_key_arn,
            retention_days=self._args.flow_log_retention_days,
        )
        FlowLogs(f"{self._name}-flow-logs", flow_logs, self._child)

    def _route_table(self, what: str, subnets: Mapping[str, ec2.Subnet]) -> ec2.RouteTable:
        table = ec2.RouteTable(f"{self._name}-{what}", vpc_id=self._vpc.id, tags=self._tags(what), opts=self._child)
        for zone, subnet in subnets.items():
            ec2.RouteTableAssociation(
                f"{self._name}-{what.removesuffix(f'-{zone}')}-{zone}",
                route_table_id=table.id,
                subnet_id=subnet.id,
                opts=self._child,
            )
        return table


def subnet_role(tier: Tier, cluster: str) -> dict[str, str]:
    """The tags by which load balancer controllers find a subnet (NET-05); database subnets carry none."""
    owned = {f"kubernetes.io/cluster/{cluster}": "owned"}
    match tier:
        case "public":
            return {"kubernetes.io/role/elb": "1"} | owned
        case "private":
            return {"kubernetes.io/role/internal-elb": "1"} | owned
        case "database":
            return {}
