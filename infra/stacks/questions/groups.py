"""Which node groups there are already, and of what size (EKS-09)."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass

from infra.config import RegionStack
from infra.stacks.questions.asking import Ask, if_there


@dataclass(frozen=True, kw_only=True)
class Size:
    """The bounds that a group has now, and how many nodes its autoscaler wants between them."""

    min: int
    desired: int
    max: int


async def present(stack: RegionStack, ask: Ask) -> Mapping[str, Size]:
    """The groups of the stack's cluster, by their tag Name; none while there is no cluster."""
    asked = {"clusterName": stack.cluster_name, "region": stack.region}
    found = await if_there(ask("aws:eks/getNodeGroups:getNodeGroups", **asked))
    names = found["names"] if found else ()
    each = (ask("aws:eks/getNodeGroup:getNodeGroup", nodeGroupName=name, **asked) for name in names)
    groups = await asyncio.gather(*map(if_there, each))
    return {
        group["tags"]["Name"]: Size(min=scaling["minSize"], desired=scaling["desiredSize"], max=scaling["maxSize"])
        for group in groups
        if group and "Name" in group["tags"]
        for scaling in group["scalingConfigs"]
    }
