"""Route 53: public zones, the records in them, and health checks that follow an endpoint or an alarm."""

from typing import Any
from uuid import uuid4

from sandbox.providers.aws.kind import Cloud, one, tag_list, tag_map
from sandbox.providers.aws.row import Row
from sandbox.providers.protocol import Props

Tagging = Any
_CHECK = {  # input -> its name in the API
    "type": "Type",
    "fqdn": "FullyQualifiedDomainName",
    "port": "Port",
    "resourcePath": "ResourcePath",
    "requestInterval": "RequestInterval",
    "failureThreshold": "FailureThreshold",
    "insufficientDataHealthStatus": "InsufficientDataHealthStatus",
}
_CHANGED = "fqdn port resourcePath failureThreshold insufficientDataHealthStatus cloudwatchAlarmName"

_ANSWER = "ttl records aliases failoverRoutingPolicies geolocationRoutingPolicies healthCheckId"


def _tag(sort: str) -> Tagging:
    def put(cloud: Cloud, id_: str, props: Props, tags: dict[str, str], lost: list[str]) -> None:
        lists = {"AddTags": tag_list({"tagsAll": tags}), "RemoveTagKeys": lost}
        said = {key: value for key, value in lists.items() if value}
        cloud("route53").change_tags_for_resource(ResourceType=sort, ResourceId=id_, **said)

    return put


def _tagged(cloud: Cloud, sort: str, id_: str) -> dict[str, str]:
    said = cloud("route53").list_tags_for_resource(ResourceType=sort, ResourceId=id_)
    return tag_map(said["ResourceTagSet"]["Tags"])


def _create_zone(cloud: Cloud, props: Props) -> str:
    config = {"Comment": props.get("comment") or "", "PrivateZone": False}
    said = cloud("route53").create_hosted_zone(
        Name=props["name"], CallerReference=str(uuid4()), HostedZoneConfig=config
    )
    return str(said["HostedZone"]["Id"].rpartition("/")[2])


def _first_tags(sort: str) -> Tagging:
    def finish(cloud: Cloud, id_: str, props: Props) -> None:
        if props.get("tagsAll"):
            _tag(sort)(cloud, id_, props, props["tagsAll"], [])

    return finish


def _zone(cloud: Cloud, id_: str, props: Props) -> Props | None:
    said = cloud("route53").get_hosted_zone(Id=id_)
    zone = said["HostedZone"]
    return {
        "id": id_,
        "zoneId": id_,
        "arn": cloud.arn("route53", f"hostedzone/{id_}", region=False, account=False),
        "name": zone["Name"].rstrip("."),
        "comment": zone.get("Config", {}).get("Comment", ""),
        "nameServers": sorted(said.get("DelegationSet", {}).get("NameServers", [])),
        "tagsAll": _tagged(cloud, "hostedzone", id_),
    }


def _comment(cloud: Cloud, id_: str, props: Props) -> None:
    cloud("route53").update_hosted_zone_comment(Id=id_, Comment=props.get("comment") or "")


def _record_set(props: Props) -> dict[str, Any]:
    made: dict[str, Any] = {"Name": props["name"], "Type": props["type"]}
    if props.get("setIdentifier"):
        made["SetIdentifier"] = props["setIdentifier"]
    if props.get("ttl") is not None:
        made["TTL"] = int(props["ttl"])
    if props.get("records"):
        made["ResourceRecords"] = [{"Value": value} for value in props["records"]]
    if props.get("aliases"):
        made["AliasTarget"] = _target(one(props, "aliases"))
    if role := one(props, "failoverRoutingPolicies").get("type"):
        made["Failover"] = role
    if place := one(props, "geolocationRoutingPolicies"):
        made["GeoLocation"] = {
            f"{key[0].upper()}{key[1:]}Code": place[key] for key in ("continent", "country") if place.get(key)
        }
    if props.get("healthCheckId"):
        made["HealthCheckId"] = props["healthCheckId"]
    return made


def _target(alias: Props) -> dict[str, Any]:
    evaluate = bool(alias["evaluateTargetHealth"])
    return {"DNSName": alias["name"], "HostedZoneId": alias["zoneId"], "EvaluateTargetHealth": evaluate}


def _alias(found: Props) -> list[Props] | None:
    target = found.get("AliasTarget")
    if not target:
        return None
    evaluate = target["EvaluateTargetHealth"] in (True, "true")
    name = target["DNSName"].rstrip(".")
    return [{"name": name, "zoneId": target["HostedZoneId"], "evaluateTargetHealth": evaluate}]


def _change(cloud: Cloud, action: str, zone: str, record: dict[str, Any]) -> None:
    batch = {"Changes": [{"Action": action, "ResourceRecordSet": record}]}
    cloud("route53").change_resource_record_sets(HostedZoneId=zone, ChangeBatch=batch)


def _create_record(cloud: Cloud, props: Props) -> str:
    _change(cloud, "CREATE", props["zoneId"], _record_set(props))
    return "_".join(filter(None, (props["zoneId"], props["name"], props["type"], props.get("setIdentifier"))))


def _answer_otherwise(cloud: Cloud, id_: str, props: Props) -> None:
    _change(cloud, "UPSERT", id_.partition("_")[0], _record_set(props))


def _found(cloud: Cloud, id_: str) -> tuple[str, dict[str, Any] | None]:
    """Id `{zone}_{name}_{type}[_{set identifier}]`; names may have underscores in front."""
    zone, _, rest = id_.partition("_")
    pages = cloud("route53").get_paginator("list_resource_record_sets").paginate(HostedZoneId=zone)
    for each in (each for page in pages for each in page["ResourceRecordSets"]):
        parts = (each["Name"].rstrip("."), each["Type"], each.get("SetIdentifier"))
        if "_".join(filter(None, parts)) == rest:
            return zone, each
    return zone, None


def _record(cloud: Cloud, id_: str, props: Props) -> Props | None:
    zone, found = _found(cloud, id_)
    if found is None:
        return None
    place = found.get("GeoLocation", {})
    said = {
        "id": id_,
        "zoneId": zone,
        "name": found["Name"].rstrip("."),
        "fqdn": found["Name"].rstrip("."),
        "type": found["Type"],
        "ttl": found.get("TTL"),
        "records": [each["Value"] for each in found.get("ResourceRecords", [])] or None,
        "aliases": _alias(found),
        "setIdentifier": found.get("SetIdentifier"),
        "healthCheckId": found.get("HealthCheckId"),
        "failoverRoutingPolicies": [{"type": found["Failover"]}] if found.get("Failover") else None,
        "geolocationRoutingPolicies": [{key.removesuffix("Code").lower(): code for key, code in place.items()}]
        if place
        else None,
    }
    return {key: value for key, value in said.items() if value is not None}


def _delete_record(cloud: Cloud, id_: str, props: Props) -> None:
    zone, found = _found(cloud, id_)
    if found is not None:
        _change(cloud, "DELETE", zone, found)


def _asked(props: Props) -> dict[str, Any]:
    asked = {api: props[key] for key, api in _CHECK.items() if props.get(key) is not None}
    if props.get("cloudwatchAlarmName"):
        asked["AlarmIdentifier"] = {"Name": props["cloudwatchAlarmName"], "Region": props["cloudwatchAlarmRegion"]}
    return asked


def _create_check(cloud: Cloud, props: Props) -> str:
    said = cloud("route53").create_health_check(CallerReference=str(uuid4()), HealthCheckConfig=_asked(props))
    return str(said["HealthCheck"]["Id"])


def _update_check(cloud: Cloud, id_: str, props: Props) -> None:
    asked = {key: value for key, value in _asked(props).items() if key not in ("Type", "RequestInterval")}
    cloud("route53").update_health_check(HealthCheckId=id_, **asked)


def _check(cloud: Cloud, id_: str, props: Props) -> Props | None:
    config = cloud("route53").get_health_check(HealthCheckId=id_)["HealthCheck"]["HealthCheckConfig"]
    alarm = config.get("AlarmIdentifier", {})
    said = {
        "id": id_,
        "arn": cloud.arn("route53", f"healthcheck/{id_}", region=False, account=False),
        **{key: config.get(api) for key, api in _CHECK.items()},
        "cloudwatchAlarmName": alarm.get("Name"),
        "cloudwatchAlarmRegion": alarm.get("Region"),
        "tagsAll": _tagged(cloud, "healthcheck", id_),
    }
    return {key: value for key, value in said.items() if value is not None}


ROWS = [
    Row(
        type="aws:route53/zone:Zone",
        create=_create_zone,
        finish=_first_tags("hostedzone"),
        read=_zone,
        delete=lambda cloud, id_, props: cloud("route53").delete_hosted_zone(Id=id_),
        update={"comment": _comment},
        tags=_tag("hostedzone"),
        defaults={"comment": "Managed by Pulumi"},
        name="name",
        everywhere=True,
    ),
    Row(
        type="aws:route53/record:Record",
        create=_create_record,
        read=_record,
        delete=_delete_record,
        update={_ANSWER: _answer_otherwise},
        replace="zoneId name type setIdentifier",
        sets="records",
        delete_first=True,
        everywhere=True,
    ),
    Row(
        type="aws:route53/healthCheck:HealthCheck",
        create=_create_check,
        finish=_first_tags("healthcheck"),
        read=_check,
        delete=lambda cloud, id_, props: cloud("route53").delete_health_check(HealthCheckId=id_),
        update={_CHANGED: _update_check},
        tags=_tag("healthcheck"),
        replace="type requestInterval cloudwatchAlarmRegion",
        everywhere=True,
    ),
]
