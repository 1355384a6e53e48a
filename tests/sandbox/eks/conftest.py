"""An account in which the local EKS is asked the way that boto3, and so the AWS command line, asks it."""

from collections.abc import Callable
from typing import Any

import pytest

from sandbox.cloud import eks
from tests.sandbox.aws_world import World, tagging_provider
from tests.sandbox.eks.asking import FakePlanes


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
