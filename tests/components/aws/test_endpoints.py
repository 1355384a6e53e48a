"""Private ways to AWS lead from the VPC alone, and only to what the account may use."""

import json

import pytest

from components.aws.endpoints import endpoint_policy
from tests.components.aws.parts import GOV, HERE, endpoints, ground

ENDPOINT = "aws:ec2/vpcEndpoint:VpcEndpoint"


def program(*services):
    return endpoints(ground(), *services)


@pytest.mark.req("NET-06")
@pytest.mark.parametrize("service", ["s3", "dynamodb"])
def test_s3_and_dynamodb_are_gateways_on_the_route_tables(built, service):
    engine = built(program, service)
    gateway = engine.one(ENDPOINT).inputs
    table = engine.one("aws:ec2/routeTable:RouteTable").id
    assert gateway["vpcEndpointType"] == "Gateway"
    assert gateway["serviceName"] == f"com.amazonaws.us-east-1.{service}"
    assert gateway["routeTableIds"] == [table]


@pytest.mark.req("NET-06", "NET-08")
def test_other_services_have_an_address_in_every_subnet_under_their_own_name(built):
    services = ("ecr.api", "ecr.dkr", "secretsmanager", "sts", "kms")
    engine = built(program, *services)
    private = {r.id for r in engine.of("aws:ec2/subnet:Subnet")}
    group = engine.one("aws:ec2/securityGroup:SecurityGroup").id
    for service in services:
        inputs = engine.one(ENDPOINT, f"endpoints-{service}").inputs
        assert inputs["serviceName"] == f"com.amazonaws.us-east-1.{service}"
        assert inputs["vpcEndpointType"] == "Interface"
        assert inputs["privateDnsEnabled"] is True
        assert set(inputs["subnetIds"]) == private
        assert inputs["securityGroupIds"] == [group]


@pytest.mark.req("NET-07")
def test_endpoints_answer_https_from_the_vpc_and_nothing_else(built):
    engine = built(program, "kms")
    group = engine.one("aws:ec2/securityGroup:SecurityGroup")
    rule = engine.one("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule").inputs
    assert group.inputs["name"] == "dev-platform-vpc-endpoints"
    assert rule["securityGroupId"] == group.id
    assert (rule["ipProtocol"], rule["fromPort"], rule["toPort"]) == ("tcp", 443, 443)
    assert rule["cidrIpv4"] == "10.16.0.0/16"
    assert engine.none_of("aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule")


@pytest.mark.req("NET-08")
@pytest.mark.parametrize(
    ("service", "action"),
    [
        ("kms", "kms:*"),
        ("ecr.dkr", "ecr:*"),
        ("monitoring", "cloudwatch:*"),
        ("logs", "logs:*"),
        ("s3", "s3:*"),
        ("codeartifact.api", "codeartifact:*"),
    ],
)
def test_an_endpoint_serves_its_own_service_to_principals_of_the_account(service, action):
    own = json.loads(endpoint_policy(service, HERE))["Statement"][0]
    assert own["Action"] == action
    assert own["Condition"] == {"StringEquals": {"aws:PrincipalAccount": HERE.account}}


@pytest.mark.req("NET-08")
def test_image_layers_come_through_the_gateway_from_the_registrys_bucket():
    layers = json.loads(endpoint_policy("s3", GOV))["Statement"][1]
    assert layers["Action"] == "s3:GetObject"
    assert layers["Resource"] == "arn:aws-us-gov:s3:::prod-us-gov-west-1-starport-layer-bucket/*"


@pytest.mark.req("NET-08", "IAM-01")
def test_pods_without_a_principal_yet_can_ask_for_roles_of_this_account_only():
    accounts = json.loads(endpoint_policy("sts", HERE))["Statement"][1]
    assert accounts["Action"] == "sts:AssumeRoleWithWebIdentity"
    assert accounts["Resource"] == f"arn:aws:iam::{HERE.account}:role/*"


@pytest.mark.req("NET-08")
def test_every_endpoint_carries_its_policy(built):
    for record in built(program, "s3", "sts", "kms").of(ENDPOINT):
        service = record.name.removeprefix("endpoints-")
        assert json.loads(record.inputs["policy"]) == json.loads(endpoint_policy(service, HERE))
