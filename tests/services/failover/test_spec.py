"""What may be written into a Failover resource and its wiring, and what is refused with which words."""

from typing import Any

import pytest
from pydantic import ValidationError

from services.failover import spec
from tests.services.failover.world import DOCUMENT, document

AS_WRITTEN: dict[str, Any] = {
    **DOCUMENT,
    "spec": {
        **DOCUMENT["spec"],
        "healthChecks": [
            {**DOCUMENT["spec"]["healthChecks"][0], "endpoint": "https://api.company.com/health"},
            {"type": "metric", "query": "sum(rate(payment_errors_total[5m]))", "threshold": 0.01},
        ],
    },
}


def wiring(**given: Any) -> spec.Wiring:
    """A wiring that is complete."""
    names = ("table", "global_cluster", "primary_database", "recovery_database", "topic")
    regions = {"primary_region": "us-east-1", "recovery_region": "us-west-2"}
    hosts = {"public_host": "api.company.com", "recovery_endpoint": "https://api.us-west-2.company.com/health"}
    return spec.Wiring.model_validate({**dict.fromkeys(names, "x"), **regions, **hosts, "rto": 900, **given})


@pytest.mark.req("BDR-10")
def test_the_payment_document_says_what_it_always_said():
    read = spec.Failover.model_validate(AS_WRITTEN)
    http, metric = read.spec.health_checks
    assert isinstance(http, spec.HttpCheck)
    assert (http.interval, http.timeout, http.failure_threshold) == (10, 5, 3)
    assert isinstance(metric, spec.MetricCheck)
    assert (read.spec.primary.cluster, read.spec.secondary.namespace) == ("production-us-east-1", "payment-service")
    assert (read.spec.failover_policy.automatic, read.spec.failover_policy.delay) == (True, 300)
    assert read.spec.data_sync.database.replication_lag_threshold == 5
    assert (read.spec.notifications.slack, read.spec.notifications.pagerduty) == ("#incidents", "payment-oncall")


@pytest.mark.req("BDR-11")
def test_the_name_that_moves_is_no_probe():
    with pytest.raises(ValueError, match=r"endpoint https://api\.company\.com/health is the name that moves"):
        spec.check(spec.Failover.model_validate(AS_WRITTEN), wiring())


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"slack_secret": None}, "notifications name slack and slackSecret is not set; name its secret"),
        ({"pagerduty_secret": None}, "notifications name pagerduty and pagerdutySecret is not set; name its secret"),
    ],
)
def test_people_that_cannot_be_told_are_refused(given: dict[str, Any], said: str):
    secrets = {"slack_secret": "s", "pagerduty_secret": "p", **given}
    with pytest.raises(ValueError, match=said):
        spec.check(document(), wiring(**secrets))


def test_a_metric_without_a_place_to_ask_is_refused():
    checks = [DOCUMENT["spec"]["healthChecks"][0], {"type": "metric", "query": "errors"}]
    with pytest.raises(
        ValueError, match="healthChecks asks 'errors' and metricsUrl is not set; set it or drop the check"
    ):
        spec.check(document(healthChecks=checks), wiring(slack_secret="s", pagerduty_secret="p"))


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        (
            {"failoverPolicy": {"automatic": True, "delay": "5 min"}},
            "'5 min' is not a duration; write it like 10s, 5m or 1h",
        ),
        ({"failoverPolicy": {"automatic": True, "delay": "0s"}}, "greater than 0"),
        ({"failoverPolicy": {}}, "Field required"),
        ({"failoverpolicy": {}}, "Extra inputs are not permitted"),
        ({"healthChecks": [{"type": "http", "endpoint": "ftp://x"}]}, "String should match pattern"),
        ({"healthChecks": [{"type": "http", "endpoint": "http://x", "timeout": "11s"}]}, "longer than interval 10s"),
        ({"healthChecks": [{"type": "metric", "query": "x"}]}, "give at least one http check"),
    ],
)
def test_a_resource_that_cannot_be_meant_is_refused(changed: dict[str, Any], said: str):
    with pytest.raises(ValidationError) as error:
        document(**changed)
    assert said in str(error.value)


def test_two_names_of_one_region_are_refused():
    with pytest.raises(ValidationError, match="recoveryRegion us-east-1 is the primary region; name another one"):
        wiring(recovery_region="us-east-1")


def test_a_standby_that_would_shrink_is_refused():
    with pytest.raises(ValidationError, match="full 1 is less than warm 2; a failover must not shrink the standby"):
        wiring(workloads={"payment-service": {"warm": 2, "full": 1}})
