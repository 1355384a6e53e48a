"""The control plane: who reaches it, what it encrypts, what it tells."""

import json
from ipaddress import IPv4Network

import pytest

from tests.components.aws.parts import cluster

CLUSTER = "aws:eks/cluster:Cluster"
OFFICE = IPv4Network("203.0.113.0/24")


def public():
    return cluster(public_cidrs=[OFFICE])


def protected():
    return cluster(deletion_protection=True)


@pytest.mark.req("EKS-02")
def test_the_api_is_private_unless_networks_are_named(built):
    vpc = built(cluster).one(CLUSTER).inputs["vpcConfig"]
    assert (vpc["endpointPrivateAccess"], vpc["endpointPublicAccess"]) == (True, False)
    assert "publicAccessCidrs" not in vpc


@pytest.mark.req("EKS-02")
def test_a_public_api_stays_private_too_and_is_open_to_named_networks_only(built):
    vpc = built(public).one(CLUSTER).inputs["vpcConfig"]
    assert (vpc["endpointPrivateAccess"], vpc["endpointPublicAccess"]) == (True, True)
    assert vpc["publicAccessCidrs"] == ["203.0.113.0/24"]


@pytest.mark.req("EKS-03")
def test_secrets_are_sealed_with_the_clusters_own_key(built):
    engine = built(cluster)
    key = engine.one("aws:kms/key:Key", "keys-eks").outputs["arn"]
    assert engine.one(CLUSTER).inputs["encryptionConfig"] == {"provider": {"keyArn": key}, "resources": ["secrets"]}


@pytest.mark.req("KMS-02")
def test_the_control_planes_role_can_seal_and_open_secrets_and_nothing_more_with_the_key(built):
    engine = built(cluster)
    key = engine.one("aws:kms/key:Key", "keys-eks").outputs["arn"]
    policy = json.loads(engine.one("aws:iam/rolePolicy:RolePolicy").inputs["policy"])
    actions = ["kms:Encrypt", "kms:Decrypt", "kms:DescribeKey", "kms:CreateGrant"]
    assert policy["Statement"] == [{"Effect": "Allow", "Action": actions, "Resource": key}]
    managed = engine.one("aws:iam/rolePolicyAttachment:RolePolicyAttachment").inputs["policyArn"]
    assert managed == "arn:aws:iam::aws:policy/AmazonEKSClusterPolicy"


@pytest.mark.req("NET-12")
def test_the_control_plane_may_make_interfaces_for_pods_where_they_have_groups_of_their_own(built):
    attached = built(lambda: cluster(pod_interfaces=True)).of("aws:iam/rolePolicyAttachment:RolePolicyAttachment")
    assert {each.inputs["policyArn"] for each in attached} == {
        "arn:aws:iam::aws:policy/AmazonEKSClusterPolicy",
        "arn:aws:iam::aws:policy/AmazonEKSVPCResourceController",
    }


@pytest.mark.req("EKS-08", "IAM-05")
def test_all_five_logs_go_to_a_group_that_stands_encrypted_before_the_cluster(built):
    engine = built(cluster)
    group = engine.one("aws:cloudwatch/logGroup:LogGroup")
    control = engine.one(CLUSTER)
    assert control.inputs["enabledClusterLogTypes"] == [
        "api",
        "audit",
        "authenticator",
        "controllerManager",
        "scheduler",
    ]
    assert group.inputs["name"] == "/aws/eks/dev-platform/cluster"
    assert group.inputs["retentionInDays"] == 30
    assert group.inputs["kmsKeyId"] == engine.one("aws:kms/key:Key", "keys-logs").outputs["arn"]
    assert group.urn in control.depends_on


@pytest.mark.req("IAM-04", "IAM-05")
def test_nobody_gets_in_without_an_entry_not_even_the_creator(built):
    assert built(cluster).one(CLUSTER).inputs["accessConfig"] == {
        "authenticationMode": "API",
        "bootstrapClusterCreatorAdminPermissions": False,
    }


@pytest.mark.req("EKS-08")
def test_no_addon_is_left_unmanaged(built):
    assert built(cluster).one(CLUSTER).inputs["bootstrapSelfManagedAddons"] is False


@pytest.mark.req("EKS-01", "C-16")
def test_name_version_and_service_network_are_settings(built):
    inputs = built(cluster).one(CLUSTER).inputs
    assert (inputs["name"], inputs["version"]) == ("dev-platform", "1.35")
    assert inputs["kubernetesNetworkConfig"] == {"serviceIpv4Cidr": "172.20.0.0/16"}


@pytest.mark.req("C-16")
def test_no_version_is_kept_beyond_its_standard_support(built):
    assert built(cluster).one(CLUSTER).inputs["upgradePolicy"] == {"supportType": "STANDARD"}


def test_a_protected_cluster_cannot_be_deleted_by_mistake(built):
    assert built(cluster).one(CLUSTER).inputs["deletionProtection"] is False
    assert built(protected).one(CLUSTER).inputs["deletionProtection"] is True


@pytest.mark.req("IAM-01")
def test_service_accounts_prove_themselves_through_the_clusters_own_issuer(built):
    engine = built(cluster)
    provider = engine.one("aws:iam/openIdConnectProvider:OpenIdConnectProvider").inputs
    assert provider["url"] == engine.one(CLUSTER).outputs["identities"][0]["oidcs"][0]["issuer"]
    assert provider["clientIdLists"] == ["sts.amazonaws.com"]


def test_the_role_keeps_its_policies_as_long_as_the_cluster_stands(built):
    engine = built(cluster)
    needed = [
        *engine.of("aws:iam/rolePolicy:RolePolicy"),
        *engine.of("aws:iam/rolePolicyAttachment:RolePolicyAttachment"),
    ]
    assert {record.urn for record in needed} <= set(engine.one(CLUSTER).depends_on)
