"""Clusters of the local EKS: when they are there, when they go, and what they refuse."""

from collections.abc import Callable
from typing import Any

import pytest

from sandbox.providers.aws.asking import wait
from sandbox.providers.aws.eks import READY
from sandbox.providers.protocol import PartialError
from tests.sandbox.aws_world import REGION, World, ref
from tests.sandbox.eks.asking import FakePlanes, create, group_request, refused


def test_a_cluster_is_creating_until_its_control_plane_answers(
    world: World, api: Any, planes: Callable[..., FakePlanes]
) -> None:
    fake = planes()
    assert create(api, world)["status"] == "CREATING"
    assert "endpoint" not in api.describe_cluster(name="one")["cluster"]
    fake.ready.set()
    wait(lambda: api.describe_cluster(name="one")["cluster"], READY, "eks", "one")
    cluster = api.describe_cluster(name="one")["cluster"]
    assert (cluster["endpoint"], cluster["certificateAuthority"]["data"]) == ("https://127.0.0.1:6443", "Y2E=")
    assert fake.calls == [("start", "123456789012", REGION, "one")]


def test_a_control_plane_that_fails_is_told_with_its_reason(world: World, planes: Callable[..., FakePlanes]) -> None:
    inputs = {"name": "one", "roleArn": world.roles[0]["arn"], "vpcConfig": {"subnetIds": world.subnets}}
    planes("etcd did not start").ready.set()
    named = ref("aws:eks/cluster:Cluster")
    with pytest.raises(PartialError) as error:
        world.aws.create(named, world.aws.check(named, inputs, {}), preview=False)
    assert error.value.id == "one"
    assert error.value.reasons == ["EKS says that one is FAILED: RuntimeError: etcd did not start"]


def test_a_control_plane_that_is_late_is_started_again(
    world: World, api: Any, planes: Callable[..., FakePlanes]
) -> None:
    fake = planes("no answer yet", times=2)
    fake.ready.set()
    create(api, world)
    wait(lambda: api.describe_cluster(name="one")["cluster"], READY, "eks", "one")
    assert [call[0] for call in fake.calls] == ["start"]


def test_a_cluster_with_node_groups_or_under_protection_is_not_deleted(world: World, api: Any) -> None:
    create(api, world, deletionProtection=True)
    assert refused(api.delete_cluster, name="one") == (
        "InvalidRequestException: Cluster one is protected from deletion; update its deletionProtection first"
    )
    api.update_cluster_config(name="one", deletionProtection=False)
    api.create_nodegroup(**group_request(world))
    assert refused(api.delete_cluster, name="one") == "ResourceInUseException: Cluster has nodegroups attached"


def test_a_cluster_that_goes_leaves_no_security_group(world: World, api: Any) -> None:
    group = create(api, world)["resourcesVpcConfig"]["clusterSecurityGroupId"]
    groups = world.aws._cloud({})("ec2").describe_security_groups
    assert groups(GroupIds=[group])["SecurityGroups"][0]["VpcId"] == world.vpc
    api.delete_cluster(name="one")
    assert refused(groups, GroupIds=[group]).startswith("InvalidGroup.NotFound")


def test_versions_move_one_minor_at_a_time_and_nodes_never_run_ahead(world: World, api: Any) -> None:
    create(api, world, version="1.33")
    api.create_nodegroup(**group_request(world))
    assert refused(api.update_cluster_version, name="one", version="1.35") == (
        "InvalidParameterException: Unsupported Kubernetes minor version update from 1.33 to 1.35"
    )
    where = {"clusterName": "one", "nodegroupName": "general"}
    assert refused(api.update_nodegroup_version, **where, version="1.34") == (
        "InvalidParameterException: Requested Nodegroup version 1.34 is newer than the cluster's 1.33"
    )


def test_what_eks_is_told_of_must_exist(world: World, api: Any) -> None:
    create(api, world)
    nobody = "arn:aws:iam::123456789012:role/nobody"
    key = f"arn:aws:kms:{REGION}:123456789012:key/0a"
    vpc = {"subnetIds": world.subnets}
    missing = "InvalidParameterException: Role provided in the request does not exist: " + nobody
    again = {"name": "two", "roleArn": world.roles[0]["arn"]}
    assert refused(api.create_cluster, **again | {"roleArn": nobody}, resourcesVpcConfig=vpc) == missing
    assert refused(api.create_nodegroup, **group_request(world, nodeRole=nobody)) == missing
    assert refused(api.create_addon, clusterName="one", addonName="coredns", serviceAccountRoleArn=nobody) == missing
    identity = {"clusterName": "one", "namespace": "a", "serviceAccount": "b", "roleArn": nobody}
    assert refused(api.create_pod_identity_association, **identity) == missing
    assert refused(api.create_access_entry, clusterName="one", principalArn=nobody) == (
        f"InvalidParameterException: The specified principalArn is invalid: {nobody}"
    )
    assert refused(api.create_addon, clusterName="two", addonName="coredns") == (
        "ResourceNotFoundException: No cluster found for name: two."
    )
    assert refused(api.create_cluster, **again, resourcesVpcConfig={"subnetIds": ["subnet-0a"]}) == (
        "InvalidParameterException: The subnet ID 'subnet-0a' does not exist"
    )
    encryption = [{"provider": {"keyArn": key}, "resources": ["secrets"]}]
    assert refused(api.create_cluster, **again, resourcesVpcConfig=vpc, encryptionConfig=encryption) == (
        f"InvalidParameterException: The keyArn in encryptionConfig provider {key} is invalid"
    )
