"""The data sources in use, answered from the local AWS."""

import json
from collections.abc import Callable
from typing import Any

from sandbox.providers.aws.kind import Cloud, tag_map
from sandbox.providers.protocol import Props, ProviderError


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


def _table_item(cloud: Cloud, args: Props) -> Props:
    """A row as JSON in DynamoDB's own form; what is not there is an error, in the vendor's words."""
    table, key = args["tableName"], json.loads(args["key"])
    attributes = {"ProjectionExpression": args["projectionExpression"]} if args.get("projectionExpression") else {}
    id_ = "|".join([table, *(part for name, value in key.items() for part in (name, *value.values()))])
    try:
        found = cloud("dynamodb").get_item(TableName=table, Key=key, ConsistentRead=True, **attributes)
    except cloud("dynamodb").exceptions.ResourceNotFoundException as error:
        raise ProviderError(f"reading DynamoDB Table Item ({id_}): {error}") from None
    if not found.get("Item"):
        raise ProviderError(f"reading DynamoDB Table Item ({id_}): empty result")
    return {**args, "id": id_, "region": cloud.region, "item": json.dumps(found["Item"])}


def _node_groups(cloud: Cloud, args: Props) -> Props:
    """Of a cluster; one that is not there is an error, in the vendor's words."""
    cluster = args["clusterName"]
    try:
        names = cloud("eks").list_nodegroups(clusterName=cluster)["nodegroups"]
    except cloud("eks").exceptions.ResourceNotFoundException as error:
        raise ProviderError(f"listing EKS Node Groups ({cluster}): ResourceNotFoundException: {error}") from None
    return {"id": cluster, "clusterName": cluster, "region": cloud.region, "names": sorted(names)}


def _node_group(cloud: Cloud, args: Props) -> Props:
    cluster, name = args["clusterName"], args["nodeGroupName"]
    try:
        found = cloud("eks").describe_nodegroup(clusterName=cluster, nodegroupName=name)["nodegroup"]
    except cloud("eks").exceptions.ResourceNotFoundException as error:
        raise ProviderError(f"reading EKS Node Group ({cluster}:{name}): couldn't find resource: {error}") from None
    return {
        **args,
        "id": f"{cluster}:{name}",
        "arn": found["nodegroupArn"],
        "region": cloud.region,
        "status": found["status"],
        "tags": found.get("tags") or {},
        "scalingConfigs": [found["scalingConfig"]],
    }


def _zones_of_dns(cloud: Cloud, _: Props) -> Props:
    found = cloud("route53").list_hosted_zones()["HostedZones"]
    return {"id": cloud.region, "ids": sorted(zone["Id"].rpartition("/")[2] for zone in found)}


def _zone_of_dns(cloud: Cloud, args: Props) -> Props:
    found = cloud("route53").get_hosted_zone(Id=args["zoneId"])["HostedZone"]
    return {"id": args["zoneId"], "zoneId": args["zoneId"], "name": found["Name"].rstrip(".")}


def _balancers(cloud: Cloud, args: Props) -> Props:
    """Those that have all of the tags."""
    api, wanted = cloud("elbv2"), (args.get("tags") or {}).items()
    arns = [each["LoadBalancerArn"] for each in api.describe_load_balancers()["LoadBalancers"]]
    said = api.describe_tags(ResourceArns=arns)["TagDescriptions"] if arns else []
    found = [each["ResourceArn"] for each in said if wanted <= tag_map(each["Tags"]).items()]
    return {"id": cloud.region, "region": cloud.region, "arns": sorted(found), "tags": args.get("tags") or {}}


def _balancer(cloud: Cloud, args: Props) -> Props:
    found = cloud("elbv2").describe_load_balancers(LoadBalancerArns=[args["arn"]])["LoadBalancers"][0]
    return {
        "id": args["arn"],
        "arn": args["arn"],
        "name": found["LoadBalancerName"],
        "dnsName": found["DNSName"],
        "zoneId": found["CanonicalHostedZoneId"],
        "region": cloud.region,
    }


def _global_database(cloud: Cloud, args: Props) -> Props:
    """What is not there is an error, in the vendor's words; moto tells of none where AWS refuses."""
    name = args["identifier"]
    listed = cloud("rds").describe_global_clusters(GlobalClusterIdentifier=name)["GlobalClusters"]
    if not listed:
        raise ProviderError(f"reading RDS Global Cluster ({name}): couldn't find resource")
    found = listed[0]
    return {
        "arn": found["GlobalClusterArn"],
        "deletionProtection": found["DeletionProtection"],
        "engine": found["Engine"],
        "engineVersion": found["EngineVersion"],
        "identifier": name,
        "members": [
            {"dbClusterArn": each["DBClusterArn"], "isWriter": each["IsWriter"], "readers": each.get("Readers", [])}
            for each in found["GlobalClusterMembers"]
        ],
        "region": cloud.region,
        "resourceId": found["GlobalClusterResourceId"],
        "storageEncrypted": found["StorageEncrypted"],
    }


INVOKES: dict[str, Callable[[Cloud, Props], Props]] = {
    "aws:index/getCallerIdentity:getCallerIdentity": lambda cloud, _: {"accountId": cloud.account, "id": cloud.account},
    "aws:index/getAvailabilityZones:getAvailabilityZones": _zones,
    "aws:ec2/getVpcs:getVpcs": _vpcs,
    "aws:dynamodb/getTableItem:getTableItem": _table_item,
    "aws:eks/getNodeGroups:getNodeGroups": _node_groups,
    "aws:eks/getNodeGroup:getNodeGroup": _node_group,
    "aws:ec2/getRouteTables:getRouteTables": _route_tables,
    "aws:rds/getGlobalCluster:getGlobalCluster": _global_database,
    "aws:route53/getZones:getZones": _zones_of_dns,
    "aws:route53/getZone:getZone": _zone_of_dns,
    "aws:lb/getLbs:getLbs": _balancers,
    "aws:lb/getLoadBalancer:getLoadBalancer": _balancer,
}
