"""Nodes: an encrypted disk, guarded credentials, and a size that the autoscaler owns."""

from dataclasses import replace
from functools import partial

import pytest

from components.aws.cluster_network import ClusterNetwork, ClusterNetworkArgs
from components.aws.node_group import NodeGroup, NodeGroupArgs, Nodes, Taint
from tests.components.aws.parts import CIDR, HERE, cluster, ground, keys

GROUP, TEMPLATE = "aws:eks/nodeGroup:NodeGroup", "aws:ec2/launchTemplate:LaunchTemplate"
GENERAL = Nodes(
    instance_types=("m5.xlarge",), min=3, desired=4, max=6, labels={"workload": "general", "compliance": "pci-dss"}
)
TAGS = {"Environment": "dev", "CostCenter": "platform-engineering"}


def program(nodes):
    base = ground()
    control = cluster(base)
    disk = keys("ebs", name="disk-keys", prefix="disk").arns["ebs"]
    groups = ClusterNetwork("net", ClusterNetworkArgs(cluster="dev-platform", vpc_id=base.vpc_id, cidr=CIDR))
    args = NodeGroupArgs(
        cluster="dev-platform",
        group="general",
        place=HERE,
        cluster_name=control.name,
        version="1.35",
        subnet_ids=base.subnet_ids,
        security_group_ids=[groups.node_group_id],
        disk_key_arn=disk,
        nodes=nodes,
        tags=TAGS,
    )
    return NodeGroup("nodes-general", args)


def general():
    return program(GENERAL)


def special():
    taint = Taint(key="dedicated", value="consensus", effect="NoExecute")
    return program(
        Nodes(
            instance_types=("m5.2xlarge",),
            min=0,
            desired=0,
            max=2,
            capacity="spot",
            tenancy="dedicated",
            disk_gb=200,
            taints=(taint,),
            enclave=True,
        )
    )


@pytest.mark.req("EKS-04", "C-16")
def test_the_general_group_is_as_ordered_on_demand_on_amazon_linux_2023(built):
    inputs = built(general).one(GROUP).inputs
    assert inputs["scalingConfig"] == {"minSize": 3, "desiredSize": 4, "maxSize": 6}
    assert inputs["instanceTypes"] == ["m5.xlarge"]
    assert inputs["capacityType"] == "ON_DEMAND"
    assert inputs["amiType"] == "AL2023_x86_64_STANDARD"
    assert inputs["labels"] == {"workload": "general", "compliance": "pci-dss"}
    assert not inputs.get("taints")


@pytest.mark.req("EKS-09", "COST-01")
def test_the_number_of_nodes_belongs_to_the_autoscaler_once_the_group_stands(built):
    assert built(general).one(GROUP).options["ignore_changes"] == ["scalingConfig.desiredSize"]
    bounded = built(partial(program, replace(GENERAL, moving=())))
    assert bounded.one(GROUP).options.get("ignore_changes", []) == []


@pytest.mark.req("EKS-05")
def test_the_root_disk_is_encrypted_with_the_disk_key_and_goes_with_its_node(built):
    engine = built(general)
    assert engine.one(TEMPLATE).inputs["blockDeviceMappings"] == [
        {
            "deviceName": "/dev/xvda",
            "ebs": {
                "volumeSize": 100,
                "volumeType": "gp3",
                "encrypted": "true",
                "kmsKeyId": engine.one("aws:kms/key:Key", "disk-keys-ebs").outputs["arn"],
                "deleteOnTermination": "true",
            },
        }
    ]


@pytest.mark.req("EKS-08")
def test_pods_cannot_read_the_nodes_credentials(built):
    assert built(general).one(TEMPLATE).inputs["metadataOptions"] == {
        "httpEndpoint": "enabled",
        "httpTokens": "required",
        "httpPutResponseHopLimit": 1,
    }


@pytest.mark.req("EKS-06")
def test_tenancy_is_shared_unless_ordered_otherwise(built):
    assert built(general).one(TEMPLATE).inputs["placement"] == {"tenancy": "default"}
    assert built(special).one(TEMPLATE).inputs["placement"] == {"tenancy": "dedicated"}


@pytest.mark.req("KMS-06")
def test_enclaves_are_there_for_those_who_order_them(built):
    assert "enclaveOptions" not in built(general).one(TEMPLATE).inputs
    assert built(special).one(TEMPLATE).inputs["enclaveOptions"] == {"enabled": True}


@pytest.mark.req("EKS-10", "COST-01")
def test_capacity_disk_and_taints_are_settings(built):
    engine = built(special)
    inputs = engine.one(GROUP).inputs
    assert inputs["capacityType"] == "SPOT"
    assert inputs["taints"] == [{"key": "dedicated", "value": "consensus", "effect": "NO_EXECUTE"}]
    assert inputs["instanceTypes"] == ["m5.2xlarge"]
    assert engine.one(TEMPLATE).inputs["blockDeviceMappings"][0]["ebs"]["volumeSize"] == 200


def test_nodes_start_from_the_newest_template_in_the_named_group(built):
    engine = built(general)
    template = engine.one(TEMPLATE)
    nodes = engine.one("aws:ec2/securityGroup:SecurityGroup", "net-nodes")
    launched = engine.one(GROUP).inputs["launchTemplate"]
    assert launched == {"id": template.id, "version": str(template.outputs["latestVersion"])}
    assert template.inputs["vpcSecurityGroupIds"] == [nodes.id]


@pytest.mark.req("PLT-04")
def test_what_a_node_brings_along_is_tagged_like_everything_else(built):
    specified = built(general).one(TEMPLATE).inputs["tagSpecifications"]
    assert [spec["resourceType"] for spec in specified] == ["instance", "volume", "network-interface"]
    assert all(spec["tags"] == TAGS | {"Name": "dev-platform-general"} for spec in specified)


@pytest.mark.req("IAM-02")
def test_a_node_may_join_and_pull_and_nothing_else(built):
    engine = built(general)
    role = engine.one("aws:iam/role:Role", "nodes-general")
    attached = [
        record.inputs["policyArn"].rsplit("/", 1)[-1]
        for record in engine.of("aws:iam/rolePolicyAttachment:RolePolicyAttachment")
        if record.inputs["role"] == role.outputs["name"]
    ]
    assert sorted(attached) == ["AmazonEC2ContainerRegistryPullOnly", "AmazonEKSWorkerNodePolicy"]
    assert [
        r.name for r in engine.of("aws:iam/rolePolicy:RolePolicy") if r.inputs["role"] == role.outputs["name"]
    ] == []


@pytest.mark.req("NET-05")
def test_load_balancer_controllers_find_one_group_of_the_nodes_to_open_ports_in(built):
    groups = {r.inputs["name"]: r.inputs["tags"] for r in built(general).of("aws:ec2/securityGroup:SecurityGroup")}
    owned = {name for name, tags in groups.items() if tags.get("kubernetes.io/cluster/dev-platform") == "owned"}
    assert owned == {"dev-platform-nodes"}


@pytest.mark.req("EKS-07", "NET-12")
def test_nodes_and_control_plane_meet_each_other_and_nobody_else(built):
    engine = built(general)
    groups = {r.id: r.inputs["name"] for r in engine.of("aws:ec2/securityGroup:SecurityGroup")}

    def rules(direction):
        token = f"aws:vpc/securityGroup{direction}Rule:SecurityGroup{direction}Rule"
        found = {}
        for record in engine.of(token):
            said = record.inputs
            peer = said.get("cidrIpv4") or groups[said["referencedSecurityGroupId"]]
            ports = (said["ipProtocol"], said.get("fromPort"), said.get("toPort"))
            found.setdefault(groups[said["securityGroupId"]], set()).add((peer, *ports))
        return found

    control, nodes = "dev-platform-cluster", "dev-platform-nodes"
    assert rules("Ingress") == {
        control: {(nodes, "tcp", 443, 443), (nodes, "tcp", 1025, 65535)},
        nodes: {(control, "-1", None, None), (nodes, "-1", None, None)},
    }
    assert rules("Egress") == {
        control: {(nodes, "-1", None, None)},
        nodes: {
            (control, "tcp", 443, 443),
            (nodes, "-1", None, None),
            ("10.16.0.0/16", "tcp", 53, 53),
            ("10.16.0.0/16", "udp", 53, 53),
        },
    }
