"""How many nodes each group has: what the stack file orders, beside what there is already (EKS-09, BDR-14)."""

from collections.abc import Mapping
from typing import Literal

from components.aws.node_group import Nodes, Taint, label
from infra.config import RegionStack
from infra.config.cluster import NodeGroupConfig
from infra.stacks.questions.groups import Size

SIZES: tuple[Literal["desiredSize", "minSize", "maxSize"], ...] = ("desiredSize", "minSize", "maxSize")


def sizes(stack: RegionStack, there: Mapping[str, Size], *, carries: bool) -> Mapping[str, Nodes]:
    """Every group that the stack orders, by name; `there` are those that there are, by tag.

    A standby that `carries` the load has the nodes for it.
    """
    return {
        name: nodes(order, carries=carries, there=there.get(label(stack.cluster_name, name)))
        for name, order in stack.cluster.node_groups.items()
    }


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
