"""Node groups that change their size by the clock."""

import pulumi

from components.aws.alerts import Alerts
from components.aws.node_schedules import NodeSchedules, NodeSchedulesArgs, Schedule, ScheduledGroup
from infra.config import RegionStack
from infra.stacks.cluster import RegionCluster
from infra.stacks.foundation import Foundation


def node_schedules(
    stack: RegionStack, base: Foundation, control: RegionCluster, told: Alerts | None, aws: pulumi.ResourceOptions
) -> None:
    """Declare the schedules of all groups as ordered; a stack without any has none."""
    groups = {
        name: ScheduledGroup(
            name=control.groups[name].group,
            arn=control.groups[name].arn,
            schedules={each: Schedule(**order.model_dump()) for each, order in config.schedules.items()},
        )
        for name, config in stack.cluster.node_groups.items()
        if config.schedules
    }
    if not groups:
        return
    args = NodeSchedulesArgs(
        cluster=stack.cluster_name,
        cluster_name=control.cluster.name,
        place=base.place,
        key_arn=base.keys.arns["eks"],
        groups=groups,
        topics=[told.topic_arn] if told else [],
    )
    NodeSchedules("node-schedules", args, aws)
