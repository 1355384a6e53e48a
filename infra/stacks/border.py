"""What of a region reaches into another one, once there is something to reach."""

import pulumi

from components.aws.peering import Peering, PeeringArgs, Side
from infra.config import RegionStack
from infra.stacks.foundation import Foundation
from infra.stacks.questions import Network


def peering(stack: RegionStack, base: Foundation, found: Network | None, aws: pulumi.ResourceOptions) -> None:
    """Join the networks; a peer that does not stand yet is joined by the first run that finds it."""
    peer = stack.network.peer
    if peer is None or found is None:
        return
    ours = Side(
        vpc_id=base.network.vpc_id, cidr=stack.network.cidr, route_table_ids=base.network.private_route_table_ids
    )
    theirs = Side(vpc_id=found.vpc_id, cidr=peer.cidr, route_table_ids=found.route_table_ids)
    args = PeeringArgs(name=f"{stack.cluster_name}-{peer.cluster}", ours=ours, theirs=theirs, region=peer.region)
    Peering("peering", args, aws)
