"""EC2, the network half: VPC, subnets, gateways, routes."""

from typing import Any

from sandbox.providers.aws.ec2 import found, specified, tag_ec2
from sandbox.providers.aws.kind import Cloud, Kind, Update, call, lower, pick, tag_map
from sandbox.providers.protocol import Props


def _finish_vpc(cloud: Cloud, id_: str, props: Props) -> None:
    for key in ("enableDnsSupport", "enableDnsHostnames"):
        if key in props:
            _vpc_attribute(key)(cloud, id_, props)


def _vpc_attribute(key: str) -> Update:
    def change(cloud: Cloud, id_: str, props: Props) -> None:
        value = {"Value": props.get(key, key == "enableDnsSupport")}
        cloud("ec2").modify_vpc_attribute(VpcId=id_, **{key[:1].upper() + key[1:]: value})

    return change


def _read_vpc(cloud: Cloud, id_: str, _: Props) -> Props | None:
    vpc = found(cloud, "describe_vpcs", "VpcIds", id_, "Vpcs")
    if vpc is None:
        return None
    ec2, mine = cloud("ec2"), [{"Name": "vpc-id", "Values": [id_]}]
    groups = ec2.describe_security_groups(Filters=mine)["SecurityGroups"]
    tables = ec2.describe_route_tables(Filters=[*mine, {"Name": "association.main", "Values": ["true"]}])["RouteTables"]
    return {
        **lower(vpc, "CidrBlock", "InstanceTenancy", "OwnerId", "DhcpOptionsId"),
        "enableDnsSupport": ec2.describe_vpc_attribute(VpcId=id_, Attribute="enableDnsSupport")["EnableDnsSupport"][
            "Value"
        ],
        "enableDnsHostnames": ec2.describe_vpc_attribute(VpcId=id_, Attribute="enableDnsHostnames")[
            "EnableDnsHostnames"
        ]["Value"],
        "arn": cloud.arn("ec2", f"vpc/{id_}"),
        "defaultSecurityGroupId": next((g["GroupId"] for g in groups if g["GroupName"] == "default"), None),
        "mainRouteTableId": tables[0]["RouteTableId"] if tables else None,
        "tagsAll": tag_map(vpc.get("Tags")),
    }


def _read_subnet(cloud: Cloud, id_: str, _: Props) -> Props | None:
    subnet = found(cloud, "describe_subnets", "SubnetIds", id_, "Subnets")
    return subnet and {
        **lower(subnet, "VpcId", "CidrBlock", "AvailabilityZone", "AvailabilityZoneId", "OwnerId"),
        "mapPublicIpOnLaunch": subnet["MapPublicIpOnLaunch"],
        "arn": subnet["SubnetArn"],
        "tagsAll": tag_map(subnet.get("Tags")),
    }


def _subnet_public_ip(cloud: Cloud, id_: str, props: Props) -> None:
    value = {"Value": bool(props.get("mapPublicIpOnLaunch"))}
    cloud("ec2").modify_subnet_attribute(SubnetId=id_, MapPublicIpOnLaunch=value)


def _attach_internet_gateway(cloud: Cloud, id_: str, props: Props) -> None:
    if props.get("vpcId"):
        cloud("ec2").attach_internet_gateway(InternetGatewayId=id_, VpcId=props["vpcId"])


def _move_internet_gateway(cloud: Cloud, id_: str, props: Props) -> None:
    _detach_internet_gateway(cloud, id_)
    _attach_internet_gateway(cloud, id_, props)


def _detach_internet_gateway(cloud: Cloud, id_: str) -> None:
    gateway = found(cloud, "describe_internet_gateways", "InternetGatewayIds", id_, "InternetGateways") or {}
    for attachment in gateway.get("Attachments", []):
        cloud("ec2").detach_internet_gateway(InternetGatewayId=id_, VpcId=attachment["VpcId"])


def _delete_internet_gateway(cloud: Cloud, id_: str, _: Props) -> None:
    _detach_internet_gateway(cloud, id_)
    cloud("ec2").delete_internet_gateway(InternetGatewayId=id_)


def _read_internet_gateway(cloud: Cloud, id_: str, _: Props) -> Props | None:
    gateway = found(cloud, "describe_internet_gateways", "InternetGatewayIds", id_, "InternetGateways")
    return gateway and {
        "vpcId": next((a["VpcId"] for a in gateway["Attachments"]), None),
        "arn": cloud.arn("ec2", f"internet-gateway/{id_}"),
        "ownerId": cloud.account,
        "tagsAll": tag_map(gateway.get("Tags")),
    }


def _read_eip(cloud: Cloud, id_: str, _: Props) -> Props | None:
    address = found(cloud, "describe_addresses", "AllocationIds", id_, "Addresses")
    return address and {
        **lower(address, "Domain", "PublicIp", "AllocationId", "AssociationId"),
        "arn": cloud.arn("ec2", f"elastic-ip/{id_}"),
        "tagsAll": tag_map(address.get("Tags")),
    }


def _read_nat(cloud: Cloud, id_: str, _: Props) -> Props | None:
    nat = found(cloud, "describe_nat_gateways", "NatGatewayIds", id_, "NatGateways")
    if nat is None or nat["State"] == "deleted":
        return None
    address = (nat.get("NatGatewayAddresses") or [{}])[0]
    return {
        **lower(nat, "SubnetId", "ConnectivityType"),
        **lower(address, "AllocationId", "PublicIp", "PrivateIp", "NetworkInterfaceId"),
        "tagsAll": tag_map(nat.get("Tags")),
    }


def _read_table(cloud: Cloud, id_: str, _: Props) -> Props | None:
    table = found(cloud, "describe_route_tables", "RouteTableIds", id_, "RouteTables")
    return table and {
        **lower(table, "VpcId", "OwnerId"),
        "arn": cloud.arn("ec2", f"route-table/{id_}"),
        "tagsAll": tag_map(table.get("Tags")),
    }


_TARGETS = {
    "gatewayId": "GatewayId",
    "natGatewayId": "NatGatewayId",
}


def _route_request(props: Props) -> dict[str, Any]:
    return pick(props, "routeTableId", "destinationCidrBlock", *_TARGETS)


def _create_route(cloud: Cloud, props: Props) -> str:
    cloud("ec2").create_route(**_route_request(props))
    return f"r-{props['routeTableId']}|{props['destinationCidrBlock']}"


def _read_route(cloud: Cloud, id_: str, _: Props) -> Props | None:
    table_id, cidr = id_.removeprefix("r-").split("|")
    table = found(cloud, "describe_route_tables", "RouteTableIds", table_id, "RouteTables") or {"Routes": []}
    route = next((r for r in table["Routes"] if r.get("DestinationCidrBlock") == cidr), None)
    return route and {
        "routeTableId": table_id,
        "destinationCidrBlock": cidr,
        **{key: route[api] for key, api in _TARGETS.items() if route.get(api)},
        "state": route.get("State"),
        "origin": route.get("Origin"),
    }


def _read_association(cloud: Cloud, id_: str, _: Props) -> Props | None:
    query = [{"Name": "association.route-table-association-id", "Values": [id_]}]
    for table in cloud("ec2").describe_route_tables(Filters=query)["RouteTables"]:
        for association in table["Associations"]:
            if association["RouteTableAssociationId"] == id_:
                return {"routeTableId": table["RouteTableId"], "subnetId": association.get("SubnetId")}
    return None


ROWS = [
    Kind(
        type="aws:ec2/vpc:Vpc",
        create=lambda cloud, props: cloud("ec2").create_vpc(
            **pick(props, "cidrBlock", "instanceTenancy"), TagSpecifications=specified("vpc", props)
        )["Vpc"]["VpcId"],
        finish=_finish_vpc,
        read=_read_vpc,
        delete=call("ec2", "delete_vpc", "VpcId"),
        update={key: _vpc_attribute(key) for key in ("enableDnsSupport", "enableDnsHostnames")},
        replace=frozenset({"cidrBlock"}),
        tag=tag_ec2,
    ),
    Kind(
        type="aws:ec2/subnet:Subnet",
        create=lambda cloud, props: cloud("ec2").create_subnet(
            **pick(props, "vpcId", "cidrBlock", "availabilityZone"), TagSpecifications=specified("subnet", props)
        )["Subnet"]["SubnetId"],
        finish=lambda cloud, id_, props: props.get("mapPublicIpOnLaunch") and _subnet_public_ip(cloud, id_, props),
        read=_read_subnet,
        delete=call("ec2", "delete_subnet", "SubnetId"),
        update={"mapPublicIpOnLaunch": _subnet_public_ip},
        replace=frozenset({"vpcId", "cidrBlock", "availabilityZone"}),
        defaults={"mapPublicIpOnLaunch": False},
        tag=tag_ec2,
        delete_first=True,
    ),
    Kind(
        type="aws:ec2/internetGateway:InternetGateway",
        create=lambda cloud, props: cloud("ec2").create_internet_gateway(
            TagSpecifications=specified("internet-gateway", props)
        )["InternetGateway"]["InternetGatewayId"],
        finish=_attach_internet_gateway,
        read=_read_internet_gateway,
        delete=_delete_internet_gateway,
        update={"vpcId": _move_internet_gateway},
        tag=tag_ec2,
    ),
    Kind(
        type="aws:ec2/eip:Eip",
        create=lambda cloud, props: cloud("ec2").allocate_address(
            **pick(props, "domain"), TagSpecifications=specified("elastic-ip", props)
        )["AllocationId"],
        read=_read_eip,
        delete=call("ec2", "release_address", "AllocationId"),
        replace=frozenset({"domain"}),
        tag=tag_ec2,
    ),
    Kind(
        type="aws:ec2/natGateway:NatGateway",
        create=lambda cloud, props: cloud("ec2").create_nat_gateway(
            **pick(props, "allocationId", "subnetId", "connectivityType"),
            TagSpecifications=specified("natgateway", props),
        )["NatGateway"]["NatGatewayId"],
        read=_read_nat,
        delete=call("ec2", "delete_nat_gateway", "NatGatewayId"),
        replace=frozenset({"allocationId", "subnetId", "connectivityType"}),
        tag=tag_ec2,
        delete_first=True,
    ),
    Kind(
        type="aws:ec2/routeTable:RouteTable",
        create=lambda cloud, props: cloud("ec2").create_route_table(
            **pick(props, "vpcId"), TagSpecifications=specified("route-table", props)
        )["RouteTable"]["RouteTableId"],
        read=_read_table,
        delete=call("ec2", "delete_route_table", "RouteTableId"),
        replace=frozenset({"vpcId"}),
        tag=tag_ec2,
    ),
    Kind(
        type="aws:ec2/route:Route",
        create=_create_route,
        read=_read_route,
        delete=lambda cloud, _, props: cloud("ec2").delete_route(**pick(props, "routeTableId", "destinationCidrBlock")),
        update={key: lambda cloud, _, props: cloud("ec2").replace_route(**_route_request(props)) for key in _TARGETS},
        replace=frozenset({"routeTableId", "destinationCidrBlock"}),
        delete_first=True,
    ),
    Kind(
        type="aws:ec2/routeTableAssociation:RouteTableAssociation",
        create=lambda cloud, props: cloud("ec2").associate_route_table(**pick(props, "routeTableId", "subnetId"))[
            "AssociationId"
        ],
        read=_read_association,
        delete=call("ec2", "disassociate_route_table", "AssociationId"),
        replace=frozenset({"routeTableId", "subnetId"}),
        delete_first=True,
    ),
]
