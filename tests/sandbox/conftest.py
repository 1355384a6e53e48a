"""What tests of the laptop cloud share: one real control plane, made for the first test that asks for it."""

import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from sandbox.cluster import preinstalled
from sandbox.cluster.control_plane import ControlPlane
from sandbox.cluster.nodes import NodeGroup, apply_group
from sandbox.home import Home

GENERAL = NodeGroup(
    name="general",
    instance_type="m5.xlarge",
    cpu=4,
    memory=16384,
    pods=58,
    zones=["us-east-1a", "us-east-1b"],
    desired=2,
    region="us-east-1",
    account="000000000101",
)


@pytest.fixture(scope="session")
def plane(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ControlPlane]:
    """A running cluster with two nodes, as EKS hands it over; tests work in namespaces of their own."""
    made = ControlPlane(Home(tmp_path_factory.mktemp("home")), "000000000101.us-east-1.test")
    try:
        made.start()
        preinstalled.install(made.api)
        apply_group(made, GENERAL)
        yield made
    finally:
        made.destroy()


@pytest.fixture
def until() -> Callable[[Callable[[], Any]], None]:
    """Waits for a condition that the cluster brings about; the deadline only ends a test that has failed."""

    def wait(condition: Callable[[], Any]) -> None:
        deadline = time.monotonic() + 60
        while not condition():
            assert time.monotonic() < deadline, "the cluster did not get there"
            time.sleep(0.1)

    return wait
