"""A topic of alerts: sealed, open to those who speak for the account, and heard by whoever was named."""

import json

import pytest

from components.aws.alerts import Alerts, AlertsArgs
from tests.components.aws.parts import HERE, keys

TOPIC, SUBSCRIPTION = "aws:sns/topic:Topic", "aws:sns/topicSubscription:TopicSubscription"


def program():
    args = AlertsArgs(
        prefix="production-platform",
        place=HERE,
        key_arn=keys("alerts").arns["alerts"],
        subscribers=["security@example.com", "platform@example.com"],
    )
    return Alerts("alerts", args)


@pytest.mark.req("BDR-06", "AUD-08")
def test_people_subscribe_to_a_topic_that_is_sealed_with_a_key_of_its_own(built):
    engine = built(program)
    topic = engine.one(TOPIC)
    assert topic.inputs["name"] == "production-platform-alerts"
    assert topic.inputs["kmsMasterKeyId"] == engine.one("aws:kms/key:Key").outputs["arn"]
    heard = {each.inputs["endpoint"]: each.inputs for each in engine.of(SUBSCRIPTION)}
    assert set(heard) == {"security@example.com", "platform@example.com"}
    assert {each["protocol"] for each in heard.values()} == {"email"}
    assert {each["topic"] for each in heard.values()} == {topic.outputs["arn"]}


@pytest.mark.req("BDR-06", "AUD-08")
def test_only_events_and_alarms_of_the_account_are_told_on_it(built):
    engine = built(program)
    topic = engine.one(TOPIC).outputs["arn"]
    events, alarms = json.loads(engine.one("aws:sns/topicPolicy:TopicPolicy").inputs["policy"])["Statement"]
    assert (events["Principal"], alarms["Principal"]) == (
        {"Service": "events.amazonaws.com"},
        {"Service": "cloudwatch.amazonaws.com"},
    )
    for statement in (events, alarms):
        assert statement["Action"] == ["sns:Publish"]
        assert statement["Resource"] == topic
    assert alarms["Condition"] == {"StringEquals": {"aws:SourceAccount": HERE.account}}
    # EventBridge ignores topics whose policy has a condition.
    assert "Condition" not in events


@pytest.mark.req("BDR-06")
def test_those_who_speak_may_use_the_key_for_topics_of_this_account_and_region_only(built):
    _, *spoken = json.loads(built(program).one("aws:kms/key:Key").inputs["policy"])["Statement"]
    assert [each["Principal"]["Service"] for each in spoken] == ["events.amazonaws.com", "cloudwatch.amazonaws.com"]
    for statement in spoken:
        assert statement["Action"] == ["kms:Decrypt", "kms:GenerateDataKey*"]
        topics = f"arn:aws:sns:us-east-1:{HERE.account}:*"
        assert statement["Condition"] == {"ArnLike": {"kms:EncryptionContext:aws:sns:topicArn": topics}}
