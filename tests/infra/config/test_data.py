"""Guards of the managed data stores: each message as a whole."""

from typing import Any

import pytest

from tests.infra.config.orders import DEV, committed, refusals

SMALL = {"database": {"instances": 1, "backup_retention_days": 1}, "cache": {"nodes": 1}}


@pytest.mark.req("DATA-01")
@pytest.mark.parametrize("stack", ["prod", "eu"])
@pytest.mark.parametrize("setting", ["database.instances", "cache.nodes"])
def test_production_has_somebody_to_take_over(stack: str, setting: str) -> None:
    assert refusals(committed(stack), {f"data.{setting}": 1}) == [
        f"data.{setting} = 1: leaves nobody to take over when it fails; give 2 or more"
    ]


@pytest.mark.req("DATA-01")
def test_production_reaches_back_a_month() -> None:
    assert refusals(committed("eu"), {"data.database.backup_retention_days": 29}) == [
        "data.database.backup_retention_days = 29: reaches back too little for production; give 30 or more"
    ]
    assert refusals(committed("eu"), {"data.database.backup_retention_days": 30}) == []


@pytest.mark.req("DATA-01")
def test_elsewhere_stores_may_be_small() -> None:
    assert refusals(DEV, {"data": SMALL}) == []


def test_stores_that_order_nothing_are_a_mistake() -> None:
    assert refusals(DEV, {"data": {}}) == ["data: orders nothing; name database, cache or streaming, or leave data out"]


@pytest.mark.parametrize(
    ("setting", "value", "rule"),
    [
        (
            "database.instance_class",
            "r7g.large",
            "is no instance class of a database; write it with db., such as db.r7g.large",
        ),
        ("cache.node_type", "r7g.large", "is no node type of a cache; write it with cache., such as cache.r7g.large"),
        ("database.version", 16.11, 'is no PostgreSQL version; write major and minor in quotes, such as "16.6"'),
        ("database.version", "14.2", 'is no PostgreSQL version; write major and minor in quotes, such as "16.6"'),
    ],
)
def test_sizes_and_versions_are_those_of_the_services(setting: str, value: Any, rule: str) -> None:
    assert refusals(DEV, {f"data.{setting}": value}) == [f"data.{setting} = {value}: {rule}"]
