"""Pods that may leave the network do so by a group of their own, which lets nobody in."""

import pytest

from components.aws.firewall import Firewall
from components.aws.way_out import POD_INTERFACES, WayOut, WayOutArgs
from tests.components.aws.parts import cluster, ground

GROUP = "aws:ec2/securityGroup:SecurityGroup"
INGRESS = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"
EGRESS = "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule"


def program(*ports):
    net = ground()
    control = cluster(net)
    api = Firewall("api", "dev-platform-cluster", "EKS control plane", net.vpc_id, control)
    args = WayOutArgs(
        cluster="dev-platform",
        who="failover",
        ports=ports,
        vpc_id=net.vpc_id,
        cluster_group_id=api.id,
        after=[control],
    )
    return WayOut("way-out", args)


@pytest.mark.req("NET-12")
def test_the_group_leads_out_by_the_named_ports_only(built):
    engine = built(program, 22, 443)
    group = engine.one(GROUP, "way-out")
    assert group.inputs["name"] == "dev-platform-failover-out"
    kept = ("securityGroupId", "ipProtocol", "fromPort", "toPort", "cidrIpv4")
    assert [{key: rule.inputs[key] for key in kept} for rule in engine.of(EGRESS)] == [
        {"securityGroupId": group.id, "ipProtocol": "tcp", "fromPort": port, "toPort": port, "cidrIpv4": "0.0.0.0/0"}
        for port in (22, 443)
    ]


@pytest.mark.req("NET-12")
def test_nobody_is_let_in_by_it_and_its_pods_reach_the_api(built):
    engine = built(program, 443)
    [rule] = engine.of(INGRESS)
    kept = ("securityGroupId", "ipProtocol", "fromPort", "toPort", "referencedSecurityGroupId")
    assert {key: rule.inputs[key] for key in kept} == {
        "securityGroupId": engine.one(GROUP, "api").id,
        "ipProtocol": "tcp",
        "fromPort": 443,
        "toPort": 443,
        "referencedSecurityGroupId": engine.one(GROUP, "way-out").id,
    }


def test_the_group_goes_before_the_cluster_which_takes_the_interfaces_away(built):
    engine = built(program, 443)
    assert engine.one("aws:eks/cluster:Cluster").urn in engine.one(GROUP, "way-out").depends_on


@pytest.mark.req("NET-12")
def test_what_leaves_a_node_shows_the_pods_own_address_or_the_nodes_groups_would_decide():
    assert POD_INTERFACES == {
        "ENABLE_POD_ENI": "true",
        "POD_SECURITY_GROUP_ENFORCING_MODE": "standard",
        "AWS_VPC_K8S_CNI_EXTERNALSNAT": "true",
    }
