"""Who hears that the standby's database is behind."""

import pytest

from tests import records

ALARM = "aws:cloudwatch/metricAlarm:MetricAlarm"


@pytest.mark.req("C-03", "BDR-13")
def test_people_of_the_standby_hear_of_a_lag_above_which_no_failover_happens_by_itself():
    engine, failover = records.of_stack("dr"), records.order("dr").recovery.failover
    alarm = engine.one(ALARM, "database-lag").inputs
    assert failover.lag_threshold_seconds == 5
    assert alarm["threshold"] == 5000
    assert alarm["period"] * alarm["evaluationPeriods"] < failover.delay_seconds
    assert alarm["alarmActions"] == [engine.one("aws:sns/topic:Topic", "alerts").outputs["arn"]]
    for stack in ("prod", "eu"):
        assert not [each for each in records.of_stack(stack).of(ALARM) if each.name == "database-lag"], stack
