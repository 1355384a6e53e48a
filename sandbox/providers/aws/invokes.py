"""The data sources in use, answered from the local AWS."""

from collections.abc import Callable
from typing import Any

from sandbox.providers.aws.kind import Cloud
from sandbox.providers.protocol import Props


def _zones(cloud: Cloud, _: Props) -> Props:
    zones = sorted(cloud("ec2").describe_availability_zones()["AvailabilityZones"], key=lambda zone: zone["ZoneName"])
    return {
        "id": cloud.region,
        "region": cloud.region,
        "names": [zone["ZoneName"] for zone in zones],
        "zoneIds": [zone["ZoneId"] for zone in zones],
        "groupNames": [],
    }


def _filters(args: Props) -> list[dict[str, Any]]:
    tags = [{"Name": f"tag:{key}", "Values": [value]} for key, value in (args.get("tags") or {}).items()]
    named = [{"Name": each["name"], "Values": each["values"]} for each in args.get("filters") or []]
    vpc = [{"Name": "vpc-id", "Values": [args["vpcId"]]}] if args.get("vpcId") else []
    return [*tags, *named, *vpc]


def _vpcs(cloud: Cloud, args: Props) -> Props:
    found = cloud("ec2").describe_vpcs(Filters=_filters(args))["Vpcs"]
    ids = sorted(vpc["VpcId"] for vpc in found)
    return {"id": cloud.region, "region": cloud.region, "ids": ids, "tags": args.get("tags") or {}}


def _route_tables(cloud: Cloud, args: Props) -> Props:
    found = cloud("ec2").describe_route_tables(Filters=_filters(args))["RouteTables"]
    ids = sorted(table["RouteTableId"] for table in found)
    return {"id": cloud.region, "region": cloud.region, "ids": ids, "tags": args.get("tags") or {}}


INVOKES: dict[str, Callable[[Cloud, Props], Props]] = {
    "aws:index/getCallerIdentity:getCallerIdentity": lambda cloud, _: {"accountId": cloud.account, "id": cloud.account},
    "aws:index/getAvailabilityZones:getAvailabilityZones": _zones,
    "aws:ec2/getVpcs:getVpcs": _vpcs,
    "aws:ec2/getRouteTables:getRouteTables": _route_tables,
}
