"""Plans that keep what they promise stand; others are refused with the arithmetic and what would mend it."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from pydantic import ValidationError

from assurance.recovery import bounds, refusals
from infra.config.recovery import RecoveryConfig
from tests.assurance import orders
from tests.assurance.orders import STANDING, plan, raw


@pytest.mark.req("BDR-14", "C-01", "C-02", "C-03", "C-31")
@pytest.mark.parametrize("name", STANDING)
def test_the_proposed_plans_stand(name: str):
    assert orders.refusals(name) == []


@pytest.mark.req("C-01", "C-02", "BDR-08")
def test_six_hourly_backups_do_not_keep_cretoais_quarter_of_an_hour():
    changes = {
        "data.volumes.replication": "none",
        "data.volumes.max_lag_seconds": None,
        "data.volumes.restore_minutes": 5,
    }

    assert orders.refusals("cretoai", changes) == [
        """data.volumes: may lose 11 h of writes with its region, and cretoai allows 15 min:
         6 h  the longest time between two runs of cron(0 0/6 * * ? *)  <- passes 15 min
      +  1 h  until a run starts
      +  2 h  until it is complete
      +  2 h  until its copy is in us-gov-east-1
      = 11 h, 10 h 45 min too long
      to keep it, one of:
        - replication: asynchronous with max_lag_seconds of at most 900
        - rebuilt_from: objects, if that holds all of it"""
    ]


@pytest.mark.req("BDR-01", "BDR-07", "BDR-14", "C-02")
def test_hourly_backups_lose_more_than_tradesenses_hour_and_the_schedule_that_would_not_is_named():
    changes = {"data.database.point_in_time": None}

    assert orders.refusals("tradesense", changes) == [
        """data.database: may lose 1 h 30 min of writes with its zone, and tradesense allows 1 h:
               1 h  the longest time between two runs of 0 * * * *
      +        0 s  until a run starts
      +     30 min  until it is complete  <- passes 1 h
      = 1 h 30 min, 30 min too long
      to keep it, one of:
        - data.database.backups.hourly.schedule: 30 instead of 60 minutes between two runs
        - replication: synchronous, between zones"""
    ]
    assert orders.refusals("tradesense", {**changes, "data.database.backups.hourly.schedule": "*/30 * * * *"}) == []


@pytest.mark.req("C-02", "BDR-14")
def test_what_nothing_brings_back_is_refused():
    lost = {"data.volumes": {"restore_minutes": 1}}

    assert orders.refusals("prod", lost) == [
        """data.volumes: is lost with its region, and payment allows 5 min: it is neither replicated nor copied to \
us-west-2
      to keep it, one of:
        - replication: asynchronous with max_lag_seconds of at most 300
        - rebuilt_from: database, if that holds all of it"""
    ]
    assert orders.refusals("tradesense", {"data.volumes": {"restore_minutes": 1}}) == [
        """data.volumes: is lost with its zone, and tradesense allows 1 h: it is neither replicated nor backed up
      to keep it, one of:
        - replication: synchronous, between zones
        - rebuilt_from: database, if that holds all of it"""
    ]


@pytest.mark.req("BDR-14", "C-02")
def test_a_lag_beyond_the_target_is_refused_with_the_lag_that_is_not():
    assert orders.refusals("prod", {"failover.lag_sample_seconds": 300}) == [
        """data.database: may lose 5 min 5 s of writes with its region, and payment allows 5 min:
              5 s  the replica lags behind; above that nothing is promoted
      +     5 min  the lag grows after it was last measured  <- passes 5 min
      = 5 min 5 s, 5 s too long
      to keep it, set
        - failover.lag_sample_seconds: 295 instead of 300"""
    ]
    assert orders.refusals("prod", {"failover.lag_sample_seconds": 295}) == []


@pytest.mark.req("BDR-14")
def test_classes_that_come_back_alike_are_told_once():
    alike = {f"data.{name}.restore_minutes": 2 for name in ("cache", "streaming", "volumes")}
    (found,) = orders.refusals("prod", alike)

    heading, *lines = found.splitlines()
    assert heading == (
        "targets.payment: may take 15 min 45 s to bring back cache, streaming, volumes, and payment allows 15 min:"
    )
    assert lines[-6:] == [
        "      to keep it, one of:",
        "        - failover.delay_seconds: 255 instead of 300",
        "        - failover.promotion_seconds: 75 instead of 120",
        "        - data.{cache,streaming,volumes}.restore_minutes: 1 instead of 2",
        "        - failover.scale_up_seconds: 135 instead of 180",
        "        - failover.dns.poll_seconds: 15 instead of 60",
    ]


@pytest.mark.req("BDR-14")
def test_where_no_setting_is_enough_the_refusal_names_those_that_are_together():
    changes = {"zone": {"failover_seconds": 1000, "reschedule_seconds": 1000}, "failovers_per_year": 1}

    assert orders.refusals("eu", {**changes, "data.volumes": {"replication": "synchronous"}}) == [
        """targets.payment: may take 33 min 20 s to bring back database, cache, streaming, volumes, evidence, and \
payment allows 15 min:
        16 min 40 s  the replica is promoted  <- passes 15 min
      + 16 min 40 s  pods of lost nodes start elsewhere
      = 33 min 20 s, 18 min 20 s too long
      to keep it, set
        - zone.reschedule_seconds: 0 instead of 1000 and zone.failover_seconds: 900 instead of 1000"""
    ]


@pytest.mark.req("BDR-14")
def test_what_no_setting_keeps_must_be_promised_less():
    changes = {
        "targets": {"own": {"rto_minutes": 1, "rpo_minutes": 20, "availability_percent": 99}},
        "failover.detection": {"host": "us-east-1.api.example.com", "failure_threshold": 99},
        "data.evidence": {"replication": "asynchronous", "max_lag_seconds": 900},
    }

    assert all(
        found.endswith("      no setting keeps that; promise less") for found in orders.refusals("prod", changes)
    )
    assert len(orders.refusals("prod", changes)) == 2


@pytest.mark.req("BDR-02", "C-25")
def test_failovers_use_up_what_the_availability_leaves():
    assert orders.refusals("prod", {"failovers_per_year": 4}) == [
        """targets.payment.availability_percent: may be down for 59 min a year, and 99.99 % of payment leaves \
52 min 33 s:
      4 x 14 min 45 s = 59 min, 6 min 27 s too long
      to keep it, one of:
        - a failover of at most 13 min 8 s
        - failovers_per_year: 3 instead of 4"""
    ]
    assert orders.refusals("prod", {"failovers_per_year": 3}) == []


chosen = some.fixed_dictionaries(
    {
        "failover.delay_seconds": some.integers(0, 600),
        "failover.promotion_seconds": some.integers(1, 600),
        "failover.scale_up_seconds": some.integers(0, 600),
        "failover.lag_sample_seconds": some.integers(1, 600),
        "failover.dns.ttl_seconds": some.integers(1, 60),
        "data.evidence.max_lag_seconds": some.integers(1, 7200),
        "failovers_per_year": some.integers(1, 12),
    }
)


@pytest.mark.req("BDR-14", "BDR-01", "BDR-02")
@settings(deadline=None)
@given(chosen)
def test_a_plan_stands_exactly_where_every_bound_is_within_its_target(changes: dict[str, Any]):
    patient = {
        "targets": {name: {"rto_minutes": 99999, "rpo_minutes": 99999, "availability_percent": 0.1} for name in "ab"}
    }
    unbound = plan("prod", {**changes, **patient, "data.evidence.targets": ["a"]})
    kept = all(
        (found := bounds.loss(unbound, name)) is not None
        and found.seconds <= (3600 if name == "evidence" else 300)
        and bounds.downtime(unbound, name).seconds <= (14400 if name == "evidence" else 900)
        for name in unbound.data
    ) and refusals.yearly(unbound, "b")[0] * changes["failovers_per_year"] <= bounds.budget_seconds(99.99)

    try:
        RecoveryConfig.model_validate(raw("prod", changes))
    except ValidationError:
        assert not kept
    else:
        assert kept
