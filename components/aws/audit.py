"""The audit trail of an account, with what keeps it and what notices when it stops (AUD-01 to AUD-04, AUD-08)."""

from collections.abc import Mapping
from dataclasses import dataclass

import pulumi
from pulumi_aws import cloudtrail

from components.aws.alerts import Alerts
from components.aws.bucket import Bucket, Retention
from components.aws.evidence import Evidence, EvidenceArgs, filed_by_day
from components.aws.partitions import service_principal
from components.aws.place import Place
from components.aws.policies import Statement, allow_principal
from components.aws.trail_logs import TrailLogs, TrailLogsArgs

TRAIL = "trail"


@dataclass(frozen=True, kw_only=True)
class AuditArgs:
    """`retention_days` by class of evidence, each with a bucket `{prefix}-{account}-{class}`; `trail` is always one.

    `global_events` lets the trail hold what has no region, such as IAM, and all regions; a second trail of an account
    holds its own region only. `log_days` is for how long it can be searched.
    """

    prefix: str
    place: Place
    key_arn: pulumi.Input[str]
    log_key_arn: pulumi.Input[str]
    mode: Retention
    retention_days: Mapping[str, int]
    alerts: Alerts
    silent_minutes: int
    log_days: int
    recent_gb: int = 500
    global_events: bool = True
    protect: bool = True


class Audit(pulumi.ComponentResource):
    """A validated trail in a locked bucket, a locked bucket for each class of evidence, and word of any gap."""

    trail_arn: pulumi.Output[str]
    buckets: Mapping[str, Bucket]
    access_logs: Bucket

    def __init__(self, name: str, args: AuditArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("platform:aws:Audit", name, None, opts)
        self._name, self._args = name, args
        self._child = pulumi.ResourceOptions(parent=self)
        self._trail = f"{args.prefix}-trail"
        evidence = self._evidence()
        self.buckets, self.access_logs = evidence.buckets, evidence.access_logs
        logs = self._logs()
        kept = self.buckets[TRAIL]
        trail = cloudtrail.Trail(
            name,
            name=self._trail,
            s3_bucket_name=kept.name,
            is_multi_region_trail=args.global_events,
            include_global_service_events=args.global_events,
            enable_log_file_validation=True,
            enable_logging=True,
            kms_key_id=args.key_arn,
            cloud_watch_logs_group_arn=logs.group_arn,
            cloud_watch_logs_role_arn=logs.role_arn,
            tags={"Name": self._trail},
            opts=pulumi.ResourceOptions(parent=self, protect=args.protect, depends_on=[*kept.ready, *logs.ready]),
        )
        self.trail_arn = trail.arn
        self.register_outputs({"trail_arn": self.trail_arn})

    def _physical(self, what: str) -> str:
        return f"{self._args.prefix}-{self._args.place.account}-{what}"

    def _evidence(self) -> Evidence:
        args = self._args
        filed = {what: [filed_by_day(args.place, self._physical(what))] for what in args.retention_days}
        evidence = EvidenceArgs(
            prefix=args.prefix,
            place=args.place,
            key_arn=args.key_arn,
            mode=args.mode,
            retention_days=args.retention_days,
            statements={**filed, TRAIL: trail_statements(args.place, self._physical(TRAIL), self._trail)},
            alerts=args.alerts,
            recent_gb=args.recent_gb,
            protect=args.protect,
        )
        return Evidence(self._name, evidence, self._child)

    def _logs(self) -> TrailLogs:
        args = self._args
        logs = TrailLogsArgs(
            trail=self._trail,
            place=args.place,
            key_arn=args.log_key_arn,
            retention_days=args.log_days,
            alerts=args.alerts,
            silent_minutes=args.silent_minutes,
            buckets=[self._physical(what) for what in args.retention_days],
        )
        return TrailLogs(f"{self._name}-logs", logs, self._child)


def trail_statements(place: Place, bucket: str, trail: str) -> tuple[Statement, ...]:
    """CloudTrail writes the account's own prefix, on behalf of this one trail."""
    arn = place.arn("s3", bucket)
    service = {"Service": service_principal("cloudtrail")}
    own = {"StringEquals": {"aws:SourceArn": place.arn("cloudtrail", f"trail/{trail}")}}
    check = allow_principal("Trail looks at the bucket", service, ["s3:GetBucketAcl"], own)
    write = allow_principal("Trail writes", service, ["s3:PutObject"], own)
    return ({**check, "Resource": arn}, {**write, "Resource": f"{arn}/AWSLogs/{place.account}/*"})
