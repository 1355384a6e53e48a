"""VPC endpoints, gateways and interfaces, and flow logs."""

from typing import Any

from sandbox.providers.aws.ec2 import found, specified, tag_ec2
from sandbox.providers.aws.kind import Cloud, Kind, lower, pick, tag_map
from sandbox.providers.protocol import Props

_MEMBERS = {"routeTableIds": "RouteTableIds", "subnetIds": "SubnetIds", "securityGroupIds": "SecurityGroupIds"}


def _create_endpoint(cloud: Cloud, props: Props) -> str:
    wanted = pick(
        props, "vpcId", "serviceName", "vpcEndpointType", "privateDnsEnabled", *_MEMBERS, PolicyDocument="policy"
    )
    answer = cloud("ec2").create_vpc_endpoint(**wanted, TagSpecifications=specified("vpc-endpoint", props))
    id_: str = answer["VpcEndpoint"]["VpcEndpointId"]
    return id_


def _endpoint(cloud: Cloud, id_: str) -> dict[str, Any] | None:
    endpoint = found(cloud, "describe_vpc_endpoints", "VpcEndpointIds", id_, "VpcEndpoints")
    return None if endpoint is None or endpoint["State"].lower() in ("deleting", "deleted") else endpoint


def _members(endpoint: dict[str, Any]) -> Props:
    groups = [group["GroupId"] for group in endpoint["Groups"]]
    return {"routeTableIds": endpoint["RouteTableIds"], "subnetIds": endpoint["SubnetIds"], "securityGroupIds": groups}


def _read_endpoint(cloud: Cloud, id_: str, _: Props) -> Props | None:
    endpoint = _endpoint(cloud, id_)
    if endpoint is None:
        return None
    lists = []
    if endpoint["VpcEndpointType"] == "Gateway":
        named = [{"Name": "prefix-list-name", "Values": [endpoint["ServiceName"]]}]
        lists = cloud("ec2").describe_prefix_lists(Filters=named)["PrefixLists"]
    names = [lower(entry, "DnsName", "HostedZoneId") for entry in endpoint["DnsEntries"]]
    return {
        **lower(endpoint, "VpcId", "ServiceName", "VpcEndpointType", "OwnerId", "State", "NetworkInterfaceIds"),
        **_members(endpoint),
        "policy": endpoint["PolicyDocument"],
        "privateDnsEnabled": endpoint["PrivateDnsEnabled"],
        "dnsEntries": names,
        "arn": cloud.arn("ec2", f"vpc-endpoint/{id_}"),
        **(lower(lists[0], "PrefixListId") if lists else {}),
        "tagsAll": tag_map(endpoint.get("Tags")),
    }


def _change_endpoint(cloud: Cloud, id_: str, props: Props) -> None:
    """One call for all that differs; lists are changed by what joins and what leaves."""
    live = _members(_endpoint(cloud, id_) or {"Groups": [], "RouteTableIds": [], "SubnetIds": []})
    changes: dict[str, Any] = {}
    for key, api in _MEMBERS.items():
        wanted, there = set(props.get(key) or ()), set(live[key])
        changes |= {f"Add{api}": sorted(wanted - there), f"Remove{api}": sorted(there - wanted)}
    policy = {"PolicyDocument": props["policy"]} if props.get("policy") else {"ResetPolicy": True}
    moved = {key: value for key, value in changes.items() if value}
    cloud("ec2").modify_vpc_endpoint(VpcEndpointId=id_, **moved, **policy, **pick(props, "privateDnsEnabled"))


def _create_flow_log(cloud: Cloud, props: Props) -> str:
    wanted = pick(
        props, "trafficType", "logDestination", "maxAggregationInterval", DeliverLogsPermissionArn="iamRoleArn"
    )
    answer = cloud("ec2").create_flow_logs(
        ResourceIds=[props["vpcId"]],
        ResourceType="VPC",
        LogDestinationType="cloud-watch-logs",
        **wanted,
        TagSpecifications=specified("vpc-flow-log", props),
    )
    id_: str = answer["FlowLogIds"][0]
    return id_


def _read_flow_log(cloud: Cloud, id_: str, _: Props) -> Props | None:
    log = found(cloud, "describe_flow_logs", "FlowLogIds", id_, "FlowLogs")
    return log and {
        **lower(log, "TrafficType", "LogDestination", "LogDestinationType", "LogFormat", "MaxAggregationInterval"),
        "vpcId": log["ResourceId"],
        "iamRoleArn": log.get("DeliverLogsPermissionArn"),
        "arn": cloud.arn("ec2", f"vpc-flow-log/{id_}"),
        "tagsAll": tag_map(log.get("Tags")),
    }


ROWS = [
    Kind(
        type="aws:ec2/vpcEndpoint:VpcEndpoint",
        create=_create_endpoint,
        read=_read_endpoint,
        delete=lambda cloud, id_, _: cloud("ec2").delete_vpc_endpoints(VpcEndpointIds=[id_]),
        update=dict.fromkeys(("policy", "privateDnsEnabled", *_MEMBERS), _change_endpoint),
        replace=frozenset({"vpcId", "serviceName", "vpcEndpointType"}),
        computed=frozenset({"policy", "privateDnsEnabled", *_MEMBERS}),
        tag=tag_ec2,
        sets=frozenset(_MEMBERS),
    ),
    Kind(
        type="aws:ec2/flowLog:FlowLog",
        create=_create_flow_log,
        read=_read_flow_log,
        delete=lambda cloud, id_, _: cloud("ec2").delete_flow_logs(FlowLogIds=[id_]),
        replace=frozenset({"vpcId", "trafficType", "logDestination", "iamRoleArn", "maxAggregationInterval"}),
        tag=tag_ec2,
    ),
]
