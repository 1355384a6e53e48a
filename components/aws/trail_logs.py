"""The trail's second way out, on which silence is heard: CloudWatch Logs, with an alarm on nothing (AUD-08)."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
from pulumi_aws import cloudwatch

from components.aws.alarm import Alarm, watch
from components.aws.alerts import Alerts, Rule, tell
from components.aws.iam import Duty, Role
from components.aws.partitions import service_principal
from components.aws.place import Place
from components.aws.policies import allow, document, trust

TRAIL_CHANGES = ["DeleteTrail", "PutEventSelectors", "StopLogging", "UpdateTrail"]
BUCKET_CHANGES = [
    *("DeleteBucket", "DeleteBucketLifecycle", "DeleteBucketPolicy", "DeleteBucketReplication", "PutBucketLifecycle"),
    *("PutBucketLogging", "PutBucketPolicy", "PutBucketReplication", "PutBucketVersioning"),
    "PutObjectLockConfiguration",
]


@dataclass(frozen=True, kw_only=True)
class TrailLogsArgs:
    """`silent_minutes` without any event are told to `alerts`, and so is whoever changes the trail or `buckets`."""

    trail: str
    place: Place
    key_arn: pulumi.Input[str]
    retention_days: int
    alerts: Alerts
    silent_minutes: int
    buckets: Sequence[str]


class TrailLogs(pulumi.ComponentResource):
    """A group that a trail writes to, and word to people when it falls silent or somebody meddles with it."""

    group_arn: pulumi.Output[str]
    role_arn: pulumi.Output[str]
    ready: Sequence[pulumi.Resource]

    def __init__(self, name: str, args: TrailLogsArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("platform:aws:TrailLogs", name, None, opts)
        self._name, self._args = name, args
        self._child = pulumi.ResourceOptions(parent=self)
        group = cloudwatch.LogGroup(
            name,
            name=f"/aws/cloudtrail/{args.trail}",
            retention_in_days=args.retention_days,
            kms_key_id=args.key_arn,
            tags={"Name": args.trail},
            opts=self._child,
        )
        role = self._role(group)
        self._hear_silence(group)
        self._hear_changes()
        self.group_arn = group.arn.apply(lambda arn: f"{arn}:*")
        self.role_arn, self.ready = role.arn, role.ready
        self.register_outputs({"group_arn": self.group_arn})

    def _role(self, group: cloudwatch.LogGroup) -> Role:
        """Streams of the group that CloudTrail names itself, for this trail only."""
        own = {"StringEquals": {"aws:SourceArn": self._args.place.arn("cloudtrail", f"trail/{self._args.trail}")}}
        write = ["logs:CreateLogStream", "logs:PutLogEvents"]
        duty = Duty(
            description=f"Writes {self._args.trail} to its log group",
            trust=trust({"Service": service_principal("cloudtrail")}, "sts:AssumeRole", own),
            policy=group.arn.apply(lambda arn: document(allow(write, f"{arn}:log-stream:*"))),
        )
        return Role(self._name, duty, self)

    def _hear_silence(self, group: cloudwatch.LogGroup) -> None:
        """An account that stands is never silent: its own services ask all the time."""
        alarm = Alarm(
            named=f"{self._args.trail}-silent",
            description=f"{self._args.trail} has recorded nothing for {self._args.silent_minutes} minutes",
            namespace="AWS/Logs",
            metric_name="IncomingLogEvents",
            dimensions={"LogGroupName": group.name},
            statistic="Sum",
            when="<",
            threshold=1,
            period=self._args.silent_minutes * 60,
            treat_missing_data="breaching",
            end_too=True,
        )
        watch(f"{self._name}-silent", alarm, [self._args.alerts.topic_arn], self._child)

    def _hear_changes(self) -> None:
        rule = Rule(
            named=f"{self._args.trail}-changes",
            description=f"Somebody changes {self._args.trail} or what keeps its evidence",
            pattern=changes(self._args.buckets),
        )
        tell(self._name, rule, self._args.alerts, self)


def changes(buckets: Sequence[str]) -> str:
    """Calls that end or bend a trail, or that open, shorten or empty one of the buckets."""
    own = [service_principal("cloudtrail")]
    kept = {"eventSource": [service_principal("s3")], "requestParameters": {"bucketName": list(buckets)}}
    said = [{"eventSource": own, "eventName": TRAIL_CHANGES}, {**kept, "eventName": BUCKET_CHANGES}]
    return json.dumps({"detail-type": ["AWS API Call via CloudTrail"], "detail": {"$or": said}})
