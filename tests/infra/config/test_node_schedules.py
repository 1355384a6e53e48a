"""Schedules of a node group are refused where EKS would not take them, or where they would take from production."""

from typing import Any

import pytest

from tests.infra.config.orders import DEV, PRODUCTION, committed, refusals, stack

GENERAL = "cluster.node_groups.general"
AT = f"{GENERAL}.schedules"
NIGHTS: dict[str, Any] = {"cron": "cron(0 20 ? * MON-FRI *)", "time_zone": "Europe/Berlin", "min": 1}
MORNINGS = NIGHTS | {"cron": "cron(0 7 ? * MON-FRI *)", "min": 3, "desired": 3}


def schedules(nights: dict[str, Any] | None = None, mornings: dict[str, Any] | None = None) -> dict[str, Any]:
    return {AT: {"nights": NIGHTS | (nights or {}), "mornings": MORNINGS | (mornings or {})}}


def test_a_group_has_no_schedules_unless_it_orders_some_and_they_are_in_utc_unless_they_say_where() -> None:
    assert stack(DEV).cluster.node_groups["general"].schedules == {}
    order = {"nights": {"cron": NIGHTS["cron"], "min": 3}}
    assert stack(DEV, **{AT: order}).cluster.node_groups["general"].schedules["nights"].time_zone == "UTC"


@pytest.mark.req("COST-01")
@pytest.mark.parametrize(
    ("changes", "line"),
    [
        (schedules({"min": 7}), "nights.min = 7: is above max 6; lower min or raise max"),
        (
            schedules({"desired": 0}),
            "nights.desired = 0: is outside 1 to 6; choose a size between min and the group's max",
        ),
        (
            schedules(None, {"desired": 7}),
            "mornings.desired = 7: is outside 3 to 6; choose a size between min and the group's max",
        ),
        (
            {AT: {"nights": NIGHTS, "mornings": {key: value for key, value in MORNINGS.items() if key != "desired"}}},
            "mornings.desired: is required where min rises, for EKS takes no min above the nodes that there are; "
            "give 3 or more",
        ),
        (schedules({"min": -1}), "nights.min = -1: is too small; give at least 0"),
    ],
)
def test_a_scheduled_size_is_one_that_eks_takes(changes: dict[str, Any], line: str) -> None:
    assert refusals(DEV, changes) == [f"{AT}.{line}"]


@pytest.mark.req("COST-01")
def test_a_group_finds_back_to_its_own_size() -> None:
    assert refusals(DEV, schedules(None, {"min": 2})) == [
        f"{AT}: never lead back to min 3; give one of them that min, or change min"
    ]


@pytest.mark.req("COST-01")
def test_two_schedules_of_a_group_have_two_times() -> None:
    rule = "is the time of another schedule, and either may come last; move one of them"
    assert refusals(DEV, schedules(None, {"cron": NIGHTS["cron"]})) == [
        f"{AT}.nights.cron: {rule}",
        f"{AT}.mornings.cron: {rule}",
    ]
    assert refusals(DEV, schedules(None, {"cron": NIGHTS["cron"], "time_zone": "Asia/Tokyo"})) == []


@pytest.mark.req("COST-01")
@pytest.mark.parametrize(
    "cron",
    [
        "0 20 * * 1-5",
        "cron(0 20 * * 1-5)",
        "cron(0 20 * * * *)",
        "cron(0 25 ? * MON-FRI *)",
        "cron(0 20 ? * MON-FRI 2026)",
        "rate(1 day)",
    ],
)
def test_a_schedule_is_one_of_aws_that_goes_on(cron: str) -> None:
    rule = "is no schedule of AWS that goes on; write cron(minute hour day month weekday *), with one ?"
    assert refusals(DEV, schedules({"cron": cron})) == [f"{AT}.nights.cron: {rule}"]


@pytest.mark.req("COST-01")
@pytest.mark.parametrize("zone", ["Europe/Berlim", "MEZ", "/etc/localtime", "UTC+1"])
def test_a_time_zone_is_one_that_the_world_knows(zone: str) -> None:
    rule = "is no time zone; write its name in the tz database, such as Europe/Berlin"
    assert refusals(DEV, schedules({"time_zone": zone})) == [f"{AT}.nights.time_zone = {zone}: {rule}"]


@pytest.mark.req("COST-01")
def test_the_clock_lowers_no_least_size_of_production() -> None:
    assert refusals(PRODUCTION, schedules()) == [
        f"{AT}.nights.min = 1: leaves production with less than min 3; raise it"
    ]
    assert refusals(PRODUCTION, schedules({"min": 3}, {"min": 5, "desired": 5})) == []
    assert refusals(DEV, schedules()) == []


@pytest.mark.req("COST-01", "BDR-14")
def test_the_clock_has_no_say_over_a_group_that_a_failover_makes_larger() -> None:
    rule = "are of a group that a failover makes larger, of which the clock knows nothing; drop them, or full"
    assert refusals(committed("dr"), schedules({"min": 3}, {"min": 3, "desired": 6})) == [f"{AT}: {rule}"]


def test_a_schedule_has_a_name_that_aws_takes() -> None:
    long = "n" * 57
    assert refusals(DEV, {AT: {long: NIGHTS | {"min": 3}}}) == [
        f"{AT}.{long}: makes a name of more than 64 letters with its group's; shorten one of them"
    ]
    assert refusals(DEV, {AT: {long[1:]: NIGHTS | {"min": 3}}}) == []
