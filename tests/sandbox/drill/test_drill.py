"""The drill, for real: two PostgreSQL servers, a disaster, and a report that can be believed."""

from collections.abc import Iterator

import pytest

from sandbox.drill import report
from sandbox.drill.cloud import small
from sandbox.drill.result import Result
from sandbox.drill.run import Scenario, drill
from tests.sandbox.drill.folders import folder

pytestmark = [pytest.mark.engine, pytest.mark.req("BDR-09", "C-03")]


@pytest.fixture(scope="module")
def result() -> Iterator[Result]:
    """One drill for all tests."""
    with folder() as place, small(3) as ground:
        yield drill(place, ground, print)


def test_every_promise_held(result: Result):
    assert [check.what for check in result.checks if not check.held] == []
    assert len(result.checks) == 8


def test_writes_were_lost_and_counted_and_no_more_than_were_on_their_way(result: Result):
    assert 0 < len(result.lost) < 60
    assert 0 < result.loss_seconds < 3


def test_each_part_of_the_interruption_was_measured(result: Result):
    assert list(result.took) == list(result.bound)
    assert sum(result.took.values()) == pytest.approx(result.rto)
    assert result.took["delay"] >= 3


def test_the_report_says_what_was_measured_beside_its_bound(result: Result):
    said = "\n".join(report.lines(result))
    assert f"recovery time {result.rto:.1f} s" in " ".join(said.split())
    assert "BROKEN" not in said
    assert result.stack is not None
    oldest = f"age of lost writes {result.loss_seconds:.2f} s {result.loss_bound} s {result.stack[1]} s"
    assert oldest in " ".join(said.split())
    page = report.page(result)
    assert page.count("<svg") == page.count("</svg>") == 1
    assert "http" not in page.replace("http-equiv", "")


def test_a_replica_that_lags_too_far_blocks_and_pages_until_a_person_forces_it():
    with folder() as place, small(3) as ground:
        forced = drill(place, ground, print, Scenario(latency=6))
    assert [check.what for check in forced.checks if not check.held] == []
    assert "a lagging replica blocks and pages" in [check.what for check in forced.checks]
    assert "failover forced by drill: rehearsal" in [event.text for event in forced.events]
    assert forced.loss_seconds > 5
