"""The security groups of pods that leave the network where others may not (NET-12)."""

import pulumi

from components.aws.way_out import WayOut, WayOutArgs
from infra.config import RegionStack
from infra.stacks.cluster import RegionCluster
from infra.stacks.foundation import Foundation


def worn(
    stack: RegionStack, who: str, base: Foundation, control: RegionCluster, aws: pulumi.ResourceOptions
) -> list[pulumi.Output[str]]:
    """Declare the way out; what the pods wear is the group of all pods and that one. Nothing where none is needed."""
    ports = stack.ways_out.get(who)
    if not ports:
        return []
    args = WayOutArgs(
        cluster=stack.cluster_name,
        who=who,
        ports=ports,
        vpc_id=base.network.vpc_id,
        cluster_group_id=control.cluster_group_id,
        after=[control.cluster],
    )
    return [base.pods.security_group_id, WayOut(f"way-out-{who}", args, aws).security_group_id]
