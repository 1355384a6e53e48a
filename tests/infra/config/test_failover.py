"""The controller is told exactly what the bound was derived from."""

import pytest

from services.failover.spec import HttpCheck, MetricCheck, Spec
from tests.assurance.orders import plan, stack

PRIMARY = {"cluster": "production-us-east-1", "namespace": "payment-service"}
SECONDARY = {"cluster": "production-us-west-2", "namespace": "payment-service"}


def spec(**changes: object) -> Spec:
    policy = plan("prod", changes).failover
    assert policy
    return Spec.model_validate(policy.spec(PRIMARY, SECONDARY))


@pytest.mark.req("BDR-10", "BDR-11", "BDR-12", "BDR-13")
def test_the_controller_gets_the_numbers_of_the_plan():
    told = spec()

    assert (told.primary.model_dump(), told.secondary.model_dump()) == (PRIMARY, SECONDARY)
    assert told.health_checks == (
        HttpCheck(
            type="http",
            endpoint="https://us-east-1.api.example.com/health",
            interval=10,
            timeout=5,
            failure_threshold=3,
        ),
        MetricCheck(type="metric", query="sum(rate(payment_errors_total[5m]))", threshold=0.01),
    )
    assert (told.failover_policy.automatic, told.failover_policy.delay) == (True, 300)
    assert told.data_sync.database.replication_lag_threshold == 5
    assert told.notifications.model_dump() == {"slack": "#incidents", "pagerduty": "payment-oncall"}


@pytest.mark.req("BDR-10", "BDR-12", "BDR-13")
def test_what_the_plan_changes_reaches_the_controller():
    told = spec(
        **{
            "failover.delay_seconds": 120,
            "failover.lag_threshold_seconds": 7,
            "failover.automatic": False,
            "failover.response_minutes": 1,
            "failover.detection.interval_seconds": 20,
            "failover.detection.error_rate.ratio_to": "sum(rate(payments_total[5m]))",
            "failover.notifications.slack": None,
        }
    )
    http, errors = told.health_checks

    assert isinstance(http, HttpCheck)
    assert isinstance(errors, MetricCheck)
    assert (http.interval, errors.ratio_to) == (20, "sum(rate(payments_total[5m]))")
    assert (told.failover_policy.automatic, told.failover_policy.delay) == (False, 120)
    assert told.data_sync.database.replication_lag_threshold == 7
    assert told.notifications.model_dump() == {"slack": None, "pagerduty": "payment-oncall"}


@pytest.mark.req("BDR-12")
def test_a_plan_without_an_error_rate_asks_for_the_service_only():
    assert [check.type for check in spec(**{"failover.detection.error_rate": None}).health_checks] == ["http"]


@pytest.mark.req("C-32")
def test_both_sides_of_a_pair_derive_the_same_names():
    prod, dr = stack("prod"), stack("dr")
    assert prod.failover_alarm == dr.failover_alarm == "platform-failover-active"
    assert prod.failover_name == dr.failover_name == "platform-failover"
    assert prod.recovery
    assert prod.recovery.failover
    assert prod.recovery.failover.regional("us-west-2") == "us-west-2.api.example.com"
