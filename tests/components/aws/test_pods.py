"""What pods may reach, and what the setting that narrows it leaves over."""

import pytest

from components.aws.pods import Pods, PodsArgs
from tests.components.aws.parts import CIDR, endpoints, ground

EGRESS = "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule"


def program(egress, *services):
    net = ground()
    ends = endpoints(net, *services)
    args = PodsArgs(
        cluster="dev-platform",
        vpc_id=net.vpc_id,
        cidr=CIDR,
        egress=egress,
        endpoints_security_group_id=ends.security_group_id,
        prefix_list_ids=ends.prefix_list_ids,
    )
    return Pods("pods", args)


def ways_out(engine):
    keys = ("ipProtocol", "fromPort", "cidrIpv4", "referencedSecurityGroupId", "prefixListId")
    return {r.name: {key: r.inputs[key] for key in keys if key in r.inputs} for r in engine.of(EGRESS)}


@pytest.mark.req("NET-09", "C-07")
def test_open_egress_is_the_seeds_everything_everywhere(built):
    engine = built(program, "open", "s3")
    group = engine.one("aws:ec2/securityGroup:SecurityGroup", "pods")
    assert group.inputs["name"] == group.inputs["tags"]["Name"] == "dev-platform-pods"
    assert ways_out(engine) == {"pods-everything": {"ipProtocol": "-1", "cidrIpv4": "0.0.0.0/0"}}


@pytest.mark.req("NET-09", "C-07", "NET-12")
def test_restricted_egress_leads_to_pods_names_and_endpoints_only(built):
    engine = built(program, "vpc_endpoints", "s3")
    pods = engine.one("aws:ec2/securityGroup:SecurityGroup", "pods").id
    ends = engine.one("aws:ec2/securityGroup:SecurityGroup", "endpoints").id
    s3 = engine.one("aws:ec2/vpcEndpoint:VpcEndpoint", "endpoints-s3").outputs["prefixListId"]
    assert ways_out(engine) == {
        "pods-pods": {"ipProtocol": "-1", "referencedSecurityGroupId": pods},
        "pods-dns-tcp": {"ipProtocol": "tcp", "fromPort": 53, "cidrIpv4": "10.16.0.0/16"},
        "pods-dns-udp": {"ipProtocol": "udp", "fromPort": 53, "cidrIpv4": "10.16.0.0/16"},
        "pods-endpoints": {"ipProtocol": "tcp", "fromPort": 443, "referencedSecurityGroupId": ends},
        "pods-s3": {"ipProtocol": "tcp", "fromPort": 443, "prefixListId": s3},
    }


def test_without_a_gateway_there_is_no_way_to_s3(built):
    assert "pods-s3" not in ways_out(built(program, "vpc_endpoints", "kms"))


@pytest.mark.req("NET-09")
@pytest.mark.parametrize("egress", ["open", "vpc_endpoints"])
def test_only_pods_reach_pods(built, egress):
    engine = built(program, egress)
    pods = engine.one("aws:ec2/securityGroup:SecurityGroup", "pods").id
    rules = [r for r in engine.of("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule") if r.name == "pods-pods"]
    assert [(r.inputs["securityGroupId"], r.inputs["referencedSecurityGroupId"]) for r in rules] == [(pods, pods)]
