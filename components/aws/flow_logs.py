"""VPC flow logs: every accepted and refused connection, to an encrypted log group."""

from dataclasses import dataclass

import pulumi
from pulumi_aws import cloudwatch, ec2, iam

from components.aws.place import Place
from components.aws.policies import allow, document, trust_service

DELIVER = ["logs:CreateLogStream", "logs:PutLogEvents", "logs:DescribeLogStreams"]


@dataclass(frozen=True, kw_only=True)
class FlowLogsArgs:
    """`prefix` names the log group for people; the key must allow CloudWatch Logs."""

    prefix: str
    place: Place
    vpc_id: pulumi.Input[str]
    key_arn: pulumi.Input[str]
    retention_days: int


class FlowLogs(pulumi.ComponentResource):
    """All traffic of a VPC, aggregated over at most 60 seconds, kept for a set number of days (NET-04)."""

    log_group_arn: pulumi.Output[str]

    def __init__(self, name: str, args: FlowLogsArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("platform:aws:FlowLogs", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        group = cloudwatch.LogGroup(
            name,
            name=f"/aws/vpc/{args.prefix}/flow-logs",
            retention_in_days=args.retention_days,
            kms_key_id=args.key_arn,
            tags={"Name": f"{args.prefix}-flow-logs"},
            opts=child,
        )
        role = iam.Role(
            name,
            description="Delivers VPC flow logs to their log group",
            assume_role_policy=trust_service("vpc-flow-logs", args.place.account),
            tags={"Name": f"{args.prefix}-flow-logs"},
            opts=child,
        )
        # The service looks its group up among all, or delivers nothing.
        find = allow(["logs:DescribeLogGroups"], args.place.arn("logs", "log-group:*"))
        delivery = iam.RolePolicy(
            name,
            role=role.name,
            policy=group.arn.apply(lambda arn: document(allow(DELIVER, f"{arn}:*"), find)),
            opts=child,
        )
        ec2.FlowLog(
            name,
            vpc_id=args.vpc_id,
            traffic_type="ALL",
            log_destination=group.arn,
            iam_role_arn=role.arn,
            max_aggregation_interval=60,
            tags={"Name": f"{args.prefix}-flow-logs"},
            opts=pulumi.ResourceOptions(parent=self, depends_on=[delivery]),
        )
        self.log_group_arn = group.arn
        self.register_outputs({"log_group_arn": self.log_group_arn})
