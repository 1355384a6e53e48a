"""The network keeps workloads in, and keeps them apart by tier and zone."""

import pytest

from components.aws.network import NetworkArgs
from components.aws.subnets import plan
from tests.components.aws.parts import CIDR, ZONES, network

SUBNET, ROUTE, TABLE = "aws:ec2/subnet:Subnet", "aws:ec2/route:Route", "aws:ec2/routeTable:RouteTable"
ASSOCIATION = "aws:ec2/routeTableAssociation:RouteTableAssociation"
NAT = "aws:ec2/natGateway:NatGateway"
OWNED = {"kubernetes.io/cluster/dev-platform": "owned"}


def tags_by_subnet(engine):
    return {r.name.removeprefix("network-"): r.inputs["tags"] for r in engine.of(SUBNET)}


@pytest.mark.req("NET-01")
def test_each_zone_has_a_public_a_private_and_a_database_subnet_of_its_own(built):
    engine = built(network)
    found = sorted((r.name, r.inputs["availabilityZone"], r.inputs["cidrBlock"]) for r in engine.of(SUBNET))
    assert found == [
        ("network-database-us-east-1a", "us-east-1a", "10.16.200.0/24"),
        ("network-database-us-east-1b", "us-east-1b", "10.16.201.0/24"),
        ("network-database-us-east-1c", "us-east-1c", "10.16.202.0/24"),
        ("network-private-us-east-1a", "us-east-1a", "10.16.0.0/19"),
        ("network-private-us-east-1b", "us-east-1b", "10.16.32.0/19"),
        ("network-private-us-east-1c", "us-east-1c", "10.16.64.0/19"),
        ("network-public-us-east-1a", "us-east-1a", "10.16.192.0/24"),
        ("network-public-us-east-1b", "us-east-1b", "10.16.193.0/24"),
        ("network-public-us-east-1c", "us-east-1c", "10.16.194.0/24"),
    ]
    assert engine.one("aws:ec2/vpc:Vpc").inputs["cidrBlock"] == "10.16.0.0/16"


@pytest.mark.req("NET-01")
@pytest.mark.parametrize("zones", [ZONES[1:], ZONES[::-1]])
def test_a_zone_that_comes_goes_or_moves_in_the_list_touches_no_other(built, zones):
    found = {r.name: r.inputs["cidrBlock"] for r in built(network, "none", zones).of(SUBNET)}
    addresses = plan(CIDR, ZONES)
    assert found == {
        f"network-{tier}-{zone}": str(by_zone[zone]) for tier, by_zone in addresses.items() for zone in zones
    }


@pytest.mark.req("NET-02")
def test_no_subnet_gives_its_instances_a_public_address(built):
    assert not any(r.inputs.get("mapPublicIpOnLaunch") for r in built(network).of(SUBNET))


@pytest.mark.req("NET-02")
def test_only_public_subnets_are_routed_to_the_internet_gateway(built):
    engine = built(network, "per_zone")
    gateway = engine.one("aws:ec2/internetGateway:InternetGateway").id
    tables = {r.inputs["routeTableId"] for r in engine.of(ROUTE) if r.inputs.get("gatewayId") == gateway}
    subnets = {r.id: r.name for r in engine.of(SUBNET)}
    routed = {subnets[r.inputs["subnetId"]] for r in engine.of(ASSOCIATION) if r.inputs["routeTableId"] in tables}
    assert routed == {f"network-public-{zone}" for zone in ZONES}


@pytest.mark.req("NET-02")
@pytest.mark.parametrize("nat", ["none", "single", "per_zone"])
def test_databases_have_a_route_table_without_a_way_out(built, nat):
    engine = built(network, nat)
    table = engine.one(TABLE, "network-database").id
    assert all(r.inputs["routeTableId"] != table for r in engine.of(ROUTE))
    assert sum(r.inputs["routeTableId"] == table for r in engine.of(ASSOCIATION)) == 3


@pytest.mark.req("NET-03")
def test_by_default_each_zone_leaves_through_a_nat_gateway_in_that_zone(built):
    engine = built(network, "per_zone")
    zone_of = {r.id: r.inputs["availabilityZone"] for r in engine.of(SUBNET)}
    nats = {r.id: zone_of[r.inputs["subnetId"]] for r in engine.of(NAT)}
    tables = {r.id: r.name.removeprefix("network-private-") for r in engine.of(TABLE)}
    ways = {
        tables[r.inputs["routeTableId"]]: nats[r.inputs["natGatewayId"]]
        for r in engine.of(ROUTE)
        if "natGatewayId" in r.inputs
    }
    assert ways == {zone: zone for zone in ZONES}
    assert NetworkArgs.nat == "per_zone"
    public = {r.id for r in engine.of(SUBNET) if "-public-" in r.name}
    assert {r.inputs["subnetId"] for r in engine.of(NAT)} == public


def test_a_single_nat_gateway_serves_every_zone(built):
    engine = built(network, "single")
    nat = engine.one(NAT, "network-nat-us-east-1a").id
    ways = [r.inputs["natGatewayId"] for r in engine.of(ROUTE) if "natGatewayId" in r.inputs]
    assert ways == [nat] * 3


def test_without_nat_no_private_subnet_has_a_way_to_the_internet(built):
    engine = built(network, "none")
    assert engine.none_of(NAT)
    assert engine.none_of("aws:ec2/eip:Eip")
    assert [r.name for r in engine.of(ROUTE)] == ["network-public"]


@pytest.mark.req("NET-03")
def test_names_are_resolved_and_given_within_the_vpc(built):
    inputs = built(network).one("aws:ec2/vpc:Vpc").inputs
    assert (inputs["enableDnsHostnames"], inputs["enableDnsSupport"]) == (True, True)


@pytest.mark.req("NET-05")
def test_load_balancer_controllers_find_their_subnets_by_tags(built):
    tags = tags_by_subnet(built(network))
    for zone in ZONES:
        name = {"Name": f"dev-platform-private-{zone}"}
        assert tags[f"private-{zone}"] == {"kubernetes.io/role/internal-elb": "1"} | OWNED | name
        name = {"Name": f"dev-platform-public-{zone}"}
        assert tags[f"public-{zone}"] == {"kubernetes.io/role/elb": "1"} | OWNED | name
        assert tags[f"database-{zone}"] == {"Name": f"dev-platform-database-{zone}"}


@pytest.mark.req("NET-12")
def test_the_default_security_group_lets_nothing_through(built):
    group = built(network).one("aws:ec2/defaultSecurityGroup:DefaultSecurityGroup").inputs
    assert group["ingress"] == group["egress"] == []  # said: of rules that are left out, AWS decides


@pytest.mark.req("NET-04")
def test_all_traffic_is_logged_every_minute_to_an_encrypted_group_by_a_role_of_its_own(built):
    engine = built(network)
    flows = engine.one("aws:ec2/flowLog:FlowLog").inputs
    group = engine.one("aws:cloudwatch/logGroup:LogGroup")
    role = engine.one("aws:iam/role:Role")
    assert flows["vpcId"] == engine.one("aws:ec2/vpc:Vpc").id
    assert (flows["trafficType"], flows["maxAggregationInterval"]) == ("ALL", 60)
    assert flows["logDestination"] == group.outputs["arn"]
    assert flows["iamRoleArn"] == role.outputs["arn"]
    assert group.inputs["name"] == "/aws/vpc/dev-platform/flow-logs"
    assert group.inputs["retentionInDays"] == 30
    assert group.inputs["kmsKeyId"] == engine.one("aws:kms/key:Key").outputs["arn"]
