"""A way between the networks of two regions of one account, on which nothing passes by itself (NET-10)."""

from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import IPv4Network

import pulumi
from pulumi_aws import ec2


@dataclass(frozen=True, kw_only=True)
class Side:
    """One network with the route tables of its private subnets, by zone."""

    vpc_id: pulumi.Input[str]
    cidr: IPv4Network
    route_table_ids: Mapping[str, pulumi.Input[str]]


@dataclass(frozen=True, kw_only=True)
class PeeringArgs:
    """`ours` asks, `theirs` lies in `region` and accepts."""

    name: str
    ours: Side
    theirs: Side
    region: str


class Peering(pulumi.ComponentResource):
    """Private subnets on both sides find each other; what may pass is for their security groups to say."""

    connection_id: pulumi.Output[str]

    def __init__(self, name: str, args: PeeringArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("platform:aws:Peering", name, None, opts)
        self._name, self._args = name, args
        self._child = pulumi.ResourceOptions(parent=self)
        asked = ec2.VpcPeeringConnection(
            name,
            vpc_id=args.ours.vpc_id,
            peer_vpc_id=args.theirs.vpc_id,
            peer_region=args.region,
            tags={"Name": args.name},
            opts=self._child,
        )
        accepted = ec2.VpcPeeringConnectionAccepter(
            name,
            vpc_peering_connection_id=asked.id,
            auto_accept=True,
            region=args.region,
            tags={"Name": args.name},
            opts=self._child,
        )
        self._route("ours", args.ours, args.theirs, accepted, None)
        self._route("theirs", args.theirs, args.ours, accepted, args.region)
        self.connection_id = asked.id
        self.register_outputs({"connection_id": self.connection_id})

    def _route(
        self, what: str, side: Side, other: Side, accepted: ec2.VpcPeeringConnectionAccepter, region: str | None
    ) -> None:
        """A route takes traffic only once the connection is accepted."""
        for key, table in side.route_table_ids.items():
            ec2.Route(
                f"{self._name}-{what}-{key}",
                route_table_id=table,
                destination_cidr_block=str(other.cidr),
                vpc_peering_connection_id=accepted.vpc_peering_connection_id,
                region=region,
                opts=self._child,
            )
