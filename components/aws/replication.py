"""Evidence kept a second time in another region, as locked as at home, within a time that is watched."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import pulumi
from pulumi_aws import s3

from components.aws.alarm import Alarm, watch
from components.aws.bucket import Bucket
from components.aws.iam import Duty, Role
from components.aws.partitions import host, service_principal
from components.aws.place import Place
from components.aws.policies import Condition, allow, document, trust

RULE = "evidence"
CONTROLLED_SECONDS = 900  # what S3 keeps with replication time control, and the only time that it offers
ENABLED = "Enabled"
READ = [
    *("s3:GetObjectVersionForReplication", "s3:GetObjectVersionAcl", "s3:GetObjectVersionTagging"),
    *("s3:GetObjectRetention", "s3:GetObjectLegalHold"),
]


class Sealed(NamedTuple):
    """A bucket and the key of what is in it, as policies name them."""

    bucket_arn: str
    key_arn: str
    region: str


@dataclass(frozen=True, kw_only=True)
class End:
    """A bucket with the key of what is in it, and the topic of its region that hears what goes wrong there."""

    bucket: Bucket
    place: Place
    key_arn: pulumi.Input[str]
    topic_arn: pulumi.Input[str]


@dataclass(frozen=True, kw_only=True)
class ReplicationArgs:
    """`max_lag_seconds` is how far the copy may be behind before somebody hears."""

    prefix: str
    source: End
    destination: End
    max_lag_seconds: int = CONTROLLED_SECONDS


class Replication(pulumi.ComponentResource):
    """Every new object of one bucket in another, with its lock; a deletion at home is none there."""

    role_arn: pulumi.Output[str]

    def __init__(self, name: str, args: ReplicationArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("platform:aws:Replication", name, None, opts)
        self._name, self._args = name, args
        self._child = pulumi.ResourceOptions(parent=self)
        role = self._role()
        self._rule(role)
        self._watch()
        self.role_arn = role.arn
        self.register_outputs({"role_arn": self.role_arn})

    def _role(self) -> Role:
        args = self._args
        known = pulumi.Output.all(_sealed(args.source), _sealed(args.destination))
        duty = Duty(
            description=f"Copies evidence of {args.prefix} to {args.destination.place.region}",
            trust=args.source.bucket.arn.apply(lambda arn: replication_trust(args.source.place, arn)),
            policy=known.apply(lambda ends: replication_policy(Sealed(*ends[0]), Sealed(*ends[1]))),
        )
        return Role(self._name, duty, self)

    def _rule(self, role: Role) -> None:
        """Old versions and locks go along; delete markers do not, so that the copy outlives a mistake at home."""
        source, destination = self._args.source, self._args.destination
        minutes = CONTROLLED_SECONDS // 60
        time = s3.BucketReplicationConfigRuleDestinationReplicationTimeArgs(
            status=ENABLED, time=s3.BucketReplicationConfigRuleDestinationReplicationTimeTimeArgs(minutes=minutes)
        )
        metrics = s3.BucketReplicationConfigRuleDestinationMetricsArgs(
            status=ENABLED,
            event_threshold=s3.BucketReplicationConfigRuleDestinationMetricsEventThresholdArgs(minutes=minutes),
        )
        rule = s3.BucketReplicationConfigRuleArgs(
            id=RULE,
            status=ENABLED,
            priority=0,
            filter=s3.BucketReplicationConfigRuleFilterArgs(prefix=""),
            delete_marker_replication=s3.BucketReplicationConfigRuleDeleteMarkerReplicationArgs(status="Disabled"),
            source_selection_criteria=s3.BucketReplicationConfigRuleSourceSelectionCriteriaArgs(
                sse_kms_encrypted_objects=s3.BucketReplicationConfigRuleSourceSelectionCriteriaSseKmsEncryptedObjectsArgs(
                    status=ENABLED
                )
            ),
            destination=s3.BucketReplicationConfigRuleDestinationArgs(
                bucket=destination.bucket.arn,
                storage_class="STANDARD",
                encryption_configuration=s3.BucketReplicationConfigRuleDestinationEncryptionConfigurationArgs(
                    replica_kms_key_id=destination.key_arn
                ),
                replication_time=time,
                metrics=metrics,
            ),
        )
        s3.BucketReplicationConfig(
            self._name,
            bucket=source.bucket.name,
            role=role.arn,
            rules=[rule],
            opts=pulumi.ResourceOptions(
                parent=self, depends_on=[*source.bucket.ready, *destination.bucket.ready, *role.ready]
            ),
        )

    def _watch(self) -> None:
        """S3 tells the lag where the copy is, and what could not be copied where it came from."""
        source, destination = self._args.source, self._args.destination
        lag = Alarm(
            named=f"{self._args.prefix}-{self._name}-lag",
            description=f"Evidence in {destination.place.region} is behind by more than it may",
            metric_name="ReplicationLatency",
            statistic="Maximum",
            threshold=self._args.max_lag_seconds,
            end_too=True,
            region=destination.place.region,
            **self._metric(),
        )
        watch(f"{self._name}-lag", lag, [destination.topic_arn], self._child)
        failed = Alarm(
            named=f"{self._args.prefix}-{self._name}-failed",
            description=f"Evidence could not be copied to {destination.place.region}",
            metric_name="OperationsFailedReplication",
            statistic="Sum",
            threshold=0,
            **self._metric(),
        )
        watch(f"{self._name}-failed", failed, [source.topic_arn], self._child)

    def _metric(self) -> dict[str, Any]:
        """Nothing to copy is no fault."""
        return {
            "namespace": "AWS/S3",
            "dimensions": {
                "SourceBucket": self._args.source.bucket.name,
                "DestinationBucket": self._args.destination.bucket.name,
                "RuleId": RULE,
            },
            "when": ">",
            "period": 300,
            "treat_missing_data": "notBreaching",
        }


def _sealed(end: End) -> pulumi.Output[Sequence[str]]:
    return pulumi.Output.all(end.bucket.arn, end.key_arn, end.place.region)


def replication_trust(place: Place, bucket_arn: str) -> str:
    """S3, for this one bucket of the account."""
    own = {"StringEquals": {"aws:SourceAccount": place.account}, "ArnEquals": {"aws:SourceArn": bucket_arn}}
    return trust({"Service": service_principal("s3")}, "sts:AssumeRole", own)


def replication_policy(source: Sealed, destination: Sealed) -> str:
    """Read versions with their locks here, write copies there, and open and seal each with its own key, through S3."""
    return document(
        allow(["s3:GetReplicationConfiguration", "s3:ListBucket"], source.bucket_arn),
        allow(READ, f"{source.bucket_arn}/*"),
        allow(["s3:ReplicateObject", "s3:ReplicateTags"], f"{destination.bucket_arn}/*"),
        allow(["kms:Decrypt"], source.key_arn, _through_s3(source)),
        allow(["kms:Encrypt", "kms:GenerateDataKey"], destination.key_arn, _through_s3(destination)),
    )


def _through_s3(end: Sealed) -> Condition:
    """For objects of the bucket, whose key is asked for one by one or for the bucket as a whole."""
    what = [end.bucket_arn, f"{end.bucket_arn}/*"]
    return {
        "StringEquals": {"kms:ViaService": host("s3", end.region)},
        "StringLike": {"kms:EncryptionContext:aws:s3:arn": what},
    }
