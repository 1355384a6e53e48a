"""EC2, the network half: VPC, subnets, gateways, routes."""

from sandbox.providers.aws.ec2 import TAGS, found
from sandbox.providers.aws.kind import Cloud, tag_list
from sandbox.providers.aws.row import Call, Row
from sandbox.providers.protocol import Props

_MINE = {"Name": "vpc-id", "Values": ["{vpcId}"]}


def _move_internet_gateway(cloud: Cloud, id_: str, props: Props) -> None:
    gateway = found(cloud, "describe_internet_gateways", "InternetGatewayIds", id_, "InternetGateways")
    for attachment in gateway.get("Attachments", []):
        cloud("ec2").detach_internet_gateway(InternetGatewayId=id_, VpcId=attachment["VpcId"])
    if props.get("vpcId"):
        cloud("ec2").attach_internet_gateway(InternetGatewayId=id_, VpcId=props["vpcId"])


def _delete_internet_gateway(cloud: Cloud, id_: str, _: Props) -> None:
    _move_internet_gateway(cloud, id_, {})
    cloud("ec2").delete_internet_gateway(InternetGatewayId=id_)


_PEERED = Call(  # the list holds what has ended for a while
    "describe_vpc_peering_connections",
    "vpcPeeringConnections[?vpcPeeringConnectionId=='{vpcPeeringConnectionId}' && status.code!='deleted'] | [0]",
)


def _accept(cloud: Cloud, props: Props) -> str:
    id_: str = props["vpcPeeringConnectionId"]
    if props.get("autoAccept"):
        cloud("ec2").accept_vpc_peering_connection(VpcPeeringConnectionId=id_)
    return id_


def _tag_peer(cloud: Cloud, id_: str, props: Props) -> None:
    if props.get("tagsAll"):
        cloud("ec2").create_tags(Resources=[id_], Tags=tag_list(props))


ROWS = [
    Row(
        type="aws:ec2/vpc:Vpc",
        create=Call("create_vpc", "vpc.vpcId"),
        read=Call("describe_vpcs", "vpcs[0]"),
        more=(
            Call("describe_vpc_attribute", "{enableDnsSupport: enableDnsSupport.value}", Attribute="enableDnsSupport"),
            Call(
                "describe_vpc_attribute",
                "{enableDnsHostnames: enableDnsHostnames.value}",
                Attribute="enableDnsHostnames",
            ),
            Call(
                "describe_security_groups",
                "{defaultSecurityGroupId: securityGroups[?groupName=='default'].groupId | [0]}",
                Filters=[_MINE],
            ),
            Call(
                "describe_route_tables",
                "{mainRouteTableId: routeTables[0].routeTableId}",
                Filters=[_MINE, {"Name": "association.main", "Values": ["true"]}],
            ),
        ),
        delete="delete_vpc",
        update={"enableDnsSupport": "modify_vpc_attribute", "enableDnsHostnames": "modify_vpc_attribute"},
        outputs="instanceTenancy ownerId dhcpOptionsId defaultSecurityGroupId mainRouteTableId",
        arn="ec2:vpc/{vpcId}",
        refer="vpc-",
        tags=TAGS,
        replace="cidrBlock",
        defaults={"enableDnsSupport": True, "enableDnsHostnames": False},
    ),
    Row(
        type="aws:ec2/subnet:Subnet",
        create=Call("create_subnet", "subnet.subnetId"),
        read=Call("describe_subnets", "subnets[0]"),
        delete="delete_subnet",
        update={"mapPublicIpOnLaunch": "modify_subnet_attribute"},
        outputs="availabilityZoneId ownerId",
        arn="ec2:subnet/{subnetId}",
        refer="subnet-",
        tags=TAGS,
        replace="vpcId cidrBlock availabilityZone",
        defaults={"mapPublicIpOnLaunch": False},
        delete_first=True,
    ),
    Row(
        type="aws:ec2/internetGateway:InternetGateway",
        create=Call("create_internet_gateway", "internetGateway.internetGatewayId"),
        read=Call("describe_internet_gateways", "internetGateways[0]"),
        delete=_delete_internet_gateway,
        update={"vpcId": _move_internet_gateway},
        found={"vpcId": "attachments[0].vpcId"},
        outputs="ownerId",
        arn="ec2:internet-gateway/{internetGatewayId}",
        refer="igw-",
        tags=TAGS,
    ),
    Row(
        type="aws:ec2/eip:Eip",
        create=Call("allocate_address", "allocationId"),
        read=Call("describe_addresses", "addresses[0]"),
        delete="release_address",
        outputs="publicIp allocationId associationId",
        arn="ec2:elastic-ip/{allocationId}",
        refer="eipalloc-",
        tags=TAGS,
        replace="domain",
    ),
    Row(
        type="aws:ec2/natGateway:NatGateway",
        create=Call("create_nat_gateway", "natGateway.natGatewayId"),
        read=Call("describe_nat_gateways", "natGateways[?state!='deleted'] | [0]"),
        delete="delete_nat_gateway",
        found={
            each: f"natGatewayAddresses[0].{each}"
            for each in ("allocationId", "publicIp", "privateIp", "networkInterfaceId")
        },
        arn="ec2:natgateway/{natGatewayId}",
        refer="nat-",
        tags=TAGS,
        replace="allocationId subnetId connectivityType",
        delete_first=True,
    ),
    Row(
        type="aws:ec2/routeTable:RouteTable",
        create=Call("create_route_table", "routeTable.routeTableId"),
        read=Call("describe_route_tables", "routeTables[0]"),
        delete="delete_route_table",
        outputs="ownerId",
        arn="ec2:route-table/{routeTableId}",
        refer="rtb-",
        tags=TAGS,
        replace="vpcId",
    ),
    Row(
        type="aws:ec2/route:Route",
        create=Call("create_route"),
        read=Call(
            "describe_route_tables", "routeTables[0].routes[?destinationCidrBlock=='{destinationCidrBlock}'] | [0]"
        ),
        delete="delete_route",
        update={"gatewayId natGatewayId vpcPeeringConnectionId": "replace_route"},
        id="r-{routeTableId}|{destinationCidrBlock}",
        outputs="state origin",
        replace="routeTableId destinationCidrBlock",
        delete_first=True,
    ),
    Row(
        type="aws:ec2/routeTableAssociation:RouteTableAssociation",
        create=Call("associate_route_table", "associationId"),
        read=Call(
            "describe_route_tables",
            "routeTables[].associations[] | [?routeTableAssociationId=='{id}'] | [0]",
            Filters=[{"Name": "association.route-table-association-id", "Values": ["{id}"]}],
        ),
        delete="disassociate_route_table",
        replace="routeTableId subnetId",
        delete_first=True,
    ),
    Row(
        type="aws:ec2/vpcPeeringConnection:VpcPeeringConnection",
        create=Call("create_vpc_peering_connection", "vpcPeeringConnection.vpcPeeringConnectionId"),
        read=_PEERED,
        delete="delete_vpc_peering_connection",
        found={
            "vpcId": "requesterVpcInfo.vpcId",
            "peerVpcId": "accepterVpcInfo.vpcId",
            "peerRegion": "accepterVpcInfo.region",
            "peerOwnerId": "accepterVpcInfo.ownerId",
            "acceptStatus": "status.code",
        },
        arn="ec2:vpc-peering-connection/{vpcPeeringConnectionId}",
        refer="pcx-",
        tags=TAGS,
        replace="vpcId peerVpcId peerRegion peerOwnerId",
        computed="peerRegion peerOwnerId",
    ),
    Row(
        type="aws:ec2/vpcPeeringConnectionAccepter:VpcPeeringConnectionAccepter",
        create=_accept,
        read=_PEERED,
        delete=lambda cloud, id_, props: None,  # it ends with the connection
        finish=_tag_peer,
        key="vpcPeeringConnectionId",
        found={
            "vpcId": "accepterVpcInfo.vpcId",
            "peerVpcId": "requesterVpcInfo.vpcId",
            "acceptStatus": "status.code",
        },
        tags=TAGS,
        replace="vpcPeeringConnectionId",
        write_only="autoAccept",
    ),
]
