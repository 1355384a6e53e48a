"""The way in to a private API: through Session Manager, with no door to the street."""

import json

import pytest

from components.aws.cluster_network import ClusterNetwork, ClusterNetworkArgs
from components.aws.runner import Runner, RunnerArgs
from tests.components.aws.parts import CIDR, HERE, cluster, ground

INSTANCE, TEMPLATE = "aws:ec2/instance:Instance", "aws:ec2/launchTemplate:LaunchTemplate"


def program():
    base = ground()
    control = cluster(base)
    groups = ClusterNetwork("net", ClusterNetworkArgs(cluster="dev-platform", vpc_id=base.vpc_id, cidr=CIDR))
    args = RunnerArgs(
        cluster="dev-platform",
        place=HERE,
        vpc_id=base.vpc_id,
        cidr=CIDR,
        subnet_id=base.subnet_ids["us-east-1a"],
        cluster_group_id=groups.cluster_group_id,
        cluster_arn=control.arn,
        disk_key_arn="alias/aws/ebs",
        tags={"Environment": "dev"},
    )
    return Runner("runner", args)


@pytest.mark.req("EKS-02", "NET-12")
def test_the_instance_lets_nobody_in_and_speaks_https_within_the_vpc_only(built):
    engine = built(program)
    group = engine.one("aws:ec2/securityGroup:SecurityGroup", "runner").id
    ingress, egress = (
        [r.inputs for r in engine.of(f"aws:vpc/securityGroup{way}Rule:SecurityGroup{way}Rule")]
        for way in ("Ingress", "Egress")
    )
    assert [rule for rule in ingress if rule["securityGroupId"] == group] == []
    (out,) = [rule for rule in egress if rule["securityGroupId"] == group]
    assert (out["cidrIpv4"], out["ipProtocol"], out["fromPort"], out["toPort"]) == ("10.16.0.0/16", "tcp", 443, 443)


@pytest.mark.req("EKS-02")
def test_the_api_answers_the_runner(built):
    engine = built(program)
    rule = engine.one("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule", "runner-api").inputs
    assert rule["securityGroupId"] == engine.one("aws:ec2/securityGroup:SecurityGroup", "net-cluster").id
    assert rule["referencedSecurityGroupId"] == engine.one("aws:ec2/securityGroup:SecurityGroup", "runner").id
    assert (rule["ipProtocol"], rule["fromPort"], rule["toPort"]) == ("tcp", 443, 443)


@pytest.mark.req("EKS-02")
def test_the_instance_has_no_public_address_and_no_key_pair(built):
    engine = built(program)
    instance = engine.one(INSTANCE).inputs
    assert instance["subnetId"] == engine.one("aws:ec2/subnet:Subnet", "ground-us-east-1a").id
    assert instance["vpcSecurityGroupIds"] == [engine.one("aws:ec2/securityGroup:SecurityGroup", "runner").id]
    assert not {"keyName", "associatePublicIpAddress"} & set(instance)
    assert "keyName" not in engine.one(TEMPLATE).inputs


@pytest.mark.req("IAM-02")
def test_the_runner_may_talk_to_session_manager_and_find_its_cluster(built):
    engine = built(program)
    role = engine.one("aws:iam/role:Role", "runner").outputs["name"]
    attached = engine.one("aws:iam/rolePolicyAttachment:RolePolicyAttachment", "runner-AmazonSSMManagedInstanceCore")
    policy = json.loads(engine.one("aws:iam/rolePolicy:RolePolicy", "runner").inputs["policy"])
    arn = engine.one("aws:eks/cluster:Cluster").outputs["arn"]
    assert attached.inputs["role"] == role
    assert attached.inputs["policyArn"] == "arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore"
    assert policy["Statement"] == [{"Effect": "Allow", "Action": ["eks:DescribeCluster"], "Resource": arn}]
    assert engine.one("aws:iam/instanceProfile:InstanceProfile").inputs["role"] == role


@pytest.mark.req("KMS-05", "EKS-08")
def test_its_disk_is_encrypted_and_its_credentials_are_guarded(built):
    template = built(program).one(TEMPLATE).inputs
    (disk,) = template["blockDeviceMappings"]
    assert (disk["ebs"]["encrypted"], disk["ebs"]["kmsKeyId"]) == ("true", "alias/aws/ebs")
    assert template["metadataOptions"]["httpTokens"] == "required"
    assert template["metadataOptions"]["httpPutResponseHopLimit"] == 1
    assert template["tagSpecifications"] == [
        {"resourceType": "volume", "tags": {"Environment": "dev", "Name": "dev-platform-runner"}}
    ]
