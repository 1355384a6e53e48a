"""Cron schedules in UTC, and the longest time that can pass between two of their runs."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from itertools import islice, pairwise, takewhile

from cronsim import CronSim, CronSimError

DAY_MINUTES = 24 * 60
_WEEK_OF_RUNS = 8  # every weekday that a schedule names, and the first of them again
# Years of all 14 kinds, and 2100, around which eight years pass without a 29 February.
_CYCLE = (datetime(2072, 1, 1, tzinfo=UTC), datetime(2105, 1, 1, tzinfo=UTC))
_LEAP_GAP_DAYS = 8 * 365 + 1
_UNIX_WEEKDAYS = {str(day + 1): str(day) for day in range(7)}


class ScheduleError(ValueError):
    """Text that is no schedule, or a schedule that does not run for ever."""


@dataclass(frozen=True)
class Schedule:
    """The time of day and the days, as fields of Unix cron."""

    minute: str
    hour: str
    day: str
    month: str
    weekday: str


def parse(text: str) -> Schedule:
    """A schedule as Kubernetes writes it (`0 2 * * *`), or AWS (`cron(0 2 * * ? *)`)."""
    amazon = re.fullmatch(r"cron\((.*)\)", text)
    fields = (amazon[1] if amazon else text).split()
    if len(fields) != (6 if amazon else 5) or (amazon and (fields[2], fields[4]).count("?") != 1):
        raise ScheduleError(text)
    if amazon and fields.pop() != "*":
        raise ScheduleError(text)
    minute, hour, day, month, weekday = fields
    if amazon:
        day, weekday = day.replace("?", "*"), _unix_weekday(weekday)
    found = Schedule(minute, hour, day, month, weekday)
    longest_gap_minutes(found)
    return found


def _unix_weekday(field: str) -> str:
    """AWS counts weekdays from 1 for Sunday, Unix from 0; the numbers behind # and / count something else."""
    return re.sub(r"(?<![#/\d])\d", lambda day: _UNIX_WEEKDAYS.get(day[0], "?"), field.replace("?", "*"))


@cache
def longest_gap_minutes(schedule: Schedule) -> int:
    """The longest time between the starts of two successive runs."""
    times = [run.hour * 60 + run.minute for run in _of_one_day(schedule)]
    within = [later - earlier for earlier, later in pairwise(times)]
    overnight = _longest_gap_days(schedule) * DAY_MINUTES - times[-1] + times[0]
    return max([*within, overnight])


def _of_one_day(schedule: Schedule) -> list[datetime]:
    runs = _runs(f"{schedule.minute} {schedule.hour} * * *")
    return list(takewhile(lambda run: run.date() == _CYCLE[0].date(), runs))


def _longest_gap_days(schedule: Schedule) -> int:
    runs = _runs(f"0 0 {schedule.day} {schedule.month} {schedule.weekday}")
    weekly = schedule.day == schedule.month == "*" and not re.search("[#L]", schedule.weekday, re.IGNORECASE)
    period = islice(runs, _WEEK_OF_RUNS) if weekly else takewhile(lambda run: run < _CYCLE[1], runs)
    gap = max(((later - earlier).days for earlier, later in pairwise(period)), default=0)
    if not 0 < gap <= _LEAP_GAP_DAYS:
        raise ScheduleError("it does not run often enough to say how often")
    return gap


def _runs(expression: str) -> Iterator[datetime]:
    """The runs from the beginning of the cycle on, its first minute included."""
    try:
        return CronSim(expression, _CYCLE[0].replace(year=_CYCLE[0].year - 1, month=12, day=31, hour=23, minute=59))
    except CronSimError as error:
        raise ScheduleError(expression) from error
