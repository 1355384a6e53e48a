"""Bounds are the worst case: nothing that happens within the settings is worse, and something is as bad."""

from itertools import count
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from assurance.recovery import bounds
from assurance.recovery.sums import Sum
from infra.config.recovery import DataClass
from tests.assurance.orders import plan

MINUTE, HOUR = 60, 3600


def loss(name: str, data: DataClass, **changes: Any) -> int | None:
    found = bounds.loss(plan(name, changes), data)
    return found.seconds if isinstance(found, Sum) else None


def downtime(name: str, data: DataClass, **changes: Any) -> int:
    return bounds.downtime(plan(name, changes), data).seconds


def told(found: Sum | None) -> list[tuple[int, str]]:
    assert found is not None
    return [(term.seconds, term.what) for term in found.terms]


@pytest.mark.req("BDR-14", "BDR-11", "BDR-13")
def test_the_way_to_the_other_region_is_added_up_step_by_step():
    assert told(bounds.downtime(plan("prod"), "database")) == [
        (30, "3 failed checks, 10 s apart"),
        (5, "the last of them times out"),
        (300, "delay, with failure unbroken"),
        (10, "the next check after the delay"),
        (30, "the lost side is fenced off"),
        (120, "the replica is promoted"),
        (180, "the standby scales up"),
        (60, "the alarm on the switch waits for its period to end"),
        (60, "the record sees the alarm"),
        (30, "clients keep the old address for its TTL"),
    ]


@pytest.mark.req("BDR-13")
def test_a_person_who_decides_takes_their_time():
    sooner = {"failover.delay_seconds": 240}
    changes = {**sooner, "failover.automatic": False, "failover.response_minutes": 1}

    assert downtime("prod", "database", **changes) - downtime("prod", "database", **sooner) == 1 * MINUTE


@pytest.mark.req("BDR-14")
def test_what_has_no_replica_is_restored_and_what_is_rebuilt_waits_for_its_source():
    promoted, restored = downtime("prod", "database"), {"data.volumes.rebuilt_from": None}
    changes = {**restored, "data.volumes.restore_minutes": 3, "targets": {"tradesense": {"rpo_minutes": 60}}}
    changes["data.volumes.point_in_time"] = {"copy_minutes": 1}
    changes["data.evidence.targets"] = []

    assert downtime("prod", "cache") == promoted + 1 * MINUTE
    assert downtime("prod", "volumes", **changes) == promoted - 120 + 3 * MINUTE
    assert [what for _, what in told(bounds.downtime(plan("prod"), "cache"))][5:7] == [
        "the replica is promoted",
        "it is rebuilt from database",
    ]


@pytest.mark.req("BDR-14", "C-31")
def test_within_a_region_a_managed_standby_takes_over_without_controller_or_dns():
    assert told(bounds.downtime(plan("eu"), "database")) == [
        (120, "the replica is promoted"),
        (360, "pods of lost nodes start elsewhere"),
    ]


@pytest.mark.req("C-02", "C-03")
def test_a_replica_loses_what_it_lags_and_what_it_lagged_since_it_was_measured():
    assert told(bounds.loss(plan("prod"), "database")) == [
        (5, "the replica lags behind; above that nothing is promoted"),
        (60, "the lag grows after it was last measured"),
    ]
    assert loss("prod", "evidence") == 15 * MINUTE
    assert loss("eu", "cache") == 5
    assert loss("eu", "database") == 0
    assert loss("prod", "cache") == loss("prod", "database")


@pytest.mark.req("C-02")
def test_a_backup_loses_the_longest_gap_and_all_that_its_windows_and_its_copy_let_pass():
    assert told(bounds.second_line(plan("cretoai"), "volumes")) == [
        (6 * HOUR, "the longest time between two runs of cron(0 0/6 * * ? *)"),
        (1 * HOUR, "until a run starts"),
        (2 * HOUR, "until it is complete"),
    ]
    patient = {"targets": {"own": {"rto_minutes": 9999, "rpo_minutes": 9999, "availability_percent": 1}}}
    restored = {
        "data.volumes.replication": "none",
        "data.volumes.max_lag_seconds": None,
        "data.volumes.restore_minutes": 60,
    }

    found = bounds.loss(plan("cretoai", {**patient, **restored}), "volumes")

    assert told(found)[-1] == (2 * HOUR, "until its copy is in us-gov-east-1")
    assert sum(seconds for seconds, _ in told(found)) == 11 * HOUR


@pytest.mark.req("BDR-07")
def test_the_freshest_copy_counts():
    assert told(bounds.loss(plan("tradesense"), "database")) == [(5 * MINUTE, "until the log is uploaded")]
    assert loss("tradesense", "database", **{"data.database.point_in_time.upload_minutes": 50}) == 50 * MINUTE


@pytest.mark.req("C-02")
def test_a_copy_that_stays_in_the_lost_region_is_none():
    patient = {"targets": {"own": {"rto_minutes": 9999, "rpo_minutes": 9999, "availability_percent": 1}}}
    changes = {**patient, "data.volumes.rebuilt_from": None, "data.evidence.targets": []}
    away = {**changes, "data.volumes.point_in_time": {"copy_minutes": 7}}

    assert loss("prod", "volumes", **away) == 12 * MINUTE
    assert loss("prod", "volumes", **changes) == 31 * HOUR
    assert bounds.second_line(plan("prod"), "database") == bounds.second_line(plan("dr"), "database")
    assert bounds.second_line(plan("prod"), "cache") is None


@pytest.mark.req("BDR-02", "C-25")
@pytest.mark.parametrize(
    ("percent", "seconds"),
    [(99.99, 52 * MINUTE + 33), (99.95, 4 * HOUR + 22 * MINUTE + 48), (99.9, 8 * HOUR + 45 * MINUTE + 36)],
)
def test_availability_leaves_so_much_of_a_year(percent: float, seconds: int):
    assert bounds.budget_seconds(percent) == seconds


timing = some.fixed_dictionaries(
    {
        "failover.detection.interval_seconds": some.integers(5, 30),
        "failover.detection.timeout_seconds": some.integers(1, 5),
        "failover.detection.failure_threshold": some.integers(1, 5),
        "failover.delay_seconds": some.integers(0, 300),
    }
)
PATIENT = {
    "targets": {"own": {"rto_minutes": 99999, "rpo_minutes": 99999, "availability_percent": 0.1}},
    "data.evidence.targets": [],
    "failovers_per_year": 1,
}


@pytest.mark.req("BDR-14", "BDR-11")
@settings(deadline=None)
@given(timing, some.floats(0, 1, exclude_max=True))
def test_a_controller_that_checks_and_waits_acts_within_the_bound(chosen: dict[str, int], moment: float):
    """Checks start every interval; those that start after the failure fail when they time out."""
    checks = plan("prod", {**PATIENT, **chosen}).failover
    assert checks is not None
    interval, threshold = checks.detection.interval_seconds, checks.detection.failure_threshold
    failed_at = moment * interval
    ends = (n * interval + checks.detection.timeout_seconds for n in count(1))
    detected = [next(ends) for _ in range(threshold)][-1]
    acted = next(end for end in ends if end >= detected + checks.delay_seconds)

    steps = bounds.downtime(plan("prod", {**PATIENT, **chosen}), "database").terms[:4]

    assert acted - failed_at <= sum(term.seconds for term in steps)


windows = some.tuples(some.integers(0, 60), some.integers(1, 120), some.integers(1, 240))
delays = some.lists(some.tuples(*[some.floats(0, 1)] * 3), min_size=6, max_size=6)


@pytest.mark.req("C-02", "BDR-14")
@settings(deadline=None)
@given(windows, delays, some.floats(0, 1))
def test_no_moment_of_failure_loses_more_than_the_bound(
    sizes: tuple[int, int, int], shares: list[tuple[float, float, float]], moment: float
):
    """Backups of 6 h whose windows are used as they please: the newest copy that has arrived is what is left."""
    start, done, copied = sizes
    backup = {"start_window_minutes": start, "completion_minutes": done, "copy_minutes": copied}
    changes = {
        "data.volumes.backups.six-hourly": {"schedule": "0 */6 * * *", **backup},
        "data.volumes.restore_minutes": 60,
    }
    changes.update({"data.volumes.replication": "none", "data.volumes.max_lag_seconds": None, **PATIENT})
    del changes["data.evidence.targets"]
    runs = [360 * n for n in range(6)]
    copies = [(at, at + s * start + d * done + c * copied) for at, (s, d, c) in zip(runs, shares, strict=True)]
    failed_at = 1080 + moment * 360
    left = max(taken for taken, arrived in copies if arrived <= failed_at)

    worst = loss("cretoai", "volumes", **changes)

    assert worst is not None
    assert (failed_at - left) * MINUTE <= worst
