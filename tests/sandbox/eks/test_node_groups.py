"""Node groups of the local EKS: their nodes, their bounds, and what the providers are told of them."""

from collections.abc import Callable
from typing import Any

import pytest

from infra.stacks.questions.asking import is_missing
from sandbox.cluster.nodes import NodeGroup
from sandbox.providers.aws.asking import wait, wait_gone
from sandbox.providers.aws.eks import READY
from sandbox.providers.aws.row import Wait
from sandbox.providers.protocol import ProviderError
from tests.sandbox.aws_world import REGION, World
from tests.sandbox.eks.asking import FakePlanes, create, group_request, refused


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
