"""What a failover controller keeps in the recovery region: its row, its alarms, and who is told (S-04, C-32)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pulumi
from pulumi_aws import dynamodb, secretsmanager, sns

from components.aws.alarm import Alarm, watch
from components.aws.partitions import service_principal
from components.aws.place import Place
from components.aws.policies import allow_principal, document

PERIOD_SECONDS = 60  # the shortest that a health check can watch
SILENT_PERIODS = 3


@dataclass(frozen=True, kw_only=True)
class Metric:
    """The controller's heartbeat, which is at least 1 while the recovery region is active."""

    namespace: str
    name: str
    dimension: str
    value: str


@dataclass(frozen=True, kw_only=True)
class FailoverSwitchArgs:
    """`table` names table and topic, with partition and sort key in `keys`; `alarm` is what the record watches.

    `secrets` are names of secrets that people fill, in this region; `subscribers` are mail addresses. `protect` refuses
    to destroy.
    """

    table: str
    keys: tuple[str, str]
    alarm: str
    metric: Metric
    place: Place
    key_arn: pulumi.Input[str]
    secrets: Sequence[str] = ()
    subscribers: Sequence[str] = ()
    protect: bool = True


class FailoverSwitch(pulumi.ComponentResource):
    """A table that outlives its controllers, an alarm that says where the load is, and one that says that nobody does.

    Without data the first stays as it was, so that a controller that is gone moves nothing; the second speaks then.
    """

    table_arn: pulumi.Output[str]
    topic_arn: pulumi.Output[str]
    secret_arns: Sequence[pulumi.Output[str]]

    def __init__(self, name: str, args: FailoverSwitchArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("platform:aws:FailoverSwitch", name, None, opts)
        self._name, self._args = name, args
        self._child = pulumi.ResourceOptions(parent=self)
        self._kept = pulumi.ResourceOptions(parent=self, protect=args.protect)
        topic, allowed = self._create_topic()
        self.table_arn, self.topic_arn = self._create_table().arn, topic.arn
        self.secret_arns = [self._create_secret(secret).arn for secret in args.secrets]
        told = pulumi.ResourceOptions(parent=self, depends_on=[allowed])
        self._watch_switch(topic, told)
        self._watch_silence(topic, told)
        self.register_outputs({"table_arn": self.table_arn, "topic_arn": self.topic_arn})

    def _create_table(self) -> dynamodb.Table:
        partition, sort = self._args.keys
        return dynamodb.Table(
            self._name,
            name=self._args.table,
            billing_mode="PAY_PER_REQUEST",
            hash_key=partition,
            range_key=sort,
            attributes=[dynamodb.TableAttributeArgs(name=key, type="S") for key in self._args.keys],
            server_side_encryption=dynamodb.TableServerSideEncryptionArgs(enabled=True, kms_key_arn=self._args.key_arn),
            point_in_time_recovery=dynamodb.TablePointInTimeRecoveryArgs(enabled=True),
            deletion_protection_enabled=self._args.protect,
            tags={"Name": self._args.table},
            opts=self._kept,
        )

    def _create_topic(self) -> tuple[sns.Topic, pulumi.Resource]:
        topic = sns.Topic(
            self._name,
            name=self._args.table,
            kms_master_key_id=self._args.key_arn,
            tags={"Name": self._args.table},
            opts=self._child,
        )
        own = {"StringEquals": {"aws:SourceAccount": self._args.place.account}}
        speak = allow_principal("Alarms", {"Service": service_principal("cloudwatch")}, ["sns:Publish"], own)
        allowed = sns.TopicPolicy(
            self._name,
            arn=topic.arn,
            policy=topic.arn.apply(lambda arn: document({**speak, "Resource": arn})),
            opts=self._child,
        )
        for address in self._args.subscribers:
            sns.TopicSubscription(
                f"{self._name}-{address}", topic=topic.arn, protocol="email", endpoint=address, opts=self._child
            )
        return topic, allowed

    def _create_secret(self, secret: str) -> secretsmanager.Secret:
        """Empty: its value is put there by a person and passes by this program."""
        return secretsmanager.Secret(
            f"{self._name}-{secret.replace('/', '-')}",
            name=secret,
            description="Whom the failover controller tells",
            kms_key_id=self._args.key_arn,
            recovery_window_in_days=30 if self._args.protect else 0,
            tags={"Name": secret},
            opts=self._kept,
        )

    def _watch_switch(self, topic: sns.Topic, told: pulumi.ResourceOptions) -> None:
        alarm = Alarm(
            named=self._args.alarm,
            description="The recovery region carries the load; the failover record follows this alarm",
            statistic="Maximum",
            when=">=",
            treat_missing_data="ignore",
            **self._metric(),
        )
        watch(f"{self._name}-active", alarm, [topic.arn], told)

    def _watch_silence(self, topic: sns.Topic, told: pulumi.ResourceOptions) -> None:
        alarm = Alarm(
            named=f"{self._args.table}-silent",
            description="No failover controller works",
            statistic="SampleCount",
            when="<",
            periods=SILENT_PERIODS,
            treat_missing_data="breaching",
            **self._metric(),
        )
        watch(f"{self._name}-silent", alarm, [topic.arn], told)

    def _metric(self) -> dict[str, Any]:
        metric = self._args.metric
        return {
            "namespace": metric.namespace,
            "metric_name": metric.name,
            "dimensions": {metric.dimension: metric.value},
            "threshold": 1,
            "period": PERIOD_SECONDS,
            "end_too": True,
        }
