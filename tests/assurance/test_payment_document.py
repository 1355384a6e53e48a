"""The payment document as it was written promises what its settings cannot keep."""

import pytest

from tests.assurance import orders
from tests.assurance.orders import raw


@pytest.mark.req("BDR-01", "BDR-11", "BDR-12", "BDR-13")
def test_the_payment_document_is_held_as_it_was_written():
    document = raw("payment-document")
    failover, volumes = document["failover"], document["data"]["volumes"]["backups"]

    assert document["targets"]["payment"] == {"rto_minutes": 15, "rpo_minutes": 5, "availability_percent": 99.99}
    assert failover["detection"] == {
        "host": failover["host"],
        "interval_seconds": 10,
        "timeout_seconds": 5,
        "failure_threshold": 3,
        "error_rate": {
            "query": "sum(rate(payment_errors_total[5m]))",
            "prometheus": "http://prometheus.monitoring:9090",
            "threshold": 0.01,
        },
    }
    assert (failover["automatic"], failover["delay_seconds"], failover["lag_threshold_seconds"]) == (True, 300, 5)
    assert document["data"]["database"] == {"replication": "synchronous"}
    assert [(backup["schedule"], backup["keep_days"]) for backup in volumes.values()] == [
        ("0 2 * * *", 30),
        ("cron(0 2 * * ? *)", 30),
    ]


DOCUMENT = [
    "failover.detection.host = api.example.com: moves with the failover, so that the probe would ask the standby; "
    "give the region's own host",
    "data.database.replication = synchronous: holds no write back until us-west-2 has it, and active-passive regions "
    "tolerate a lag; set asynchronous, with the lag that is tolerated (C-03)",
    "data.database.backups: is required: a deletion reaches the replica too; add a schedule, or point_in_time",
    """data.volumes: may lose 202 h of writes with its region, and payment allows 5 min:
         24 h  the longest time between two runs of cron(0 2 * * ? *)  <- passes 5 min
      +   8 h  until a run starts
      + 168 h  until it is complete
      +   2 h  until its copy is in us-west-2
      = 202 h, 201 h 55 min too long
      to keep it, one of:
        - replication: asynchronous with max_lag_seconds of at most 300
        - rebuilt_from: database, if that holds all of it""",
    """targets.payment: may take 1 h 12 min 15 s to bring back volumes, and payment allows 15 min:
                   30 s  3 failed checks, 10 s apart
      +             5 s  the last of them times out
      +           5 min  delay, with failure unbroken
      +            10 s  the next check after the delay
      +            30 s  the lost side is fenced off
      +             1 h  a copy is restored  <- passes 15 min
      +           3 min  the standby scales up
      +           1 min  the alarm on the switch waits for its period to end
      +           1 min  the record sees the alarm
      +           1 min  clients keep the old address for its TTL
      = 1 h 12 min 15 s, 57 min 15 s too long
      to keep it, set
        - data.volumes.restore_minutes: 2 instead of 60""",
    """targets.payment.availability_percent: may be down for 2 h 24 min 30 s a year, and 99.99 % of payment leaves \
52 min 33 s:
      2 x 1 h 12 min 15 s = 2 h 24 min 30 s, 1 h 31 min 57 s too long
      to keep it, set
        - a failover of at most 26 min 16 s""",
]


@pytest.mark.req("BDR-01", "BDR-02", "BDR-11", "BDR-14", "C-01", "C-02", "C-03", "C-25")
def test_the_payment_document_as_written_is_refused_with_the_arithmetic_that_breaks_it():
    assert orders.refusals("payment-document") == DOCUMENT


@pytest.mark.req("BDR-14", "C-02", "C-03")
def test_the_payment_document_stands_with_the_changes_that_its_refusal_asks_for():
    changes = {
        "failover.detection.host": "us-east-1.api.example.com",
        "data.database": {"replication": "asynchronous", "point_in_time": {}},
        "data.volumes.rebuilt_from": "database",
        "data.volumes.restore_minutes": 2,
    }

    assert orders.refusals("payment-document", changes) == [
        """targets.payment: may take 16 min 15 s to bring back volumes, and payment allows 15 min:
               30 s  3 failed checks, 10 s apart
      +         5 s  the last of them times out
      +       5 min  delay, with failure unbroken
      +        10 s  the next check after the delay
      +        30 s  the lost side is fenced off
      +       2 min  the replica is promoted
      +       2 min  it is rebuilt from database
      +       3 min  the standby scales up
      +       1 min  the alarm on the switch waits for its period to end
      +       1 min  the record sees the alarm  <- passes 15 min
      +       1 min  clients keep the old address for its TTL
      = 16 min 15 s, 1 min 15 s too long
      to keep it, one of:
        - failover.delay_seconds: 225 instead of 300
        - failover.promotion_seconds: 45 instead of 120
        - failover.scale_up_seconds: 105 instead of 180"""
    ]
    assert orders.refusals("payment-document", {**changes, "failover.delay_seconds": 225}) == []
    assert orders.refusals("payment-document", {**changes, "failover.delay_seconds": 226})
    assert orders.refusals("payment-document", {**changes, "failover.promotion_seconds": 45}) == []
