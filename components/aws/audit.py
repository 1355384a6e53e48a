"""The audit trail of an account and the places where evidence is kept and cannot be changed (AUD-01 to AUD-04)."""

from collections.abc import Mapping
from dataclasses import dataclass

import pulumi
from pulumi_aws import cloudtrail

from components.aws.access_logs import log_bucket
from components.aws.bucket import Bucket, BucketArgs, ObjectLock, Retention
from components.aws.partitions import service_principal
from components.aws.place import Place
from components.aws.policies import Statement, allow_principal


@dataclass(frozen=True, kw_only=True)
class AuditArgs:
    """`retention_days` by class of evidence, each with a bucket `{prefix}-{account}-{class}`; `trail` is always one.

    `global_events` lets the trail hold what has no region, such as IAM, and all regions; a trail that must stay in its
    region holds that region only (DATA-04).
    """

    prefix: str
    place: Place
    key_arn: pulumi.Input[str]
    mode: Retention
    retention_days: Mapping[str, int]
    global_events: bool = True
    protect: bool = True


class Audit(pulumi.ComponentResource):
    """A validated trail in a locked bucket, and a locked bucket for each class of evidence."""

    trail_arn: pulumi.Output[str]
    buckets: Mapping[str, pulumi.Output[str]]
    access_logs: Bucket

    def __init__(self, name: str, args: AuditArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("platform:aws:Audit", name, None, opts)
        self._name, self._args = name, args
        self._child = pulumi.ResourceOptions(parent=self)
        self._trail = f"{args.prefix}-trail"
        logs = self._physical("access-logs")
        self.access_logs = log_bucket(f"{name}-access-logs", logs, args.place, args.protect, self._child)
        kept = {what: self._keep(what, days) for what, days in args.retention_days.items()}
        self.buckets = {what: bucket.name for what, bucket in kept.items()}
        trail = cloudtrail.Trail(
            name,
            name=self._trail,
            s3_bucket_name=kept["trail"].name,
            is_multi_region_trail=args.global_events,
            include_global_service_events=args.global_events,
            enable_log_file_validation=True,
            enable_logging=True,
            kms_key_id=args.key_arn,
            tags={"Name": self._trail},
            opts=pulumi.ResourceOptions(parent=self, protect=args.protect, depends_on=list(kept["trail"].ready)),
        )
        self.trail_arn = trail.arn
        self.register_outputs({"trail_arn": self.trail_arn})

    def _physical(self, what: str) -> str:
        return f"{self._args.prefix}-{self._args.place.account}-{what}"

    def _keep(self, what: str, days: int) -> Bucket:
        physical = self._physical(what)
        args = BucketArgs(
            bucket=physical,
            place=self._args.place,
            key_arn=self._args.key_arn,
            lock=ObjectLock(mode=self._args.mode, days=days),
            expire_days=days + 1,
            cold_after_days=90 if days > 180 else None,
            statements=trail_statements(self._args.place, physical, self._trail) if what == "trail" else (),
            access_logs=self.access_logs,
            protect=self._args.protect,
        )
        return Bucket(f"{self._name}-{what}", args, self._child)


def trail_statements(place: Place, bucket: str, trail: str) -> tuple[Statement, ...]:
    """CloudTrail writes the account's own prefix, on behalf of this one trail."""
    arn = place.arn("s3", bucket)
    service = {"Service": service_principal("cloudtrail")}
    own = {"StringEquals": {"aws:SourceArn": place.arn("cloudtrail", f"trail/{trail}")}}
    check = allow_principal("Trail looks at the bucket", service, ["s3:GetBucketAcl"], own)
    write = allow_principal("Trail writes", service, ["s3:PutObject"], own)
    return ({**check, "Resource": arn}, {**write, "Resource": f"{arn}/AWSLogs/{place.account}/*"})
