"""What the laptop cloud adds to moto, asked the way that boto3, and so the AWS command line, asks it."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from infra.stacks.absent import is_missing
from sandbox.cloud import eks
from sandbox.cluster.nodes import NodeGroup
from sandbox.providers.aws.asking import wait, wait_gone
from sandbox.providers.aws.eks import READY
from sandbox.providers.aws.row import Wait
from sandbox.providers.protocol import PartialError, ProviderError
from tests.sandbox.aws_world import REGION, World, ref, tagging_provider

VIEW = "arn:aws:eks::aws:cluster-access-policy/AmazonEKSViewPolicy"


class FakePlanes:
    """Control planes that come up when `ready` is set, or fail so many times; they remember what they were asked."""

    def __init__(self, trouble: str = "", times: int = 99) -> None:
        self.ready, self.trouble, self.times = threading.Event(), trouble, times
        self.calls: list[Any] = []

    def _act(self, *call: Any) -> None:
        self.ready.wait()
        if self.trouble and self.times:
            self.times -= 1
            raise RuntimeError(self.trouble)
        self.calls.append(call)

    def start(self, account: str, region: str, cluster: str) -> tuple[str, str]:
        self._act("start", account, region, cluster)
        return "https://127.0.0.1:6443", "Y2E="

    def stop(self, account: str, region: str, cluster: str) -> None:
        self._act("stop", cluster)

    def apply_group(self, account: str, region: str, cluster: str, group: NodeGroup) -> None:
        self._act("apply", cluster, group)

    def remove_group(self, account: str, region: str, cluster: str, group: str) -> None:
        self._act("remove", cluster, group)


@pytest.fixture
def world(local_aws: None) -> World:
    """An account with nothing in it yet."""
    return World(tagging_provider())


@pytest.fixture
def api(world: World) -> Any:
    """A client of EKS in the world's account."""
    return world.aws._cloud({})("eks")


@pytest.fixture
def planes(monkeypatch: pytest.MonkeyPatch) -> Callable[..., FakePlanes]:
    """Puts control planes behind clusters, as the server does."""

    def put(trouble: str = "", times: int = 99) -> FakePlanes:
        fake = FakePlanes(trouble, times)
        monkeypatch.setattr(eks, "control_planes", fake)
        monkeypatch.setattr(eks, "PAUSES_SECONDS", (0, 0))
        return fake

    return put


def refused(call: Callable[..., object], **request: Any) -> str:
    """The code and message of the refusal that the call must meet."""
    with pytest.raises(ClientError) as error:
        call(**request)
    found = error.value.response["Error"]
    return f"{found['Code']}: {found['Message']}"


def create(api: Any, world: World, **more: Any) -> Any:
    """Ask for a cluster by boto3."""
    request = {"name": "one", "roleArn": world.roles[0]["arn"], "resourcesVpcConfig": {"subnetIds": world.subnets}}
    return api.create_cluster(**request, accessConfig={"authenticationMode": "API"}, **more)["cluster"]


def group_request(world: World, **more: Any) -> dict[str, Any]:
    """A node group of two zones."""
    request = {"clusterName": "one", "nodegroupName": "general", "nodeRole": world.roles[0]["arn"]}
    scaling = {"minSize": 1, "desiredSize": 3, "maxSize": 6}
    shape = {"subnets": world.subnets[:2], "instanceTypes": ["m5.xlarge"], "scalingConfig": scaling}
    return request | shape | more


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


def test_a_node_group_becomes_nodes_of_its_instance_type_and_zones(
    world: World, api: Any, planes: Callable[..., FakePlanes]
) -> None:
    create(api, world)
    disk = [{"deviceName": "/dev/xvda", "ebs": {"volumeSize": 100}}]
    template = world.make("LaunchTemplate", blockDeviceMappings=disk)
    fake = planes()
    taint = {"key": "team", "value": "payment", "effect": "NO_SCHEDULE"}
    request = group_request(world, launchTemplate={"id": template["id"], "version": "1"})
    assert (
        api.create_nodegroup(**request, labels={"tier": "general"}, taints=[taint])["nodegroup"]["status"] == "CREATING"
    )
    fake.ready.set()
    where = {"clusterName": "one", "nodegroupName": "general"}
    wait(lambda: api.describe_nodegroup(**where)["nodegroup"], READY, "eks", "general")
    (made,) = fake.calls
    assert made[2] == NodeGroup(
        name="general",
        instance_type="m5.xlarge",
        cpu=4,
        memory=16384,
        pods=58,
        zones=[f"{REGION}a", f"{REGION}b"],
        desired=3,
        region=REGION,
        account="123456789012",
        disk_gib=100,
        labels={"tier": "general"},
        taints=[{"key": "team", "value": "payment", "effect": "NoSchedule"}],
    )


@pytest.mark.parametrize(
    ("scaling", "why"),
    [
        ({"minSize": 4}, "Minimum capacity 4 can't be greater than desired size 3"),
        ({"maxSize": 2}, "desired capacity 3 can't be greater than max size 2"),
        ({"minSize": 4, "desiredSize": 4}, None),
    ],
)
def test_a_node_group_takes_no_bounds_that_its_nodes_lie_outside_of(
    world: World, api: Any, scaling: dict[str, int], why: str | None
) -> None:
    create(api, world)
    asked = group_request(world)
    misfit = asked["scalingConfig"] | scaling
    if why:
        assert refused(api.create_nodegroup, **asked | {"scalingConfig": misfit}) == f"InvalidParameterException: {why}"
    api.create_nodegroup(**asked)
    where = {"clusterName": "one", "nodegroupName": "general"}
    if why:
        said = refused(api.update_nodegroup_config, **where, scalingConfig=scaling)
        assert said == f"InvalidParameterException: {why}"
    else:
        api.update_nodegroup_config(**where, scalingConfig=scaling)
    found = api.describe_nodegroup(**where)["nodegroup"]["scalingConfig"]
    assert found == (asked["scalingConfig"] if why else misfit)


def test_the_groups_of_a_cluster_that_is_not_there_cannot_be_listed(world: World, api: Any) -> None:
    assert refused(api.list_nodegroups, clusterName="one").startswith("ResourceNotFoundException: No cluster found")
    create(api, world)
    api.create_nodegroup(**group_request(world))
    assert api.list_nodegroups(clusterName="one")["nodegroups"] == ["general"]


def test_the_providers_questions_about_groups_are_answered_or_say_that_there_is_nothing(world: World, api: Any) -> None:
    groups, group = (f"aws:eks/getNodeGroup{each}:getNodeGroup{each}" for each in ("s", ""))
    asked = {"clusterName": "one", "nodeGroupName": "general"}
    with pytest.raises(ProviderError) as nothing:
        world.aws.invoke(groups, asked)
    assert is_missing(nothing.value)
    create(api, world)
    assert world.aws.invoke(groups, asked)["names"] == []
    with pytest.raises(ProviderError) as nothing:
        world.aws.invoke(group, asked)
    assert is_missing(nothing.value)
    api.create_nodegroup(**group_request(world), tags={"Name": "one-general"})
    assert world.aws.invoke(groups, asked)["names"] == ["general"]
    found = world.aws.invoke(group, asked)
    assert found["scalingConfigs"] == [{"minSize": 1, "desiredSize": 3, "maxSize": 6}]
    assert found["tags"] == {"Name": "one-general"}


def test_a_node_group_that_grows_or_goes_takes_its_nodes_along(
    world: World, api: Any, planes: Callable[..., FakePlanes]
) -> None:
    create(api, world)
    fake = planes()
    fake.ready.set()
    where = {"clusterName": "one", "nodegroupName": "general"}
    api.create_nodegroup(**group_request(world))
    wait(lambda: api.describe_nodegroup(**where)["nodegroup"], READY, "eks", "general")
    update = api.update_nodegroup_config(**where, scalingConfig={"desiredSize": 5})["update"]
    query = {"name": "one", "nodegroupName": "general", "updateId": update["id"]}
    wait(lambda: api.describe_update(**query)["update"], Wait("InProgress", "Successful"), "eks", "the update")
    api.delete_nodegroup(**where)
    wait_gone(lambda: api.describe_nodegroup(**where)["nodegroup"], READY, "eks", "general")
    api.delete_cluster(name="one")
    wait_gone(lambda: api.describe_cluster(name="one")["cluster"], READY, "eks", "one")
    assert [call[2].desired for call in fake.calls if call[0] == "apply"] == [3, 5]
    assert [call for call in fake.calls if call[0] in ("remove", "stop")] == [
        ("remove", "one", "general"),
        ("stop", "one"),
    ]


def test_nodes_that_cannot_be_made_fail_the_group_with_the_reason(
    world: World, api: Any, planes: Callable[..., FakePlanes]
) -> None:
    create(api, world)
    planes("no such cluster").ready.set()
    inputs = {"clusterName": "one", "nodeRoleArn": world.roles[0]["arn"], "subnetIds": world.subnets}
    scaling = {"minSize": 1, "desiredSize": 1, "maxSize": 1}
    with pytest.raises(ProviderError) as error:
        world.make("NodeGroup", **inputs, nodeGroupName="general", scalingConfig=scaling)
    assert str(error.value) == "EKS says that general is CREATE_FAILED: RuntimeError: no such cluster"


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
