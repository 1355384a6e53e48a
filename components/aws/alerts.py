"""Where a region's failures are told to people: one encrypted topic, whoever speaks (BDR-06, AUD-08)."""

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
from pulumi_aws import cloudwatch, sns

from components.aws.partitions import service_principal
from components.aws.place import Place
from components.aws.policies import Statement, allow_principal, document


@dataclass(frozen=True, kw_only=True)
class AlertsArgs:
    """The topic is `{prefix}-alerts`; `subscribers` are e-mail addresses, each of which must confirm once.

    `key_arn` is a key of the class `alerts`, which lets in those who speak.
    """

    prefix: str
    place: Place
    key_arn: pulumi.Input[str]
    subscribers: Sequence[str]


@dataclass(frozen=True, kw_only=True)
class Rule:
    """Which events people hear of: `named` is the physical name, `pattern` EventBridge's, as JSON."""

    named: str
    description: str
    pattern: pulumi.Input[str]


class Alerts(pulumi.ComponentResource):
    """A topic that EventBridge and CloudWatch alarms of this account publish to, and its subscribers."""

    topic_arn: pulumi.Output[str]
    ready: Sequence[pulumi.Resource]

    def __init__(self, name: str, args: AlertsArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("platform:aws:Alerts", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        physical = f"{args.prefix}-alerts"
        topic = sns.Topic(name, name=physical, kms_master_key_id=args.key_arn, tags={"Name": physical}, opts=child)
        allowed = sns.TopicPolicy(
            name,
            arn=topic.arn,
            policy=topic.arn.apply(lambda arn: topic_policy(arn, args.place)),
            opts=child,
        )
        for subscriber in args.subscribers:
            sns.TopicSubscription(
                f"{name}-{subscriber}", topic=topic.arn, protocol="email", endpoint=subscriber, opts=child
            )
        self.topic_arn, self.ready = topic.arn, [allowed]
        self.register_outputs({"topic_arn": self.topic_arn})


def tell(name: str, rule: Rule, alerts: Alerts, parent: pulumi.Resource) -> None:
    """Have a component's events that match a rule told to people."""
    made = cloudwatch.EventRule(
        name,
        name=rule.named,
        description=rule.description,
        event_pattern=rule.pattern,
        tags={"Name": rule.named},
        opts=pulumi.ResourceOptions(parent=parent),
    )
    after = pulumi.ResourceOptions(parent=parent, depends_on=list(alerts.ready))
    cloudwatch.EventTarget(name, rule=made.name, arn=alerts.topic_arn, opts=after)


def topic_policy(topic_arn: str, place: Place) -> str:
    """EventBridge takes no condition on whose behalf it speaks; only rules of the account name the topic."""
    events = allow_principal("Events", {"Service": service_principal("events")}, ["sns:Publish"])
    own = {"StringEquals": {"aws:SourceAccount": place.account}}
    alarms = allow_principal("Alarms", {"Service": service_principal("cloudwatch")}, ["sns:Publish"], own)
    return document(_about(events, topic_arn), _about(alarms, topic_arn))


def _about(statement: Statement, topic_arn: str) -> Statement:
    return {**statement, "Resource": topic_arn}
