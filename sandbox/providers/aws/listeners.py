"""Elastic Load Balancing: listeners, their rules, and the certificates that they choose from by name."""

from collections.abc import Callable
from typing import Any

from sandbox.providers.aws.balancers import ARN, ATTRIBUTES, owned, pairs, told
from sandbox.providers.aws.kind import Cloud, tag_list
from sandbox.providers.aws.row import Call, Row
from sandbox.providers.protocol import Props

LISTENER, RULE = f"{ARN}listener/{{own}}", f"{ARN}listener-rule/{{own}}"
_HEADERS = {
    "routingHttpResponseStrictTransportSecurityHeaderValue": (
        "routing.http.response.strict_transport_security.header_value"
    ),
    "routingHttpResponseServerEnabled": "routing.http.response.server.enabled",
}
_DEFAULTS = {
    "routingHttpResponseStrictTransportSecurityHeaderValue": "",
    "routingHttpResponseServerEnabled": True,
}
_CONFIGS = {"redirect": "RedirectConfig", "fixedResponse": "FixedResponseConfig"}  # part of an action -> its name


def _api(key: str) -> str:
    return f"{key[0].upper()}{key[1:]}"


def _actions(actions: list[Props]) -> list[Props]:
    """Actions as the API names their parts."""
    return [
        {
            _CONFIGS.get(key, _api(key)): {_api(name): each for name, each in value.items()}
            if key in _CONFIGS
            else value
            for key, value in action.items()
            if value is not None
        }
        for action in actions
    ]


def _ordered(path: str) -> Callable[[Props], list[Props]]:
    """What finds them again."""
    words = {api[0].lower() + api[1:]: key for key, api in _CONFIGS.items()}
    kept = ("type", "targetGroupArn", *words)
    return lambda found: [{words.get(key, key): each[key] for key in kept if key in each} for each in found[path]]


def _listener(props: Props) -> Props:
    said = {_api(key): props[key] for key in ("port", "protocol", "sslPolicy") if props.get(key) is not None}
    certificate = [{"CertificateArn": props["certificateArn"]}] if props.get("certificateArn") else []
    return {**said, "DefaultActions": _actions(props["defaultActions"]), "Certificates": certificate}


def _create(cloud: Cloud, props: Props) -> str:
    said = {**_listener(props), "LoadBalancerArn": props["loadBalancerArn"]}
    made = cloud("elbv2").create_listener(**said, Tags=tag_list(props))
    return str(made["Listeners"][0]["ListenerArn"])


def _change(cloud: Cloud, id_: str, props: Props) -> None:
    cloud("elbv2").modify_listener(ListenerArn=id_, **_listener(props))


def _set_headers(cloud: Cloud, id_: str, props: Props) -> None:
    cloud("elbv2").modify_listener_attributes(ListenerArn=id_, Attributes=pairs(_HEADERS, _DEFAULTS, props))


def _finish(cloud: Cloud, id_: str, props: Props) -> None:
    if any(key in props for key in _HEADERS):
        _set_headers(cloud, id_, props)


def _rule(props: Props) -> Props:
    hosts = [
        {"Field": "host-header", "HostHeaderConfig": {"Values": each["hostHeader"]["values"]}}
        for each in props["conditions"]
    ]
    return {"Conditions": hosts, "Actions": _actions(props["actions"])}


def _create_rule(cloud: Cloud, props: Props) -> str:
    said = {**_rule(props), "ListenerArn": props["listenerArn"], "Priority": int(props["priority"])}
    made = cloud("elbv2").create_rule(**said, Tags=tag_list(props))
    return str(made["Rules"][0]["RuleArn"])


def _change_rule(cloud: Cloud, id_: str, props: Props) -> None:
    cloud("elbv2").modify_rule(RuleArn=id_, **_rule(props))


def _prioritize(cloud: Cloud, id_: str, props: Props) -> None:
    wanted = {"RuleArn": id_, "Priority": int(props["priority"])}
    cloud("elbv2").set_rule_priorities(RulePriorities=[wanted])


def _of_rule(found: Props) -> str:
    """The listener of a rule lies in the rule's ARN."""
    return str(found["ruleArn"]).replace(":listener-rule/", ":listener/").rpartition("/")[0]


def _add(cloud: Cloud, props: Props) -> str:
    listener, own = props["listenerArn"], props["certificateArn"]
    cloud("elbv2").add_listener_certificates(ListenerArn=listener, Certificates=[{"CertificateArn": own}])
    return f"{listener}_{own}"


def _added(cloud: Cloud, id_: str, props: Props) -> Props | None:
    listener, _, own = id_.partition("_")
    said = cloud("elbv2").describe_listener_certificates(ListenerArn=listener)["Certificates"]
    there = any(each["CertificateArn"] == own and not each.get("IsDefault") for each in said)
    return {"id": id_, "listenerArn": listener, "certificateArn": own} if there else None


def _take(cloud: Cloud, id_: str, props: Props) -> None:
    listener, _, own = id_.partition("_")
    cloud("elbv2").remove_listener_certificates(ListenerArn=listener, Certificates=[{"CertificateArn": own}])


def _certificate(found: Props) -> Any:
    return next((each["certificateArn"] for each in found.get("certificates") or []), None)


ROWS = [
    Row(
        type="aws:lb/listener:Listener",
        **owned(LISTENER, Call("describe_listener_attributes", ATTRIBUTES, ListenerArn=LISTENER)),
        create=_create,
        finish=_finish,
        read=Call("describe_listeners", "listeners[0]", ListenerArns=[LISTENER]),
        delete=Call("delete_listener", ListenerArn=LISTENER),
        update={"port protocol sslPolicy certificateArn defaultActions": _change, " ".join(_HEADERS): _set_headers},
        found={
            "arn": "listenerArn",
            "sslPolicy": lambda found: found.get("sslPolicy") if found["protocol"] in ("HTTPS", "TLS") else None,
            "certificateArn": _certificate,
            "defaultActions": _ordered("defaultActions"),
            **told(_HEADERS, _DEFAULTS),
        },
        replace="loadBalancerArn",
        defaults=_DEFAULTS,
    ),
    Row(
        type="aws:lb/listenerRule:ListenerRule",
        **owned(RULE),
        create=_create_rule,
        read=Call("describe_rules", "rules[0]", RuleArns=[RULE]),
        delete=Call("delete_rule", RuleArn=RULE),
        update={"priority": _prioritize, "conditions actions": _change_rule},
        found={
            "arn": "ruleArn",
            "listenerArn": _of_rule,
            "priority": lambda found: int(found["priority"]),
            "actions": _ordered("actions"),
            "conditions": "conditions[].{hostHeader: {values: hostHeaderConfig.values}}",
        },
        replace="listenerArn",
    ),
    Row(
        type="aws:lb/listenerCertificate:ListenerCertificate",
        service="elbv2",
        create=_add,
        read=_added,
        delete=_take,
        replace="listenerArn certificateArn",
        delete_first=True,
    ),
]
