"""Sizes of node groups by the clock, for load whose hours are known (COST-01)."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pulumi
from pulumi_aws import scheduler

from components.aws.alarm import Alarm, watch
from components.aws.iam import Duty, Role
from components.aws.partitions import service_principal
from components.aws.place import Place
from components.aws.policies import allow, document, trust

RETRY_SECONDS = 3600  # while the group is being updated EKS takes no other change
RETRIES = 185  # as many as there can be


@dataclass(frozen=True, kw_only=True)
class Schedule:
    """From each run of `cron`, in `time_zone`, the group has at least `min` nodes; and `desired` then, if given."""

    cron: str
    time_zone: str
    min: int
    desired: int | None = None


@dataclass(frozen=True, kw_only=True)
class ScheduledGroup:
    """A node group by its physical name and ARN, and its schedules by name."""

    name: pulumi.Input[str]
    arn: pulumi.Input[str]
    schedules: Mapping[str, Schedule]


@dataclass(frozen=True, kw_only=True)
class NodeSchedulesArgs:
    """`groups` by the name that people use; `key_arn` seals what is called, `topics` hear of failures."""

    cluster: str
    cluster_name: pulumi.Input[str]
    place: Place
    key_arn: pulumi.Input[str]
    groups: Mapping[str, ScheduledGroup]
    topics: Sequence[pulumi.Input[str]] = ()


class NodeSchedules(pulumi.ComponentResource):
    """Schedules that change two numbers of the named node groups by themselves, and may change nothing else."""

    def __init__(self, name: str, args: NodeSchedulesArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("platform:aws:NodeSchedules", name, None, opts)
        self._name, self._args = name, args
        child = pulumi.ResourceOptions(parent=self)
        together = scheduler.ScheduleGroup(name, name=args.cluster, tags={"Name": args.cluster}, opts=child)
        duty = Duty(
            description=f"Sizes node groups of {args.cluster} by the clock",
            trust=trust_policy(args.place, args.cluster),
            policy=pulumi.Output.all(args.key_arn, *(group.arn for group in args.groups.values())).apply(
                lambda known: scaling_policy(args.place, args.cluster, known[0], known[1:])
            ),
        )
        role = Role(name, duty, self)
        for group, target in args.groups.items():
            for schedule, order in target.schedules.items():
                self._schedule(f"{group}.{schedule}", target, order, together, role)
        if args.topics:
            watch(f"{name}-dropped", self._dropped(), args.topics, child)
        self.register_outputs({})

    def _schedule(
        self, named: str, target: ScheduledGroup, order: Schedule, together: scheduler.ScheduleGroup, role: Role
    ) -> None:
        place = self._args.place
        asked = pulumi.Output.all(self._args.cluster_name, target.name).apply(
            lambda names: json.dumps(request(names[0], names[1], order))
        )
        scheduler.Schedule(
            f"{self._name}-{named}",
            name=named,
            group_name=together.name,
            description=f"Node group of {self._args.cluster}, by the clock",
            schedule_expression=order.cron,
            schedule_expression_timezone=order.time_zone,
            flexible_time_window=scheduler.ScheduleFlexibleTimeWindowArgs(mode="OFF"),
            kms_key_arn=self._args.key_arn,
            target=scheduler.ScheduleTargetArgs(
                arn=place.operation_arn("eks", "updateNodegroupConfig"),
                role_arn=role.arn,
                input=asked,
                retry_policy=scheduler.ScheduleTargetRetryPolicyArgs(
                    maximum_event_age_in_seconds=RETRY_SECONDS, maximum_retry_attempts=RETRIES
                ),
            ),
            opts=pulumi.ResourceOptions(parent=self, depends_on=role.ready),
        )

    def _dropped(self) -> Alarm:
        return Alarm(
            named=f"{self._args.cluster}-node-schedules",
            found=False,
            description=f"A scheduled size of {self._args.cluster}'s nodes was not set within {RETRY_SECONDS} s",
            namespace="AWS/Scheduler",
            metric_name="InvocationDroppedCount",
            dimensions={"ScheduleGroup": self._args.cluster},
            statistic="Sum",
            when=">",
            threshold=0,
            period=300,
            treat_missing_data="notBreaching",
        )


def request(cluster: str, group: str, order: Schedule) -> dict[str, Any]:
    """What EKS is asked; the scheduler writes names with a capital letter, which EKS itself does not."""
    desired = {} if order.desired is None else {"DesiredSize": order.desired}
    return {"ClusterName": cluster, "NodegroupName": group, "ScalingConfig": {"MinSize": order.min, **desired}}


def trust_policy(place: Place, cluster: str) -> str:
    """The scheduler, for this group of schedules only; it takes no single schedule as the source."""
    source = {"aws:SourceAccount": place.account, "aws:SourceArn": place.arn("scheduler", f"schedule-group/{cluster}")}
    return trust({"Service": service_principal("scheduler")}, "sts:AssumeRole", {"StringEquals": source})


def scaling_policy(place: Place, cluster: str, key_arn: str, groups: Sequence[str]) -> str:
    """Changes these node groups' settings, and opens what was sealed for these schedules."""
    sealed = {"kms:EncryptionContext:aws:scheduler:schedule:arn": place.arn("scheduler", f"schedule/{cluster}/*")}
    return document(
        allow(["eks:UpdateNodegroupConfig"], list(groups)),
        allow(["kms:Decrypt"], key_arn, {"StringLike": sealed}),
    )
