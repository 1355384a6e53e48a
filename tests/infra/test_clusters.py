"""What a cluster of a stack stands on, in which order it comes and goes, and what its nodes are."""

import json
from dataclasses import asdict

import pytest

from components.aws.node_group import Taint
from components.aws.way_out import POD_INTERFACES
from infra import stacks
from infra.config import ConfigurationError
from infra.config.cluster import NodeGroupConfig, TaintConfig
from infra.config.node_schedules import ScheduleConfig
from infra.stacks.nodes import nodes
from infra.stacks.questions import zones
from tests import records
from tests.infra.config import orders
from tests.infra.needs import stands_on, urns

REGIONS = ("dev", "production", "govcloud")
PROVIDER = "pulumi:providers:aws"
GROUP = "aws:eks/nodeGroup:NodeGroup"
ADDON = "aws:eks/addon:Addon"
CLUSTER = "aws:eks/cluster:Cluster"


@pytest.mark.req("PLT-06")
@pytest.mark.parametrize("stack", REGIONS)
def test_what_lives_in_the_cluster_goes_before_nodes_addons_access_and_network(stack):
    engine = records.of_stack(stack)
    inside = [r for r in engine.records if r.token.startswith("kubernetes:")]
    outside = urns(
        engine,
        *(GROUP, ADDON, CLUSTER, "aws:eks/accessEntry:AccessEntry", "aws:ec2/subnet:Subnet", "aws:ec2/vpc:Vpc"),
        *("aws:ec2/vpcEndpoint:VpcEndpoint", "aws:ec2/routeTableAssociation:RouteTableAssociation"),
        *("aws:ec2/route:Route", "aws:eks/accessPolicyAssociation:AccessPolicyAssociation"),
        *("aws:iam/rolePolicyAttachment:RolePolicyAttachment",),
    )
    apart = {urn for urn in outside if "::runner" in urn or "aws:Peering$" in urn or "aws:Guardrails$" in urn}
    assert inside
    for record in inside:
        assert outside - apart <= stands_on(engine, record), record.name


@pytest.mark.parametrize("stack", REGIONS)
def test_nodes_find_addresses_for_their_pods_and_the_rest_waits_for_nodes(stack):
    engine = records.of_stack(stack)
    first = {"vpc-cni", "kube-proxy", "eks-pod-identity-agent"}
    before = {r.urn for r in engine.of(ADDON) if r.inputs["addonName"] in first}
    after = [r for r in engine.of(ADDON) if r.inputs["addonName"] not in first]
    for group in engine.of(GROUP):
        assert before <= stands_on(engine, group)
        assert all(group.urn in stands_on(engine, addon) for addon in after)
    assert {addon.inputs["addonName"] for addon in after} == {"coredns", "aws-ebs-csi-driver"}


@pytest.mark.req("GIT-15")
def test_applications_go_before_argo_cd():
    engine = records.of_stack("dev")
    argocd = next(r for r in engine.of("kubernetes:helm.sh/v3:Release") if r.inputs["chart"] == "argo-cd")
    for application in engine.of("kubernetes:argoproj.io/v1alpha1:Application"):
        assert argocd.urn in stands_on(engine, application)


@pytest.mark.req("EKS-08")
@pytest.mark.parametrize("stack", REGIONS)
def test_eks_keeps_the_addons_that_every_cluster_needs(stack):
    engine = records.of_stack(stack)
    addons = {r.inputs["addonName"]: r.inputs for r in engine.of(ADDON)}
    assert {"vpc-cni", "coredns", "kube-proxy", "aws-ebs-csi-driver"} <= set(addons)
    interfaces = {"env": dict(POD_INTERFACES)} if records.order(stack).ways_out else {}
    assert json.loads(addons["vpc-cni"]["configurationValues"]) == {"enableNetworkPolicy": "true", **interfaces}


@pytest.mark.req("C-36")
def test_the_pod_identity_agent_runs_where_pods_use_it():
    agent = {
        stack: any(r.inputs["addonName"] == "eks-pod-identity-agent" for r in records.of_stack(stack).of(ADDON))
        for stack in REGIONS
    }
    assert agent == {"dev": False, "production": True, "govcloud": False}


@pytest.mark.req("NET-02", "EKS-02")
@pytest.mark.parametrize("stack", REGIONS)
def test_control_plane_nodes_and_runner_are_in_private_subnets(stack):
    engine = records.of_stack(stack)
    private = {r.id for r in engine.of("aws:ec2/subnet:Subnet") if "-private-" in r.name}
    assert set(engine.one(CLUSTER).inputs["vpcConfig"]["subnetIds"]) == private
    assert all(set(group.inputs["subnetIds"]) == private for group in engine.of(GROUP))
    assert engine.one("aws:ec2/instance:Instance").inputs["subnetId"] in private


@pytest.mark.req("NET-06", "NET-08")
@pytest.mark.parametrize("stack", REGIONS)
def test_private_subnets_have_private_ways_to_every_service_that_nodes_need(stack):
    engine = records.of_stack(stack)
    private = {r.id for r in engine.of("aws:ec2/subnet:Subnet") if "-private-" in r.name}
    tables = {r.id for r in engine.of("aws:ec2/routeTable:RouteTable") if "-private-" in r.name}
    region = engine.one(PROVIDER).inputs["region"]
    ends = {
        r.inputs["serviceName"].removeprefix(f"com.amazonaws.{region}."): r.inputs
        for r in engine.of("aws:ec2/vpcEndpoint:VpcEndpoint")
    }
    assert set(ends) >= {
        *("s3", "ecr.api", "ecr.dkr", "secretsmanager", "sts", "ec2", "eks", "elasticloadbalancing", "autoscaling"),
        *("logs", "monitoring", "kms", "sqs", "ssm", "backup"),
    }
    assert set(ends.pop("s3")["routeTableIds"]) == tables
    assert all(set(end["subnetIds"]) == private for end in ends.values())


@pytest.mark.req("NET-09", "C-07")
def test_nodes_carry_the_pods_group_so_that_its_egress_binds_every_pod():
    for stack in REGIONS:
        engine = records.of_stack(stack)
        pods = engine.one("aws:ec2/securityGroup:SecurityGroup", "pods").id
        nodes = engine.one("aws:ec2/securityGroup:SecurityGroup", "cluster-network-nodes").id
        template = engine.one("aws:ec2/launchTemplate:LaunchTemplate", "nodes-general")
        assert template.inputs["vpcSecurityGroupIds"] == [nodes, pods]


@pytest.mark.req("C-07", "NET-12")
def test_only_the_setting_open_lets_all_pods_reach_the_internet():
    wide = {
        stack: [
            r.name
            for r in records.of_stack(stack).of("aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule")
            if r.inputs.get("cidrIpv4") == "0.0.0.0/0"
        ]
        for stack in REGIONS
    }
    assert wide == {"dev": ["pods-everything"], "production": ["way-out-argocd-443"], "govcloud": []}


@pytest.mark.req("EKS-12")
def test_the_production_clusters_have_the_names_that_people_know():
    names = [records.of_stack(stack).one(CLUSTER).inputs["name"] for stack in ("prod", "dr")]
    assert names == ["production-us-east-1", "production-us-west-2"]


@pytest.mark.req("EKS-02", "PLT-05")
def test_a_zone_without_eks_is_refused_by_what_the_account_calls_it():
    ordered = records.order("dev")
    known = {"us-east-1a": "use1-az6", "us-east-1b": "use1-az3", "us-east-1c": "use1-az2", "us-east-1d": "use1-az4"}
    (found,) = zones.problems(ordered, known)
    assert (found.at, found.rule) == (
        ("network", "zones", 1),
        "is use1-az3 in account 000000000101, where EKS makes no control plane; "
        "choose from us-east-1a, us-east-1c, us-east-1d",
    )


@pytest.mark.req("EKS-02", "PLT-05")
def test_a_zone_without_eks_is_refused_before_any_resource(build):
    ordered = orders.stack(orders.DEV, **{"network.zones": ["us-east-1a", "us-east-1e"]})
    with pytest.raises(ConfigurationError, match=r"network\.zones\[1\] = us-east-1e: is use1-az3"):
        build(lambda: stacks.deploy(ordered))


@pytest.mark.req("EKS-11")
def test_a_pool_of_nine_and_more_spreads_over_every_zone_and_is_kept_for_those_who_tolerate_it():
    engine = records.of_stack("govcloud")
    pool = engine.one(GROUP, "nodes-consensus").inputs
    zones = {r.id: r.inputs["availabilityZone"] for r in engine.of("aws:ec2/subnet:Subnet")}
    assert pool["scalingConfig"] == {"minSize": 9, "desiredSize": 9, "maxSize": 21}
    assert pool["instanceTypes"] == ["m5.2xlarge"]
    assert {zones[subnet] for subnet in pool["subnetIds"]} == {f"us-gov-west-1{letter}" for letter in "abc"}
    assert pool["taints"] == [{"key": "dedicated", "value": "consensus", "effect": "NO_SCHEDULE"}]


@pytest.mark.req("EKS-04", "EKS-05", "EKS-06", "EKS-10", "KMS-06")
def test_nodes_are_in_every_respect_what_was_ordered():
    ordered = NodeGroupConfig(
        instance_types=("m7g.large",),
        min=1,
        desired=2,
        max=3,
        capacity="spot",
        tenancy="dedicated",
        disk_gb=200,
        ami_type="AL2023_ARM_64_STANDARD",
        labels={"workload": "batch"},
        taints=(TaintConfig(key="batch", value="yes", effect="NoExecute"),),
        enclave=True,
        schedules={"nights": ScheduleConfig(cron="cron(0 20 ? * MON-FRI *)", min=1)},
    )
    made = asdict(nodes(ordered))
    taint = asdict(Taint(**dict(ordered.taints[0])))
    expected = ordered.model_dump(exclude={"zones", "full", "schedules"})
    assert made == {**expected, "taints": [taint], "moving": ("desiredSize", "minSize")}
