"""VPC endpoints, gateways and interfaces, and flow logs."""

from typing import Any

from sandbox.providers.aws.ec2 import TAGS, found
from sandbox.providers.aws.kind import Cloud
from sandbox.providers.aws.row import Call, Row
from sandbox.providers.protocol import Props

_MEMBERS = {"routeTableIds": "RouteTableIds", "subnetIds": "SubnetIds", "securityGroupIds": "SecurityGroupIds"}


def _change_endpoint(cloud: Cloud, id_: str, props: Props) -> None:
    """One call for all that differs; lists are changed by what joins and what leaves."""
    live = found(cloud, "describe_vpc_endpoints", "VpcEndpointIds", id_, "VpcEndpoints")
    live["SecurityGroupIds"] = [group["GroupId"] for group in live["Groups"]]
    changes: dict[str, Any] = {}
    for key, api in _MEMBERS.items():
        wanted, there = set(props.get(key) or ()), set(live[api])
        changes |= {f"Add{api}": sorted(wanted - there), f"Remove{api}": sorted(there - wanted)}
    changes |= {"PolicyDocument": props.get("policy"), "PrivateDnsEnabled": props.get("privateDnsEnabled")}
    moved = {key: value for key, value in changes.items() if value not in ([], None)}
    cloud("ec2").modify_vpc_endpoint(VpcEndpointId=id_, ResetPolicy=not props.get("policy"), **moved)


ROWS = [
    Row(
        type="aws:ec2/vpcEndpoint:VpcEndpoint",
        create=Call("create_vpc_endpoint", "vpcEndpoint.vpcEndpointId"),
        read=Call("describe_vpc_endpoints", "vpcEndpoints[?!contains(['deleting', 'deleted'], state)] | [0]"),
        more=(
            Call(
                "describe_prefix_lists",
                "{prefixListId: prefixLists[0].prefixListId}",
                Filters=[{"Name": "prefix-list-name", "Values": ["{serviceName}"]}],
            ),
        ),
        delete="delete_vpc_endpoints",
        update={f"policy privateDnsEnabled {' '.join(_MEMBERS)}": _change_endpoint},
        names={"policy": "PolicyDocument"},
        found={"securityGroupIds": "groups[].groupId"},
        outputs="ownerId state networkInterfaceIds dnsEntries prefixListId",
        arn="ec2:vpc-endpoint/{vpcEndpointId}",
        refer="vpce-",
        tags=TAGS,
        replace="vpcId serviceName vpcEndpointType",
        computed=f"policy privateDnsEnabled {' '.join(_MEMBERS)}",
        sets=" ".join(_MEMBERS),
    ),
    Row(
        type="aws:ec2/flowLog:FlowLog",
        create=Call(
            "create_flow_logs",
            "flowLogIds[0]",
            ResourceIds=["{vpcId}"],
            ResourceType="VPC",
            LogDestinationType="cloud-watch-logs",
        ),
        read=Call("describe_flow_logs", "flowLogs[0]"),
        delete="delete_flow_logs",
        names={"iamRoleArn": "DeliverLogsPermissionArn"},
        found={"vpcId": "resourceId"},
        outputs="logDestinationType logFormat",
        arn="ec2:vpc-flow-log/{flowLogIds}",
        tags=TAGS,
        replace="vpcId trafficType logDestination iamRoleArn maxAggregationInterval",
    ),
]
