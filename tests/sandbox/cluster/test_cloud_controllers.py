"""Load balancers and volumes: what the cluster asks for is in the cloud, and goes with the objects that asked."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest

from sandbox.cluster.cloud import Cloud
from sandbox.cluster.control_plane import ControlPlane
from sandbox.cluster.controllers import once
from sandbox.cluster.load_balancers import FINALIZER
from sandbox.cluster.volumes import gibibytes
from sandbox.home import Home

SPACE = "cloud-controllers"
META = {"name": "it", "namespace": SPACE}
SERVICE = {"apiVersion": "v1", "kind": "Service", "metadata": META}
CLAIM = {"apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": META}


class InThisProcess(Cloud):
    """The cluster's account on the AWS of the test."""

    def __init__(self) -> None:
        self.account, self.region, self.cluster = "123456789012", "us-east-1", "test"
        self.endpoint = None  # type: ignore[assignment]  requests are answered inside the test
        self.session = boto3.Session(region_name="us-east-1")


@pytest.fixture
def cloud(local_aws: None) -> Cloud:
    """With a cluster in the default network."""
    found = InThisProcess()
    who = {"Effect": "Allow", "Principal": {"Service": "eks.amazonaws.com"}, "Action": "sts:AssumeRole"}
    trust = json.dumps({"Version": "2012-10-17", "Statement": [who]})
    role = found.client("iam").create_role(RoleName="cluster", AssumeRolePolicyDocument=trust)
    subnets = [each["SubnetId"] for each in found.client("ec2").describe_subnets()["Subnets"][:2]]
    network = {"subnetIds": subnets}
    found.client("eks").create_cluster(name="test", roleArn=role["Role"]["Arn"], resourcesVpcConfig=network)
    return found


@pytest.fixture
def space(plane: ControlPlane) -> Iterator[ControlPlane]:
    """The cluster with a namespace for the test."""
    namespace = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": SPACE}}
    plane.api.apply(namespace, "test")
    yield plane
    for each in (SERVICE, CLAIM):
        if plane.api.live(each):
            plane.api.patch(each, {"metadata": {"finalizers": None}})
            plane.api.delete(each)


def service(kind: str, **annotations: str) -> dict[str, Any]:
    meta = META | {"annotations": {f"service.beta.kubernetes.io/{key}": value for key, value in annotations.items()}}
    ports = [{"name": "http", "port": 80}, {"name": "https", "port": 443}]
    return SERVICE | {"metadata": meta, "spec": {"type": kind, "selector": {"app": "it"}, "ports": ports}}


def live(plane: ControlPlane, obj: dict[str, Any]) -> dict[str, Any]:
    found = plane.api.live(obj)
    assert found is not None
    return found


@pytest.mark.engine
def test_a_service_gets_a_load_balancer_that_goes_before_the_service_does(space: ControlPlane, cloud: Cloud):
    elb = cloud.client("elbv2")
    space.api.apply(service("LoadBalancer", **{"aws-load-balancer-scheme": "internal"}), "test")
    assert once(space.api, cloud) == []
    (balancer,) = elb.describe_load_balancers()["LoadBalancers"]
    assert live(space, SERVICE)["status"]["loadBalancer"]["ingress"][0]["hostname"] == balancer["DNSName"]
    assert (balancer["Type"], balancer["Scheme"]) == ("network", "internal")
    tags = elb.describe_tags(ResourceArns=[balancer["LoadBalancerArn"]])["TagDescriptions"][0]["Tags"]
    assert {tag["Key"]: tag["Value"] for tag in tags} == {
        "kubernetes.io/cluster/test": "owned",
        "kubernetes.io/service-name": f"{SPACE}/it",
    }
    listeners = elb.describe_listeners(LoadBalancerArn=balancer["LoadBalancerArn"])["Listeners"]
    assert sorted(listener["Port"] for listener in listeners) == [80, 443]
    assert once(space.api, cloud) == []
    assert elb.describe_load_balancers()["LoadBalancers"] == [balancer]

    space.api.delete(SERVICE)
    assert live(space, SERVICE)["metadata"]["finalizers"] == [FINALIZER]
    assert once(space.api, cloud) == []
    assert space.api.live(SERVICE) is None
    assert elb.describe_load_balancers()["LoadBalancers"] == []
    assert elb.describe_target_groups()["TargetGroups"] == []


@pytest.mark.engine
def test_a_service_that_wants_none_any_more_loses_its_load_balancer(space: ControlPlane, cloud: Cloud):
    space.api.apply(service("LoadBalancer"), "test")
    once(space.api, cloud)
    space.api.apply(service("ClusterIP"), "test")
    assert once(space.api, cloud) == []
    assert cloud.client("elbv2").describe_load_balancers()["LoadBalancers"] == []
    assert "finalizers" not in live(space, SERVICE)["metadata"]


@pytest.mark.engine
def test_a_cloud_that_fails_is_told_and_tried_again(space: ControlPlane, cloud: Cloud):
    space.api.apply(service("LoadBalancer"), "test")
    cloud.cluster = "gone"
    (failure,) = once(space.api, cloud)
    assert failure.startswith("Service it: An error occurred (ResourceNotFoundException) when calling the DescribeClu")
    cloud.cluster = "test"
    assert once(space.api, cloud) == []


@pytest.mark.engine
def test_a_claim_gets_a_volume_in_the_zone_of_its_pod_and_leaves_none(
    space: ControlPlane, cloud: Cloud, until: Callable[..., None]
):
    ec2 = cloud.client("ec2")
    kept = ec2.describe_volumes()["Volumes"]
    class_ = {"apiVersion": "storage.k8s.io/v1", "kind": "StorageClass", "metadata": {"name": "fast"}}
    parameters = {"type": "gp3", "encrypted": "true", "iops": "4000"}
    mode = {"volumeBindingMode": "WaitForFirstConsumer"}
    space.api.apply({**class_, "provisioner": "ebs.csi.aws.com", "parameters": parameters, **mode}, "test")
    request = {"resources": {"requests": {"storage": "1500Mi"}}, "accessModes": ["ReadWriteOnce"]}
    space.api.apply({**CLAIM, "spec": {"storageClassName": "fast", **request}}, "test")
    assert once(space.api, cloud) == []
    assert ec2.describe_volumes()["Volumes"] == kept

    volumes = [{"name": "data", "persistentVolumeClaim": {"claimName": "it"}}]
    containers = [{"name": "app", "image": "example:1", "volumeMounts": [{"name": "data", "mountPath": "/data"}]}]
    pod = {"apiVersion": "v1", "kind": "Pod", "metadata": META}
    until(lambda: space.api.get("v1", "ServiceAccount", "default", SPACE))
    space.api.apply({**pod, "spec": {"containers": containers, "volumes": volumes}}, "test")
    until(lambda: once(space.api, cloud) == [] and live(space, CLAIM)["status"]["phase"] == "Bound")
    until(lambda: live(space, pod)["status"]["phase"] == "Running")
    (made,) = [volume for volume in ec2.describe_volumes()["Volumes"] if volume not in kept]
    node = live(space, {"apiVersion": "v1", "kind": "Node", "metadata": {"name": live(space, pod)["spec"]["nodeName"]}})
    assert made["AvailabilityZone"] == node["metadata"]["labels"]["topology.kubernetes.io/zone"]
    assert (made["Size"], made["VolumeType"], made["Encrypted"], made["Iops"]) == (2, "gp3", True, 4000)

    space.api.delete(pod)
    space.api.delete(CLAIM)
    until(lambda: once(space.api, cloud) == [] and ec2.describe_volumes()["Volumes"] == kept)
    space.api.delete(class_)


def test_quantities_are_sold_in_whole_gibibytes():
    assert [gibibytes(text) for text in ("10Gi", "1500Mi", "1G", "1073741825", "0.5Ti")] == [10, 2, 1, 2, 512]


def test_account_region_and_cluster_are_read_from_the_control_planes_name(tmp_path: Path):
    home = Home(tmp_path)
    home.address.write_text("http://127.0.0.1:1\n")
    cloud = Cloud(home, "000000000101-us-gov-west-1-gov-platform")
    assert (cloud.account, cloud.region, cloud.cluster) == ("000000000101", "us-gov-west-1", "gov-platform")
    assert cloud.endpoint == "http://127.0.0.1:1"
    message = "^nothing is no <account>-<region>-<cluster>; start the controllers through the local AWS$"
    with pytest.raises(ValueError, match=message):
        Cloud(home, "nothing")
