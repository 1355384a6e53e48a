"""Storage, metrics and nodes: the small add-ons keep their promises."""

import pytest

from components.platform.autoscaler import ClusterAutoscaler, ClusterAutoscalerArgs
from components.platform.metrics import MetricsServer, MetricsServerArgs
from components.platform.storage import Storage, StorageArgs

RELEASE = "kubernetes:helm.sh/v3:Release"


@pytest.mark.req("EKS-08")
def test_a_claim_without_a_class_gets_an_encrypted_gp3_volume(build):
    storage = build(lambda: Storage("storage", StorageArgs(kms_key_arn="key-arn")))
    inputs = storage.one("kubernetes:storage.k8s.io/v1:StorageClass").inputs
    assert inputs["metadata"] == {
        "name": "gp3",
        "annotations": {"storageclass.kubernetes.io/is-default-class": "true"},
    }
    assert inputs["provisioner"] == "ebs.csi.aws.com"
    assert inputs["parameters"] == {"type": "gp3", "encrypted": "true", "kmsKeyId": "key-arn"}
    assert inputs["volumeBindingMode"] == "WaitForFirstConsumer"


@pytest.mark.req("EKS-09")
def test_metrics_are_served_under_a_certificate_that_is_verified(build):
    engine = build(lambda: MetricsServer("metrics", MetricsServerArgs(replicas=2)))
    values = engine.one(RELEASE).inputs["values"]
    assert values["apiService"] == {"insecureSkipTLSVerify": False}
    assert values["podDisruptionBudget"] == {"enabled": True, "minAvailable": 1}


@pytest.mark.req("EKS-09", "COST-01")
def test_the_autoscaler_scales_its_own_cluster_as_its_own_role(build):
    args = ClusterAutoscalerArgs(cluster_name="dev-platform", region="us-east-1", role_arn="role-arn")
    values = build(lambda: ClusterAutoscaler("autoscaler", args)).one(RELEASE).inputs["values"]
    assert values["autoDiscovery"] == {"clusterName": "dev-platform"}
    assert values["awsRegion"] == "us-east-1"
    assert values["rbac"]["serviceAccount"] == {
        "name": "cluster-autoscaler",
        "annotations": {"eks.amazonaws.com/role-arn": "role-arn"},
    }
    assert values["extraArgs"] == {"balance-similar-node-groups": True, "expander": "least-waste"}


@pytest.mark.req("C-36")
def test_under_pod_identity_the_autoscalers_account_names_no_role(build):
    args = ClusterAutoscalerArgs(cluster_name="dev-platform", region="us-east-1", role_arn=None)
    values = build(lambda: ClusterAutoscaler("autoscaler", args)).one(RELEASE).inputs["values"]
    assert values["rbac"]["serviceAccount"] == {"name": "cluster-autoscaler", "annotations": {}}
