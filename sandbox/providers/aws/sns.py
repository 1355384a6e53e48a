"""SNS: topics, their policies, and who hears of them."""

import json

from sandbox.providers.aws.kind import Cloud
from sandbox.providers.aws.row import Call, Row
from sandbox.providers.protocol import Props

ARN = "arn:{partition}:sns:{region}:{account}:{name}"
SETTINGS = {"kmsMasterKeyId": "KmsMasterKeyId", "displayName": "DisplayName"}
_OWN = "attributes.Policy && !contains(attributes.Policy, '__default_policy_ID') && attributes"


def _set(cloud: Cloud, id_: str, props: Props) -> None:
    """Attributes go one by one; an empty text takes one away."""
    for key, name in SETTINGS.items():
        cloud("sns").set_topic_attributes(TopicArn=id_, AttributeName=name, AttributeValue=props.get(key) or "")


def _reset(cloud: Cloud, id_: str, props: Props) -> None:
    """A topic is never without a policy: the service's own, which lets its owner do all, takes the place."""
    owner = {"StringEquals": {"AWS:SourceOwner": cloud.account}}
    statement = {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "SNS:Publish", "Resource": id_}
    policy = {"Version": "2008-10-17", "Id": "__default_policy_ID", "Statement": [{**statement, "Condition": owner}]}
    cloud("sns").set_topic_attributes(TopicArn=id_, AttributeName="Policy", AttributeValue=json.dumps(policy))


ROWS = [
    Row(
        type="aws:sns/topic:Topic",
        create=Call("create_topic"),
        read=Call("get_topic_attributes", "attributes", TopicArn=ARN),
        delete=Call("delete_topic", TopicArn=ARN),
        update={" ".join(SETTINGS): _set},
        id=ARN,
        found={"arn": "TopicArn"},
        arn=ARN,
        tags="tag_resource untag_resource list_tags_for_resource",
        name="name",
    ),
    Row(
        type="aws:sns/topicPolicy:TopicPolicy",
        create=Call("set_topic_attributes", AttributeName="Policy"),
        read=Call("get_topic_attributes", _OWN),
        delete=_reset,
        update={"policy": Call("set_topic_attributes", AttributeName="Policy")},
        id="{arn}",
        names={"arn": "TopicArn", "policy": "AttributeValue"},
        found={"policy": "Policy", "owner": "Owner"},
        replace="arn",
        delete_first=True,
    ),
    Row(
        type="aws:sns/topicSubscription:TopicSubscription",
        create=Call("subscribe", "subscriptionArn", TopicArn="{topic}", ReturnSubscriptionArn=True),
        read=Call("get_subscription_attributes", "attributes", SubscriptionArn="{id}"),
        delete=Call("unsubscribe", SubscriptionArn="{id}"),
        names={"topic": "TopicArn"},
        found={"arn": "SubscriptionArn", "ownerId": "Owner"},
        replace="topic protocol endpoint",
    ),
]
