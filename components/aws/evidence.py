"""Where evidence is kept and cannot be changed: a locked bucket for each class of it, and who asked for what."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pulumi

from components.aws.access_logs import log_bucket
from components.aws.alarm import Alarm, watch
from components.aws.alerts import Alerts
from components.aws.bucket import Bucket, BucketArgs, ObjectLock, Retention
from components.aws.place import Place
from components.aws.policies import Statement, allow_principal

COLD_AFTER_DAYS = 90
BY_DAY = "audit/????/??/??/*"
GIB = 1024**3


@dataclass(frozen=True, kw_only=True)
class EvidenceArgs:
    """`retention_days` by class, each with a bucket `{prefix}-{account}-{class}{suffix}`.

    `statements` join a class's bucket policy. `alerts` is told when more than `recent_gb` of a class is younger than
    the 90 days after which it moves to colder storage.
    """

    prefix: str
    place: Place
    key_arn: pulumi.Input[str]
    mode: Retention
    retention_days: Mapping[str, int]
    suffix: str = ""
    statements: Mapping[str, Sequence[Statement]] = field(default_factory=dict)
    alerts: Alerts | None = None
    recent_gb: int = 500
    protect: bool = True


class Evidence(pulumi.ComponentResource):
    """Locked buckets that nobody empties before their time, whose growth and readers are known."""

    buckets: Mapping[str, Bucket]
    access_logs: Bucket

    def __init__(self, name: str, args: EvidenceArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("platform:aws:Evidence", name, None, opts)
        self._name, self._args = name, args
        self._child = pulumi.ResourceOptions(parent=self)
        requests = physical_name(args, "access-logs")
        self.access_logs = log_bucket(f"{name}-access-logs", requests, args.place, args.protect, self._child)
        self.buckets = {what: self._keep(what, days) for what, days in args.retention_days.items()}
        if args.alerts:
            for what, bucket in self.buckets.items():
                self._watch(what, bucket, args.alerts)
        self.register_outputs({"buckets": {what: bucket.name for what, bucket in self.buckets.items()}})

    def _keep(self, what: str, days: int) -> Bucket:
        args = BucketArgs(
            bucket=physical_name(self._args, what),
            place=self._args.place,
            key_arn=self._args.key_arn,
            lock=ObjectLock(mode=self._args.mode, days=days),
            expire_days=days + 1,
            cold_after_days=COLD_AFTER_DAYS if days > 2 * COLD_AFTER_DAYS else None,
            statements=self._args.statements.get(what, ()),
            access_logs=self.access_logs,
            protect=self._args.protect,
        )
        return Bucket(f"{self._name}-{what}", args, self._child)

    def _watch(self, what: str, bucket: Bucket, alerts: Alerts) -> None:
        """S3 measures once a day."""
        alarm = Alarm(
            named=f"{physical_name(self._args, what)}-growth",
            description=f"More {what} than expected has come within {COLD_AFTER_DAYS} days",
            namespace="AWS/S3",
            metric_name="BucketSizeBytes",
            dimensions={"BucketName": bucket.name, "StorageType": "StandardStorage"},
            statistic="Average",
            when=">",
            threshold=self._args.recent_gb * GIB,
            period=86400,
            treat_missing_data="notBreaching",
        )
        watch(f"{self._name}-{what}", alarm, [alerts.topic_arn], self._child)


def physical_name(args: EvidenceArgs, what: str) -> str:
    """The name of a class's bucket."""
    return f"{args.prefix}-{args.place.account}-{what}{args.suffix}"


def filed_by_day(place: Place, bucket: str) -> Statement:
    """What is put elsewhere than below audit/YYYY/MM/DD/ is refused, whoever puts it (AUD-03)."""
    refused = allow_principal("Filed by day", {"AWS": "*"}, ["s3:PutObject"])
    kept = {key: value for key, value in refused.items() if key != "Resource"}
    return {**kept, "Effect": "Deny", "NotResource": f"{place.arn('s3', bucket)}/{BY_DAY}"}
