"""The drill, for real, with one of the two controllers killed behind the fence: the other one ends what was begun."""

import pytest

from sandbox.drill.cloud import small
from sandbox.drill.run import Scenario, drill
from services.failover.controller import LEASE_SECONDS
from tests.sandbox.drill.folders import folder

pytestmark = [pytest.mark.engine, pytest.mark.req("BDR-09", "S-04")]


def test_a_controller_that_is_killed_behind_the_fence_costs_neither_a_step_nor_a_second_promotion():
    said = []
    with folder() as place, small(3) as ground:
        result = drill(place, ground, said.append, Scenario(kill_controller=True))
    assert "one of the two controllers is killed" in said
    assert [f"{check.what}: {check.figures}" for check in result.checks if not check.held] == []
    assert "one promotion" in [check.what for check in result.checks]
    done = [(event.text.partition(" done")[0], event.at) for event in result.events if " done " in event.text]
    assert [step for step, _ in done[:6]] == ["fence", "check", "promote", "scale", "switch", "verify"]
    assert done[1][1] - done[0][1] > LEASE_SECONDS / 2  # the other one waited for the lease of the first
