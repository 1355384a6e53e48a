"""Sizes of a node group by the clock: what each may be, and which least size no clock takes (COST-01)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING, Annotated
from zoneinfo import available_timezones

from pydantic import AfterValidator, Field

from assurance.recovery import schedules
from infra.config.errors import Problem
from infra.config.section import Section
from infra.config.types import Shape

if TYPE_CHECKING:
    from infra.config.cluster import NodeGroupConfig
    from infra.config.region import RegionStack

MOST_LETTERS = 64  # of a schedule's name, which the group's is a part of


def _cron(value: str) -> str:
    try:
        if value.startswith("cron("):
            schedules.parse(value)
            return value
    except schedules.ScheduleError:
        pass  # the sentence below says more than the parser's
    raise ValueError("is no schedule of AWS that goes on; write cron(minute hour day month weekday *), with one ?")


def _zone(value: str) -> str:
    """A machine without a database of time zones leaves the question to AWS."""
    known = _zones()
    if known and value not in known:
        raise ValueError("is no time zone; write its name in the tz database, such as Europe/Berlin")
    return value


@cache
def _zones() -> set[str]:
    return available_timezones()  # walks through some 600 files


LocalSchedule = Annotated[str, AfterValidator(_cron)]
TimeZone = Annotated[
    str,
    Shape(r"[A-Za-z][\w+-]*(/[\w+-]+)*", "is no time zone; write its name in the tz database, such as Europe/Berlin"),
    AfterValidator(_zone),
]


class ScheduleConfig(Section):
    """From each run on the group has at least `min` nodes; `max` stays what it is."""

    cron: LocalSchedule
    """In the time zone, such as "cron(0 20 ? * MON-FRI *)" in quotes."""
    time_zone: TimeZone = "UTC"
    min: int = Field(ge=0)
    desired: int | None = Field(default=None, ge=0)
    """How many nodes there are at once, even where the autoscaler had more; without, it goes on from what it has."""


def within(group: NodeGroupConfig) -> Iterator[Problem]:
    """Each size is one that EKS takes, and some schedule leads back to the group's own."""
    least = min([group.min, *(each.min for each in group.schedules.values())])
    times = Counter((each.cron, each.time_zone) for each in group.schedules.values())
    for name, each in group.schedules.items():
        at = ("schedules", name)
        if each.min > group.max:
            yield Problem((*at, "min"), f"is above max {group.max}; lower min or raise max")
        elif each.desired is None and each.min > least:
            rule = f"is required where min rises, for EKS takes no min above the nodes that there are; give {each.min}"
            yield Problem((*at, "desired"), f"{rule} or more")
        elif each.desired is not None and not each.min <= each.desired <= group.max:
            rule = f"is outside {each.min} to {group.max}; choose a size between min and the group's max"
            yield Problem((*at, "desired"), rule)
        if times[each.cron, each.time_zone] > 1:
            yield Problem((*at, "cron"), "is the time of another schedule, and either may come last; move one of them")
    if group.schedules and all(each.min != group.min for each in group.schedules.values()):
        yield Problem(("schedules",), f"never lead back to min {group.min}; give one of them that min, or change min")


def problems(stack: RegionStack) -> Iterator[Problem]:
    """The clock lowers no least size of production, and has no say where a failover has it."""
    for group, config in stack.cluster.node_groups.items():
        if config.schedules and config.full is not None:
            rule = "are of a group that a failover makes larger, of which the clock knows nothing; drop them, or full"
            yield Problem(("cluster", "node_groups", group, "schedules"), rule)
        for name, each in config.schedules.items():
            at = ("cluster", "node_groups", group, "schedules", name)
            if stack.production and each.min < config.min:
                yield Problem((*at, "min"), f"leaves production with less than min {config.min}; raise it")
            if len(f"{group}.{name}") > MOST_LETTERS:
                rule = f"makes a name of more than {MOST_LETTERS} letters with its group's; shorten one of them"
                yield Problem(at, rule)
