"""Samples of the network: VPC, routes, security groups, endpoints, flow logs."""

from collections.abc import Mapping

from tests.sandbox.aws_world import (
    ABSENT,
    ACCOUNT,
    REGION,
    TAGS,
    Pair,
    Sample,
    World,
    document,
    records,
    refused,
    replaces,
    updates,
)


def _prefix_list(w: World) -> str:
    endpoint = w.make("VpcEndpoint", vpcId=w.vpc, vpcEndpointType="Gateway", serviceName=f"com.amazonaws.{REGION}.s3")
    return str(endpoint["prefixListId"])


def _gateway(w: World) -> str:
    return str(w.make("InternetGateway")["id"])


def _nat(w: World) -> str:
    address = w.make("Eip", domain="vpc")["id"]
    return str(w.make("NatGateway", allocationId=address, subnetId=w.subnets[0])["id"])


def _rule(w: World) -> Mapping[str, Pair]:
    return {
        "securityGroupId": replaces(w.groups[0], w.groups[1]),
        "description": updates("HTTPS", "DNS"),
        "ipProtocol": updates("tcp", "udp"),
        "fromPort": updates(443, 53),
        "toPort": updates(443, 444),
        "cidrIpv4": updates("10.0.0.0/16", "10.9.0.0/16"),
        "cidrIpv6": replaces(ABSENT, "2001:db8::/32", cidrIpv4=ABSENT),
        "prefixListId": replaces(ABSENT, _prefix_list(w), cidrIpv4=ABSENT),
        "referencedSecurityGroupId": replaces(ABSENT, w.groups[1], cidrIpv4=ABSENT),
        **TAGS,
    }


def abroad(world: World, cidr: str, region: str = "us-west-2") -> str:
    """A network of another region."""
    return str(world.make("Vpc", cidrBlock=cidr, region=region)["id"])


def asked(world: World, cidr: str, region: str = "us-west-2") -> str:
    """A connection that waits for the other side."""
    peer = abroad(world, cidr, region)
    return str(world.make("VpcPeeringConnection", vpcId=world.vpc, peerVpcId=peer, peerRegion=region)["id"])


SAMPLES: dict[str, Sample] = {
    "aws:ec2/vpc:Vpc": lambda w: {
        "cidrBlock": replaces("10.0.0.0/16", "10.1.0.0/16"),
        "enableDnsHostnames": updates(True, False),
        "enableDnsSupport": updates(True, False),
        **TAGS,
    },
    "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup": lambda w: {
        "vpcId": replaces(w.vpc, w.other_vpc),
        "ingress": refused([], [{"protocol": "-1"}]),
        "egress": refused([], [{"protocol": "-1"}]),
        **TAGS,
    },
    "aws:ec2/securityGroup:SecurityGroup": lambda w: {
        "name": replaces("one", "two"),
        "description": replaces("One", "Two"),
        "vpcId": replaces(w.vpc, w.other_vpc),
        **TAGS,
    },
    "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": _rule,
    "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": _rule,
    "aws:ec2/subnet:Subnet": lambda w: {
        "vpcId": replaces(w.vpc, w.other_vpc),
        "cidrBlock": replaces("10.0.9.0/24", "10.0.8.0/24"),
        "availabilityZone": replaces(f"{REGION}a", f"{REGION}b"),
        "mapPublicIpOnLaunch": updates(ABSENT, True),
        **TAGS,
    },
    "aws:ec2/internetGateway:InternetGateway": lambda w: {"vpcId": updates(w.vpc, w.other_vpc), **TAGS},
    "aws:ec2/routeTable:RouteTable": lambda w: {"vpcId": replaces(w.vpc, w.other_vpc), **TAGS},
    "aws:ec2/routeTableAssociation:RouteTableAssociation": lambda w: {
        "routeTableId": replaces(w.tables[0], w.tables[1]),
        "subnetId": replaces(w.subnets[0], w.subnets[1]),
    },
    "aws:ec2/vpcPeeringConnection:VpcPeeringConnection": lambda w: {
        "vpcId": replaces(w.vpc, w.other_vpc),
        "peerVpcId": replaces(abroad(w, "10.2.0.0/16"), abroad(w, "10.3.0.0/16")),
        "peerRegion": replaces("us-west-2", "eu-west-1", peerVpcId=abroad(w, "10.4.0.0/16", "eu-west-1")),
        "peerOwnerId": replaces(ABSENT, ACCOUNT),
        **TAGS,
    },
    "aws:ec2/vpcPeeringConnectionAccepter:VpcPeeringConnectionAccepter": lambda w: {
        "vpcPeeringConnectionId": replaces(asked(w, "10.2.0.0/16"), asked(w, "10.3.0.0/16")),
        "autoAccept": records(True, ABSENT),
        "region": replaces("us-west-2", "eu-west-1", vpcPeeringConnectionId=asked(w, "10.4.0.0/16", "eu-west-1")),
        **TAGS,
    },
    "aws:ec2/route:Route": lambda w: {
        "routeTableId": replaces(w.tables[0], w.tables[1]),
        "destinationCidrBlock": replaces("0.0.0.0/0", "10.8.0.0/16"),
        "gatewayId": updates(_gateway(w), _gateway(w)),
        "natGatewayId": updates(ABSENT, _nat(w), gatewayId=ABSENT),
        "vpcPeeringConnectionId": updates(ABSENT, asked(w, "10.9.0.0/16"), gatewayId=ABSENT),
    },
    "aws:ec2/eip:Eip": lambda w: {"domain": replaces("vpc", "standard"), **TAGS},
    "aws:ec2/natGateway:NatGateway": lambda w: {
        "allocationId": replaces(w.make("Eip", domain="vpc")["id"], w.make("Eip", domain="vpc")["id"]),
        "subnetId": replaces(w.subnets[0], w.subnets[1]),
        "connectivityType": replaces(ABSENT, "private"),
        **TAGS,
    },
    "aws:ec2/vpcEndpoint:VpcEndpoint": lambda w: {
        "vpcId": replaces(w.vpc, w.other_vpc),
        "serviceName": replaces(f"com.amazonaws.{REGION}.sts", f"com.amazonaws.{REGION}.kms"),
        "vpcEndpointType": replaces("Interface", "Gateway"),
        "subnetIds": updates(w.subnets[:2], w.subnets[1:]),
        "securityGroupIds": updates(w.groups[:1], w.groups[1:]),
        "privateDnsEnabled": updates(True, False),
        "policy": updates(document(Resource="*"), document("s3:PutObject", Resource="*")),
        "routeTableIds": updates(ABSENT, w.tables),
        **TAGS,
    },
    "aws:ec2/flowLog:FlowLog": lambda w: {
        "vpcId": replaces(w.vpc, w.other_vpc),
        "trafficType": replaces("ALL", "REJECT"),
        "logDestination": replaces(
            w.make("LogGroup", name="/flow/one")["arn"], w.make("LogGroup", name="/flow/two")["arn"]
        ),
        "iamRoleArn": replaces(w.roles[0]["arn"], w.roles[1]["arn"]),
        "maxAggregationInterval": replaces(60, 600),
        **TAGS,
    },
}
