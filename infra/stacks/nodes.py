"""How many nodes each group has: what the stack file orders, beside what there is already (EKS-09, BDR-14)."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Literal

import pulumi
from pulumi_aws import eks

from components.aws.node_group import Nodes, Taint, label
from infra.config import RegionStack
from infra.config.cluster import NodeGroupConfig
from infra.stacks.absent import if_there

SIZES: tuple[Literal["desiredSize", "minSize", "maxSize"], ...] = ("desiredSize", "minSize", "maxSize")


@dataclass(frozen=True, kw_only=True)
class Size:
    """The bounds that a group has now, and how many nodes its autoscaler wants between them."""

    min: int
    desired: int
    max: int


def sizes(stack: RegionStack, ask: pulumi.InvokeOptions, *, carries: bool) -> Mapping[str, Nodes]:
    """Every group that the stack orders, by name; a standby that `carries` the load has the nodes for it."""
    there = present(stack, ask)
    return {
        name: nodes(order, carries=carries, there=there.get(name)) for name, order in stack.cluster.node_groups.items()
    }


def present(stack: RegionStack, ask: pulumi.InvokeOptions) -> Mapping[str, Size]:
    """The groups of the stack that there are, by name; none while there is no cluster."""
    known = {label(stack.cluster_name, name): name for name in stack.cluster.node_groups}
    found = if_there(lambda: eks.get_node_groups(cluster_name=stack.cluster_name, region=stack.region, opts=ask))
    groups = [if_there(partial(_group, stack, each, ask)) for each in (found.names if found else ())]
    return {
        known[group.tags["Name"]]: Size(min=scaling.min_size, desired=scaling.desired_size, max=scaling.max_size)
        for group in groups
        if group and group.tags.get("Name") in known
        for scaling in group.scaling_configs
    }


def _group(stack: RegionStack, group: str, ask: pulumi.InvokeOptions) -> eks.AwaitableGetNodeGroupResult:
    return eks.get_node_group(cluster_name=stack.cluster_name, node_group_name=group, region=stack.region, opts=ask)


def _risen(full: int, least: int, there: Size | None) -> bool:
    """Whether a failover has raised a group already, and has not switched to it yet."""
    return there is not None and there.min == full != least


def nodes(config: NodeGroupConfig, *, carries: bool = False, there: Size | None = None) -> Nodes:
    """A group as ordered, in the component's words.

    The size of a standby that carries the load, or is made ready for it, is its failover's. Else, within bounds that
    stay, the number of nodes is the autoscaler's. AWS takes no bounds that the number lies outside of, so that where
    they change the number that is there is ordered too, moved as far as they ask. A least that one of the group's
    schedules has set stays.
    """
    raised = config.full is not None and (carries or _risen(config.full, config.min, there))
    least = max(config.min, config.full or 0) if raised else config.min
    if not raised and there and there.min in {schedule.min for schedule in config.schedules.values()}:
        least = there.min
    others = SIZES[:2] if config.schedules else SIZES[:1]
    settled = there is None or (there.min, there.max) == (least, config.max)
    return Nodes(
        instance_types=config.instance_types,
        min=least,
        desired=min(max(least, there.desired if there else config.desired), config.max),
        max=config.max,
        moving=SIZES if raised else others if settled else (),
        capacity=config.capacity,
        tenancy=config.tenancy,
        disk_gb=config.disk_gb,
        ami_type=config.ami_type,
        labels=config.labels,
        taints=[Taint(key=taint.key, value=taint.value, effect=taint.effect) for taint in config.taints],
        enclave=config.enclave,
    )
