"""What tests of the local EKS ask for by boto3, and control planes that are none."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from sandbox.cluster.nodes import NodeGroup
from tests.sandbox.aws_world import World


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
