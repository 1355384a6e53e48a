"""The longest time between two runs of a schedule, by arithmetic and by waiting."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise, takewhile

import pytest
from cronsim import CronSim
from hypothesis import given, settings
from hypothesis import strategies as some

from assurance.recovery.schedules import ScheduleError, longest_gap_minutes, parse

HOUR, DAY = 60, 24 * 60


def gap(text: str) -> int:
    return longest_gap_minutes(parse(text))


@pytest.mark.req("BDR-14", "C-02")
@pytest.mark.parametrize(
    ("schedule", "minutes"),
    [
        ("0 2 * * *", DAY),
        ("cron(0 2 * * ? *)", DAY),
        ("0 */6 * * *", 6 * HOUR),
        ("*/5 * * * *", 5),
        ("*/7 * * * *", 7),
        ("0 2,3 * * *", 23 * HOUR),
        ("7-59/13 1-5 * * *", 19 * HOUR + 8),
        ("30 1 * * 1-5", 3 * DAY),
        ("cron(30 1 ? * 2-6 *)", 3 * DAY),
        ("cron(30 1 ? * MON-FRI *)", 3 * DAY),
        ("cron(0 5 ? * 1 *)", 7 * DAY),
        ("cron(0 5 ? * SUN *)", 7 * DAY),
        ("cron(0 5 ? * 3#2 *)", 35 * DAY),
        ("cron(0 5 ? * 6L *)", 35 * DAY),
        ("0 0 1 * *", 31 * DAY),
        ("0 0 31 * *", 61 * DAY),
        ("cron(0 0 L * ? *)", 31 * DAY),
        ("0 0 1 1 *", 366 * DAY),
        ("0 0 29 2 *", (8 * 365 + 1) * DAY),
        ("0 0 1 * 1", 7 * DAY),
    ],
)
def test_the_longest_gap_counts_weekends_months_and_leap_years(schedule: str, minutes: int):
    assert gap(schedule) == minutes


@pytest.mark.req("C-02")
@pytest.mark.parametrize(
    ("amazon", "unix"),
    [
        ("cron(30 1 ? * 2-6 *)", "30 1 * * 1-5"),
        ("cron(30 1 ? * 1,7 *)", "30 1 * * 0,6"),
        ("cron(0 5 ? * 3#2 *)", "0 5 * * 2#2"),
        ("cron(0 5 ? * 2/2 *)", "0 5 * * 1/2"),
        ("cron(0 2 1 * ? *)", "0 2 1 * *"),
    ],
)
def test_the_days_of_aws_are_those_of_unix_under_other_numbers(amazon: str, unix: str):
    assert parse(amazon) == parse(unix)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "daily",
        "0 2 * *",
        "0 2 * * * *",
        "60 2 * * *",
        "0 2 30 2 *",
        "0 0 * 2 1#5",
        "rate(1 day)",
        "cron(0 2 * * ?)",
        "cron(0 2 * * * *)",
        "cron(0 2 ? * ? *)",
        "cron(0 2 * * ? 2027)",
        "cron(0 2 ? * 0 *)",
        "cron(0 2 ? * 8 *)",
    ],
)
def test_what_is_no_schedule_or_ends_is_refused(text: str):
    with pytest.raises(ScheduleError):
        parse(text)


weekly = some.tuples(
    some.sets(some.integers(0, 59), min_size=1, max_size=3),
    some.sets(some.integers(0, 23), min_size=1, max_size=3),
    some.sets(some.integers(0, 6), min_size=1),
)
monthly = some.tuples(
    some.sets(some.integers(0, 59), min_size=1, max_size=2),
    some.sets(some.integers(0, 23), min_size=1, max_size=2),
    some.sets(some.integers(1, 31), min_size=1, max_size=4),
)


def listed(values: set[int]) -> str:
    return ",".join(map(str, sorted(values)))


def runs(text: str, days: int) -> Iterator[datetime]:
    start = datetime(2026, 1, 1, tzinfo=UTC)
    return takewhile(lambda run: run < start + timedelta(days=days), CronSim(text, start))


def waited(text: str, days: int) -> int:
    return max(int((later - earlier).total_seconds()) // 60 for earlier, later in pairwise(runs(text, days)))


@pytest.mark.req("BDR-14")
@settings(deadline=None, max_examples=50)
@given(weekly)
def test_nobody_waits_longer_than_the_longest_gap_of_a_week(fields: tuple[set[int], set[int], set[int]]):
    minutes, hours, days = map(listed, fields)
    text = f"{minutes} {hours} * * {days}"

    assert gap(text) == waited(text, 15)


@pytest.mark.req("BDR-14")
@settings(deadline=None, max_examples=25)
@given(monthly)
def test_nobody_waits_longer_than_the_longest_gap_of_a_month(fields: tuple[set[int], set[int], set[int]]):
    minutes, hours, days = map(listed, fields)
    text = f"{minutes} {hours} {days} * *"

    assert gap(text) == waited(text, 5 * 366)
