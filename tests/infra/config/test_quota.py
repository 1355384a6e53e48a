"""Limits of an application are refused where nothing could start within them."""

from typing import Any

import pytest

from infra.stacks import platform
from tests.infra.config.orders import DEV, committed, edited, refusals, stack

AT = "apps.payment.quota"
ORDER = edited(DEV, {"apps.payment.overlay": "payment-service/dev"})
STOPS = "and no container that says nothing of itself would start"


def amount(cpu: str = "1", memory: str = "1Gi") -> dict[str, str]:
    return {"cpu": cpu, "memory": memory}


@pytest.mark.req("COST-01")
def test_an_application_has_limits_whether_or_not_it_orders_any() -> None:
    quota = stack(ORDER).apps.payment.quota
    made = platform.limits(quota)
    assert made.container_max.spec() == {"cpu": "2", "memory": "2Gi"}
    assert made.limits.spec() == {"cpu": "128", "memory": "128Gi"}
    assert (made.requests.spec(), made.pods) == ({"cpu": "32", "memory": "32Gi"}, 50)
    assert made.default_request.spec() == {"cpu": "100m", "memory": "128Mi"}
    assert made.default_limit.spec() == {"cpu": "500m", "memory": "512Mi"}


@pytest.mark.req("COST-01")
@pytest.mark.parametrize(
    ("changes", "lines"),
    [
        (
            {"default_request": amount("501m", "128Mi")},
            [f"default_request.cpu = 501m: is above default_limit 500m, {STOPS}; lower it, or raise default_limit"],
        ),
        (
            {"default_limit": amount("3", "2049Mi")},
            [
                f"default_limit.cpu = 3: is above container_max 2, {STOPS}; lower it, or raise container_max",
                f"default_limit.memory = 2049Mi: is above container_max 2Gi, {STOPS}; lower it, or raise container_max",
            ],
        ),
        (
            {"requests": amount(cpu="50m")},
            [f"default_request.cpu: is above requests 50m, {STOPS}; lower it, or raise requests"],
        ),
        (
            {"container_max": amount(memory="129Gi")},
            [
                "container_max.memory = 129Gi: is above limits 128Gi, and no container of that size would start; "
                "lower it, or raise limits"
            ],
        ),
        (
            {"requests": amount(memory="129Gi")},
            ["requests.memory = 129Gi: is above limits 128Gi, which are reached first; lower it, or raise limits"],
        ),
        ({"pods": 0}, ["pods = 0: is too small; give at least 1"]),
    ],
)
def test_limits_leave_room_for_what_is_within_them(changes: dict[str, Any], lines: list[str]) -> None:
    said = refusals(ORDER, {f"{AT}.{key}": value for key, value in changes.items()})
    assert said == [f"{AT}.{line}" for line in lines]


def test_an_amount_that_is_just_reached_stands() -> None:
    assert refusals(ORDER, {f"{AT}.default_limit": amount("2000m", "2048Mi")}) == []


@pytest.mark.parametrize(
    ("amounts", "line"),
    [
        (
            {"cpu": 2, "memory": "2Gi"},
            'cpu = 2: is no amount of CPU; write cores or thousandths of one in quotes, such as "2" or 500m',
        ),
        ({"cpu": "2", "memory": "2G"}, "memory = 2G: is no amount of memory; write it in Mi or Gi, such as 512Mi"),
        ({"cpu": "2"}, "memory: is required; add it"),
    ],
)
def test_amounts_are_written_as_kubernetes_does(amounts: dict[str, Any], line: str) -> None:
    assert refusals(ORDER, {f"{AT}.container_max": amounts}) == [f"{AT}.container_max.{line}"]


@pytest.mark.req("COST-01", "BDR-14")
def test_a_failover_finds_room_for_its_pods() -> None:
    assert refusals(committed("dr"), {f"{AT}.pods": 9}) == [
        "apps.payment.standby.full = 10: is more than quota.pods 9, so that a failover would stop there; "
        "raise quota.pods"
    ]
