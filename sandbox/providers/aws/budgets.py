"""Budgets: limits of what is spent, and who hears of it."""

from typing import Any

from sandbox.providers.aws.kind import Cloud
from sandbox.providers.aws.row import Call, Row
from sandbox.providers.protocol import Props

_SUBSCRIBERS = {"subscriberEmailAddresses": "EMAIL", "subscriberSnsTopicArns": "SNS"}
_THRESHOLD = ("comparisonOperator", "notificationType", "threshold", "thresholdType")


def _budget(props: Props) -> dict[str, Any]:
    return {
        "BudgetName": props["name"],
        "BudgetType": props["budgetType"],
        "TimeUnit": props["timeUnit"],
        "BudgetLimit": {"Amount": props["limitAmount"], "Unit": props["limitUnit"]},
        "CostFilters": {each["name"]: each["values"] for each in props.get("costFilters") or []},
    }


def _notifications(props: Props) -> list[dict[str, Any]]:
    return [
        {
            "Notification": {key[0].upper() + key[1:]: each[key] for key in _THRESHOLD},
            "Subscribers": [
                {"SubscriptionType": kind, "Address": address}
                for key, kind in _SUBSCRIBERS.items()
                for address in each.get(key) or []
            ],
        }
        for each in props.get("notifications") or []
    ]


def _create(cloud: Cloud, props: Props) -> str:
    tags = [{"Key": key, "Value": value} for key, value in sorted((props.get("tagsAll") or {}).items())]
    cloud("budgets").create_budget(
        AccountId=cloud.account,
        Budget=_budget(props),
        NotificationsWithSubscribers=_notifications(props),
        ResourceTags=tags,
    )
    return f"{cloud.account}:{props['name']}"


def _update(cloud: Cloud, id_: str, props: Props) -> None:
    cloud("budgets").update_budget(AccountId=cloud.account, NewBudget=_budget(props))


def _notify(cloud: Cloud, id_: str, props: Props) -> None:
    """Notifications go as what was and what is."""
    api, named = cloud("budgets"), {"AccountId": cloud.account, "BudgetName": id_.partition(":")[2]}
    for old in api.describe_notifications_for_budget(**named).get("Notifications", []):
        api.delete_notification(**named, Notification={key: old[key] for key in old if key != "NotificationState"})
    for each in _notifications(props):
        api.create_notification(**named, **each)


def _heard(cloud: Cloud, known: Props) -> Props:
    api, named = cloud("budgets"), {"AccountId": cloud.account, "BudgetName": known["name"]}
    said: list[Props] = []
    for each in api.describe_notifications_for_budget(**named).get("Notifications", []):
        who = api.describe_subscribers_for_notification(**named, Notification=each)["Subscribers"]
        addresses = {
            key: found
            for key, kind in _SUBSCRIBERS.items()
            if (found := [one["Address"] for one in who if one["SubscriptionType"] == kind])
        }
        said.append({**{key: each[key[0].upper() + key[1:]] for key in _THRESHOLD}, **addresses})
    return {"notifications": said}


ROWS = [
    Row(
        type="aws:budgets/budget:Budget",
        create=_create,
        read=Call("describe_budget", "budget", AccountId="{account}", BudgetName="{name}"),
        more=(_heard,),
        delete=Call("delete_budget", AccountId="{account}", BudgetName="{name}"),
        update={"limitAmount limitUnit timeUnit costFilters": _update, "notifications": _notify},
        id="{account}:{name}",
        found={
            "limitAmount": "budgetLimit.amount",
            "limitUnit": "budgetLimit.unit",
            "costFilters": lambda found: [
                {"name": name, "values": values} for name, values in sorted((found.get("costFilters") or {}).items())
            ],
        },
        arn="arn:{partition}:budgets::{account}:budget/{name}",
        tags="tag_resource untag_resource list_tags_for_resource",
        replace="budgetType",
        sets="notifications costFilters",
        name="name",
        everywhere=True,
    ),
]
