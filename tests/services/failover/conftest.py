"""Fixtures of the failover controller's tests."""

from collections.abc import Callable
from typing import Any

import pytest

from services.failover import probes
from services.failover.machine import Verdict
from tests.services.failover.world import World


@pytest.fixture
def new_world(local_aws: None, monkeypatch: pytest.MonkeyPatch) -> Callable[..., World]:
    """Makes a world in which hosts answer as it says; one a test."""

    def make(**given: Any) -> World:
        world = World(**given)
        monkeypatch.setattr(probes, "http", lambda endpoint, _: world.health.get(endpoint, Verdict.UNHEALTHY))
        return world

    return make


@pytest.fixture
def world(new_world: Callable[..., World]) -> World:
    """Two healthy regions under the payment document."""
    return new_world()
