"""Elastic Load Balancing: balancers and their target groups."""

from collections.abc import Mapping
from typing import Any

from sandbox.providers.aws.kind import Cloud, Update, one, tag_list
from sandbox.providers.aws.row import Call, Row
from sandbox.providers.protocol import Props

ARN = "arn:{partition}:elasticloadbalancing:{region}:{account}:"
ATTRIBUTES = "{attributes: attributes}"
BALANCER, GROUP = f"{ARN}loadbalancer/{{own}}", f"{ARN}targetgroup/{{own}}"

# Inputs that are attributes in the API, where every value is a text; and what one means that is left out.
_BALANCER = {
    "dropInvalidHeaderFields": "routing.http.drop_invalid_header_fields.enabled",
    "enableDeletionProtection": "deletion_protection.enabled",
    "desyncMitigationMode": "routing.http.desync_mitigation_mode",
}
_BALANCER_DEFAULTS = {
    "dropInvalidHeaderFields": False,
    "enableDeletionProtection": False,
    "desyncMitigationMode": "defensive",
}
_LOGS = {"enabled": "access_logs.s3.enabled", "bucket": "access_logs.s3.bucket", "prefix": "access_logs.s3.prefix"}
_GROUP = {"deregistrationDelay": "deregistration_delay.timeout_seconds"}
_GROUP_DEFAULTS = {"deregistrationDelay": 300}
_PROBE = {  # key of the block -> its name in the API
    "enabled": "HealthCheckEnabled",
    "path": "HealthCheckPath",
    "port": "HealthCheckPort",
    "protocol": "HealthCheckProtocol",
    "interval": "HealthCheckIntervalSeconds",
    "timeout": "HealthCheckTimeoutSeconds",
    "healthyThreshold": "HealthyThresholdCount",
    "unhealthyThreshold": "UnhealthyThresholdCount",
}
_COUNTS = ("healthyThreshold", "unhealthyThreshold")
_CREATED = {"Name": "name", "Port": "port", "Protocol": "protocol", "VpcId": "vpcId", "TargetType": "targetType"}


def text(value: object) -> str:
    """A value as attributes have it."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def told(attributes: Mapping[str, str], defaults: Mapping[str, Any]) -> dict[str, Any]:
    """For each input, what finds it among an object's attributes."""

    def finder(key: str) -> Any:
        def find(found: Props) -> Any:
            said, like = (found.get("attributes") or {}).get(attributes[key]), defaults[key]
            if said is None:
                return like
            return said == "true" if isinstance(like, bool) else int(said) if isinstance(like, int) else said

        return find

    return {key: finder(key) for key in attributes}


def pairs(attributes: Mapping[str, str], defaults: Mapping[str, Any], props: Props) -> list[dict[str, str]]:
    """Inputs as attributes."""
    return [{"Key": api, "Value": text(props.get(key, defaults[key]))} for key, api in attributes.items()]


def _set_balancer(cloud: Cloud, id_: str, props: Props) -> None:
    logs = {"enabled": False, "bucket": "", "prefix": "", **one(props, "accessLogs")}
    said = [{"Key": api, "Value": text(logs[key])} for key, api in _LOGS.items()]
    said += pairs(_BALANCER, _BALANCER_DEFAULTS, props)
    cloud("elbv2").modify_load_balancer_attributes(LoadBalancerArn=id_, Attributes=said)


def _set_group(cloud: Cloud, id_: str, props: Props) -> None:
    said = pairs(_GROUP, _GROUP_DEFAULTS, props)
    cloud("elbv2").modify_target_group_attributes(TargetGroupArn=id_, Attributes=said)


def _logs(found: Props) -> Props | None:
    said = found.get("attributes") or {}
    if not said.get(_LOGS["bucket"]):
        return None
    prefix = {"prefix": said[_LOGS["prefix"]]} if said.get(_LOGS["prefix"]) else {}
    return {"enabled": said[_LOGS["enabled"]] == "true", "bucket": said[_LOGS["bucket"]], **prefix}


def _probe(found: Props) -> Props:
    asked = {key: found.get(api[0].lower() + api[1:]) for key, api in _PROBE.items()}
    said = {key: int(value) if key in _COUNTS else value for key, value in asked.items() if value is not None}
    matcher = (found.get("matcher") or {}).get("httpCode")
    return {**said, **({"matcher": matcher} if matcher else {})}


def _probed(props: Props) -> Props:
    asked = one(props, "healthCheck")
    said = {api: asked[key] for key, api in _PROBE.items() if asked.get(key) is not None}
    return {**said, **({"Matcher": {"HttpCode": asked["matcher"]}} if asked.get("matcher") else {})}


def _create_group(cloud: Cloud, props: Props) -> str:
    said = {api: props[key] for api, key in _CREATED.items() if props.get(key) is not None}
    made = cloud("elbv2").create_target_group(**said, **_probed(props), Tags=tag_list(props))
    return str(made["TargetGroups"][0]["TargetGroupArn"])


def _finish_group(cloud: Cloud, id_: str, props: Props) -> None:
    if "deregistrationDelay" in props:
        _set_group(cloud, id_, props)


def _probe_otherwise(cloud: Cloud, id_: str, props: Props) -> None:
    cloud("elbv2").modify_target_group(TargetGroupArn=id_, **_probed(props))


def _refuse_protected(cloud: Cloud, id_: str, props: Props) -> None:
    """moto deletes what is protected; AWS does not."""
    api = cloud("elbv2")
    said = api.describe_load_balancer_attributes(LoadBalancerArn=id_)["Attributes"]
    if {"Key": _BALANCER["enableDeletionProtection"], "Value": "true"} in said:
        raise api.exceptions.OperationNotPermittedException(
            {"Error": {"Code": "OperationNotPermitted", "Message": f"{id_} has deletion protection"}},
            "DeleteLoadBalancer",
        )
    api.delete_load_balancer(LoadBalancerArn=id_)


def owned(arn: str, *attributes: Call) -> dict[str, Any]:
    """What the rows of the service share: the ARN is the id, tags lie beside the object, and so do its attributes."""
    return {
        "service": "elbv2",
        "imports": arn,
        "arn": arn,
        "more": (Call("describe_tags", "tagDescriptions[0].{tags: tags}", ResourceArns=[arn]), *attributes),
        "tags": (Call("add_tags", ResourceArns=[arn]), Call("remove_tags", ResourceArns=[arn])),
    }


_GROUP_UPDATE: dict[str, Update] = {"healthCheck": _probe_otherwise, "deregistrationDelay": _set_group}

ROWS = [
    Row(
        type="aws:lb/loadBalancer:LoadBalancer",
        **owned(BALANCER, Call("describe_load_balancer_attributes", ATTRIBUTES, LoadBalancerArn=BALANCER)),
        create=Call("create_load_balancer", "loadBalancers[0].loadBalancerArn"),
        read=Call("describe_load_balancers", "loadBalancers[0]", LoadBalancerArns=[BALANCER]),
        delete=_refuse_protected,
        update={
            "subnets": Call("set_subnets", LoadBalancerArn=BALANCER),
            "securityGroups": Call("set_security_groups", LoadBalancerArn=BALANCER),
            " ".join((*_BALANCER, "accessLogs")): _set_balancer,
        },
        names={"internal": "Scheme", "loadBalancerType": "Type"},
        write={"internal": lambda value: "internal" if value else "internet-facing"},
        found={
            "name": "loadBalancerName",
            "internal": lambda found: found["scheme"] == "internal",
            "subnets": "availabilityZones[].subnetId",
            "zoneId": "canonicalHostedZoneId",
            "arn": "loadBalancerArn",
            "accessLogs": _logs,
            **told(_BALANCER, _BALANCER_DEFAULTS),
        },
        outputs="dnsName vpcId",
        replace="internal loadBalancerType",
        sets="subnets securityGroups",
        defaults={"internal": False, "loadBalancerType": "application", **_BALANCER_DEFAULTS},
        name="name",
    ),
    Row(
        type="aws:lb/targetGroup:TargetGroup",
        **owned(GROUP, Call("describe_target_group_attributes", ATTRIBUTES, TargetGroupArn=GROUP)),
        create=_create_group,
        finish=_finish_group,
        read=Call("describe_target_groups", "targetGroups[0]", TargetGroupArns=[GROUP]),
        delete=Call("delete_target_group", TargetGroupArn=GROUP),
        update=_GROUP_UPDATE,
        found={
            "name": "targetGroupName",
            "healthCheck": _probe,
            "arn": "targetGroupArn",
            **told(_GROUP, _GROUP_DEFAULTS),
        },
        replace="port protocol vpcId targetType",
        defaults={"targetType": "instance", **_GROUP_DEFAULTS},
        name="name",
    ),
]
