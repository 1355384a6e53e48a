"""EventBridge: rules, and where what they match goes."""

from sandbox.providers.aws.kind import Cloud
from sandbox.providers.aws.row import Call, Row
from sandbox.providers.protocol import Props


def _aim(cloud: Cloud, props: Props) -> str:
    """A target among those of its rule."""
    target = {"Id": props["targetId"], "Arn": props["arn"]}
    cloud("events").put_targets(Rule=props["rule"], Targets=[target])
    return f"{props['rule']}-{props['targetId']}"


ROWS = [
    Row(
        type="aws:cloudwatch/eventRule:EventRule",
        service="events",
        create=Call("put_rule"),
        read=Call("describe_rule", "@"),
        delete="delete_rule",
        update={"description eventPattern state": "put_rule"},
        id="{name}",
        outputs="arn",
        arn="events:rule/{name}",
        tags="tag_resource untag_resource list_tags_for_resource",
        defaults={"state": "ENABLED"},
        name="name",
    ),
    Row(
        type="aws:cloudwatch/eventTarget:EventTarget",
        service="events",
        create=_aim,
        read=Call("list_targets_by_rule", "targets[?id=='{targetId}'] | [0]"),
        delete=Call("remove_targets", Ids=["{targetId}"]),
        update={"arn": lambda cloud, id_, props: _aim(cloud, props)},
        imports="{rule}/{targetId}",
        beside="rule targetId",
        found={"targetId": "id"},
        replace="rule",
        name="targetId",
    ),
]
