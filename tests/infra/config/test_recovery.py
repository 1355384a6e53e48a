"""Guards of the recovery section: what each setting may be, and what none of them may say of another."""

from typing import Any

import pytest

from infra.config.failover import SwitchConfig
from tests.assurance.orders import plan, refusals
from tests.infra.config.orders import ABSENT


@pytest.mark.req("BDR-11", "BDR-13", "BDR-14", "C-03")
def test_a_failover_that_says_little_is_that_of_the_payment_document():
    policy = plan("prod").failover
    assert policy
    checks, dns = policy.detection, policy.dns

    assert (checks.interval_seconds, checks.timeout_seconds, checks.failure_threshold, checks.path) == (
        10,
        5,
        3,
        "/health",
    )
    assert (policy.automatic, policy.delay_seconds, policy.lag_threshold_seconds) == (True, 300, 5)
    assert (SwitchConfig().ttl_seconds, dns.ttl_seconds, dns.poll_seconds) == (60, 30, 60)
    assert policy.notifications.slack
    assert policy.notifications.slack.channel == "incidents"


@pytest.mark.req("BDR-12")
def test_errors_are_counted_a_second_or_as_a_share():
    checks = plan("prod", {"failover.detection.error_rate.ratio_to": "sum(rate(requests_total[5m]))"}).failover
    assert checks
    assert checks.detection.error_rate
    assert checks.detection.error_rate.threshold == 0.01


@pytest.mark.req("BDR-01", "BDR-02", "C-01", "C-25")
@pytest.mark.parametrize(
    ("name", "promised"),
    [
        ("payment", (15, 5, 99.99)),
        ("tradesense", (240, 60, 99.9)),
        ("cretoai", (30, 15, 99.9)),
        ("cretoai-ssp", (240, 15, 99.9)),
    ],
)
def test_a_profile_that_says_nothing_is_promised_what_its_documents_say(name: str, promised: tuple[int, int, float]):
    assert plan("eu", {"targets": {name: {}}}).promised(name) == promised


@pytest.mark.req("BDR-01", "BDR-02", "C-01")
def test_a_profile_may_be_promised_more_and_never_less():
    more = {"targets.payment": {"rto_minutes": 14, "rpo_minutes": 2, "availability_percent": 99.995}}
    less = {"targets.payment": {"rto_minutes": 16, "rpo_minutes": 6, "availability_percent": 99.9}}

    assert refusals("eu", {**more, "failovers_per_year": 1}) == []
    assert plan("eu", {**more, "failovers_per_year": 1}).promised("payment") == (14, 2, 99.995)
    assert refusals("eu", less) == [
        "targets.payment.rto_minutes = 16: promises less than 15, which payment was promised; set 15",
        "targets.payment.rpo_minutes = 6: promises less than 5, which payment was promised; set 5",
        "targets.payment.availability_percent = 99.9: promises less than 99.99, which payment was promised; set 99.99",
    ]


@pytest.mark.req("BDR-01")
def test_nothing_may_be_lost_where_nothing_is_promised_to_be():
    assert (
        plan(
            "eu",
            {
                "targets.payment.rpo_minutes": 0,
                "data.cache.targets": ["own"],
                "targets.own": {"rto_minutes": 15, "rpo_minutes": 5, "availability_percent": 99},
            },
        )
        .promised("payment")
        .rpo_minutes
        == 0
    )


@pytest.mark.req("BDR-01")
def test_a_profile_without_documents_states_its_targets():
    known = "state it, or use one of payment, tradesense, cretoai, cretoai-ssp"

    assert refusals("eu", {"targets.cardano": {"rto_minutes": 30}}) == [
        f"targets.cardano.rpo_minutes: is required, for no document tells it of cardano; {known}",
        f"targets.cardano.availability_percent: is required, for no document tells it of cardano; {known}",
    ]


REFUSED = [
    ("prod", {"failover": ABSENT}, "failover: is required, or nothing moves the service to us-west-2; add it"),
    (
        "prod",
        {"peer": ABSENT, "data.database.max_lag_seconds": 5},
        "failover: leads nowhere without another region; add peer, or remove failover",
    ),
    ("eu", {"role": "standby"}, "role = standby: stands by for no region; add peer, or set role: primary"),
    (
        "prod",
        {"failover.detection.host": "api.example.com"},
        "failover.detection.host = api.example.com: moves with the failover, so that the probe would ask the standby; "
        "give the region's own host",
    ),
    (
        "prod",
        {"failover.detection.timeout_seconds": 11},
        "failover.detection.timeout_seconds = 11: outlasts the 10 s between two checks; "
        "lower it, or raise interval_seconds",
    ),
    (
        "prod",
        {"failover.detection.path": "health"},
        "failover.detection.path = health: is no path; write it from the root, such as /health",
    ),
    (
        "prod",
        {"failover.response_minutes": 1},
        "failover.response_minutes = 1: is the time of a person, and automatic: true asks nobody; "
        "remove it, or set automatic: false",
    ),
    (
        "prod",
        {"failover.automatic": False},
        "failover.response_minutes: is required where a person decides; "
        "say how long they may take, or set automatic: true",
    ),
    (
        "prod",
        {"failover.notifications": {}},
        "failover.notifications: tell nobody, and a failover that is blocked waits for a person; "
        "add pagerduty or slack",
    ),
    pytest.param(
        "prod",
        {"failover.dns.ttl_seconds": 61},
        "failover.dns.ttl_seconds = 61: is too large; give at most 60",
        marks=pytest.mark.req("DNS-01"),
    ),
    (
        "prod",
        {"failover.notifications.slack.secret": "https://hooks.slack.com/services/T0/B0/x"},
        "failover.notifications.slack.secret: is no name of a secret in Secrets Manager; "
        "give its name, never its value",
    ),
    (
        "prod",
        {"data.database.replication": "synchronous"},
        "data.database.replication = synchronous: holds no write back until us-west-2 has it, and active-passive "
        "regions tolerate a lag; set asynchronous, with the lag that is tolerated (C-03)",
    ),
    (
        "prod",
        {"data.database.max_lag_seconds": 5},
        "data.database.max_lag_seconds = 5: is failover.lag_threshold_seconds for the database, "
        "above which nothing is promoted; remove it",
    ),
    (
        "prod",
        {"data.evidence.max_lag_seconds": ABSENT},
        "data.evidence.max_lag_seconds: is required for an asynchronous replica; say how far behind it may be",
    ),
    (
        "eu",
        {"data.database.max_lag_seconds": 5},
        "data.database.max_lag_seconds = 5: is no setting of replication: synchronous; "
        "remove it, or set replication: asynchronous",
    ),
    (
        "eu",
        {"data.database.replication": "asynchronous"},
        "data.database.max_lag_seconds: is required for an asynchronous replica; say how far behind it may be",
    ),
    (
        "prod",
        {"data.database.point_in_time": ABSENT, "data.database.backups": {}},
        "data.database.backups: is required: a deletion reaches the replica too; add a schedule, or point_in_time",
    ),
    (
        "eu",
        {"data.volumes.replication": "synchronous"},
        "data.volumes.rebuilt_from = database: is not needed beside replication: synchronous; remove one of them",
    ),
    (
        "eu",
        {"data.volumes.restore_minutes": ABSENT},
        "data.volumes.restore_minutes: is required without a replica; say how long a restore may take",
    ),
    (
        "eu",
        {"data.volumes.rebuilt_from": "objects"},
        "data.volumes.rebuilt_from = objects: leads to no class of data that is kept itself; "
        "name one of recovery.data that is",
    ),
    (
        "eu",
        {"data.volumes.rebuilt_from": "volumes"},
        "data.volumes.rebuilt_from = volumes: leads to no class of data that is kept itself; "
        "name one of recovery.data that is",
    ),
    (
        "prod",
        {"data.evidence.targets": ["audit", "aduit"]},
        "data.evidence.targets[1] = aduit: is no target here; choose from payment, tradesense, audit",
    ),
    (
        "prod",
        {
            "data.evidence.targets": ["payment"],
            "data.evidence.max_lag_seconds": 5,
            **{
                f"data.{name}.targets": ["payment", "tradesense"]
                for name in ("database", "cache", "streaming", "volumes")
            },
        },
        "targets.audit: binds no class of data; name it in the targets of one, or remove it",
    ),
    (
        "eu",
        {"data.volumes.backups.daily.keep_days": 1},
        "data.volumes.backups.daily.keep_days = 1: ends before the next backup is there; keep it at least 2 days",
    ),
    (
        "eu",
        {"data.volumes.backups.daily.schedule": "daily at two"},
        'data.volumes.backups.daily.schedule: is no schedule that goes on; write five cron fields such as "0 2 * * *", '
        "or cron(0 2 * * ? *), in UTC",
    ),
    (
        "eu",
        {"data.volume": {"replication": "synchronous"}},
        "data.volume: is not offered; choose 'database', 'cache', 'streaming', 'volumes', 'objects' or 'evidence'",
    ),
    ("eu", {"data": {}}, "data: has too few entries (0); give at least 1"),
    ("eu", {"targets": {}}, "targets: has too few entries (0); give at least 1"),
    ("eu", {"failovers_per_yaer": 1}, "failovers_per_yaer: is no setting; write failovers_per_year"),
]


@pytest.mark.req("PLT-05", "BDR-11", "BDR-13", "BDR-14", "C-02", "C-03")
@pytest.mark.parametrize(("name", "changes", "message"), REFUSED)
def test_what_cannot_stand_is_refused_with_setting_value_and_remedy(name: str, changes: dict[str, Any], message: str):
    assert refusals(name, changes) == [message]


@pytest.mark.req("C-02")
def test_a_backup_is_kept_until_its_successor_can_have_arrived_elsewhere():
    weekly = {"schedule": "cron(0 2 ? * 2 *)", "start_window_minutes": 60, "completion_minutes": 120}
    day = {"data.volumes.backups.daily": {**weekly, "copy_minutes": 1260, "keep_days": 8}}

    assert refusals("prod", day) == []
    day["data.volumes.backups.daily"]["copy_minutes"] = 1261
    assert refusals("prod", day) == [
        "data.volumes.backups.daily.keep_days = 8: ends before the next backup is there; keep it at least 9 days"
    ]


@pytest.mark.req("BDR-14")
def test_classes_that_are_rebuilt_from_each_other_are_rebuilt_from_nothing():
    circle = {"data.cache.rebuilt_from": "streaming", "data.streaming.rebuilt_from": "cache"}
    rule = "leads to no class of data that is kept itself; name one of recovery.data that is"

    assert refusals("prod", circle) == [
        f"data.cache.rebuilt_from = streaming: {rule}",
        f"data.streaming.rebuilt_from = cache: {rule}",
    ]
    assert refusals("prod", {"data.cache.rebuilt_from": "volumes", "failover.delay_seconds": 240}) == []
