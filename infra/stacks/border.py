"""What of a region reaches into another one, once there is something to reach."""

import pulumi
from pulumi_aws import ec2

from components.aws.partitions import region_of
from components.aws.peering import Peering, PeeringArgs, Side
from infra.config import RegionStack
from infra.config.network import PeerConfig
from infra.stacks.foundation import Foundation


def peering(stack: RegionStack, base: Foundation, aws: pulumi.ResourceOptions, ask: pulumi.InvokeOptions) -> None:
    """Join the networks; a peer that does not stand yet is joined by the first run that finds it."""
    peer = stack.network.peer
    if peer is None:
        return
    theirs = find(peer, ask)
    if theirs is None:
        pulumi.log.warn(
            f"the network of {peer.cluster} is not in {peer.region} yet, so that nothing is joined; "
            "deploy its stack, and this one once more"
        )
        return
    ours = Side(
        vpc_id=base.network.vpc_id, cidr=stack.network.cidr, route_table_ids=base.network.private_route_table_ids
    )
    args = PeeringArgs(name=f"{stack.cluster_name}-{peer.cluster}", ours=ours, theirs=theirs, region=peer.region)
    Peering("peering", args, aws)


def find(peer: PeerConfig, ask: pulumi.InvokeOptions) -> Side | None:
    """The peer's network by the names that its own stack gives it; None where there is none."""
    vpcs = ec2.get_vpcs(tags={"Name": peer.cluster}, region=peer.region, opts=ask).ids
    if not vpcs:
        return None
    tables = {}
    for zone in region_of(peer.region).zones:
        name = {"Name": f"{peer.cluster}-private-{zone}"}
        for table in ec2.get_route_tables(vpc_id=vpcs[0], tags=name, region=peer.region, opts=ask).ids:
            tables[zone] = table
    return Side(vpc_id=vpcs[0], cidr=peer.cidr, route_table_ids=tables)
