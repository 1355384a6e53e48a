"""The drill, for real, on a primary that comes and goes before it is lost: it is failed over from once."""

import pytest

from sandbox.drill import report
from sandbox.drill.cloud import small
from sandbox.drill.run import Scenario, drill
from services.failover.machine import Phase
from tests.sandbox.drill.folders import folder

pytestmark = [pytest.mark.engine, pytest.mark.req("BDR-09", "S-04")]


def test_a_primary_that_flaps_keeps_the_load_until_it_is_lost_for_longer_than_the_delay():
    with folder() as place, small(4) as ground:
        result = drill(place, ground, print, Scenario(flaps=2))
    assert [f"{check.what}: {check.figures}" for check in result.checks if not check.held] == []
    held = [check.what for check in result.checks]
    assert held[0] == "a primary that flaps keeps the load"
    assert "one promotion" in held
    phases = [event.phase for event in result.events if event.phase is not Phase.SUSPECT]
    assert phases.count(Phase.WAITING) == 3
    assert phases.index(Phase.PROMOTING) > len(phases) - 1 - phases[::-1].index(Phase.WAITING)
    assert sum(result.took.values()) == pytest.approx(result.rto)
    assert "held</td><td>a primary that flaps keeps the load</td><td>cut off 2 times" in report.page(result)
