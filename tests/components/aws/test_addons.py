"""Add-ons carry the least that they need, under their own identity."""

import json

import pytest

from components.aws.addons import Addon, AddonArgs, volume_key_policy
from tests.components.aws.parts import cluster, identity

ADDON, ROLE = "aws:eks/addon:Addon", "aws:iam/role:Role"


def cni(kind):
    args = AddonArgs(
        addon="vpc-cni",
        identity=identity(kind, cluster()),
        service_account="aws-node",
        managed=["AmazonEKS_CNI_Policy"],
        configuration={"enableNetworkPolicy": "true"},
    )
    return Addon("addon", args)


def proxy():
    return Addon("addon", AddonArgs(addon="kube-proxy", identity=identity("irsa", cluster())))


@pytest.mark.req("EKS-08")
def test_the_cni_enforces_network_policies_under_a_role_of_its_own(built):
    engine = built(cni, "irsa")
    addon = engine.one(ADDON).inputs
    role = engine.one(ROLE, "addon")
    assert addon["addonName"] == "vpc-cni"
    assert json.loads(addon["configurationValues"]) == {"enableNetworkPolicy": "true"}
    assert addon["serviceAccountRoleArn"] == role.outputs["arn"]
    subject = next(iter(json.loads(role.inputs["assumeRolePolicy"])["Statement"]))["Condition"]["StringEquals"]
    assert "system:serviceaccount:kube-system:aws-node" in subject.values()


@pytest.mark.req("C-36")
def test_under_pod_identity_the_addon_associates_its_own_role(built):
    engine = built(cni, "pod_identity")
    addon = engine.one(ADDON).inputs
    role = engine.one(ROLE, "addon").outputs["arn"]
    assert addon["podIdentityAssociations"] == [{"roleArn": role, "serviceAccount": "aws-node"}]
    assert "serviceAccountRoleArn" not in addon
    assert engine.none_of("aws:eks/podIdentityAssociation:PodIdentityAssociation")


def test_an_addon_without_a_service_account_has_no_role(built):
    engine = built(proxy)
    assert [record.name for record in engine.of(ROLE)] == ["cluster"]
    assert "serviceAccountRoleArn" not in engine.one(ADDON).inputs
    assert "configurationValues" not in engine.one(ADDON).inputs


def test_what_somebody_changed_by_hand_is_overwritten(built):
    addon = built(proxy).one(ADDON).inputs
    assert (addon["resolveConflictsOnCreate"], addon["resolveConflictsOnUpdate"]) == ("OVERWRITE", "OVERWRITE")


@pytest.mark.req("IAM-01", "IAM-02", "EKS-08")
def test_the_volume_controller_grants_the_disk_key_to_aws_resources_only():
    use, grant = json.loads(volume_key_policy("arn:aws:kms:us-east-1:1:key/k"))["Statement"]
    assert use["Resource"] == grant["Resource"] == "arn:aws:kms:us-east-1:1:key/k"
    assert "kms:CreateGrant" not in use["Action"]
    assert grant["Action"] == ["kms:CreateGrant", "kms:ListGrants", "kms:RevokeGrant"]
    assert grant["Condition"] == {"Bool": {"kms:GrantIsForAWSResource": "true"}}
