"""Guards of the trail, of evidence and of those who hear: each message as a whole."""

from pathlib import Path

import pytest

from infra.config.audit import AuditConfig
from tests.infra.config.orders import ABSENT, DEV, GLOBAL, PRODUCTION, committed, edited, refusals
from tests.infra.config.test_border import DR, refusal

PROD, EU = committed("prod"), committed("eu")
ALERTED = {"alerts": {"subscribers": ["security@example.com"]}}


@pytest.mark.req("AUD-01", "AUD-02")
def test_production_has_a_trail():
    for order in (PRODUCTION, GLOBAL):
        assert refusals(order, {"audit": ABSENT}) == [
            "audit: is required in production, or nobody can tell who did what; "
            "write audit: {} for a locked trail and evidence, kept for as long as was promised"
        ]
    assert refusals(DEV, {}) == []


@pytest.mark.req("AUD-01", "AUD-02", "AUD-03", "AUD-04", "C-23")
def test_an_audit_that_says_nothing_keeps_what_production_promised():
    assert AuditConfig().retention_days == {"trail": 2557, "evidence": 1096}
    assert (AuditConfig().mode, AuditConfig().global_events) == ("compliance", True)


@pytest.mark.req("AUD-01", "AUD-02", "AUD-03", "C-23")
@pytest.mark.parametrize(("name", "least"), [("trail", 2555), ("evidence", 1095)])
def test_production_keeps_each_class_for_as_long_as_was_promised(name, least):
    at = f"audit.retention_days.{name}"
    days = {"trail": 2555, "evidence": 1095}
    assert refusals(PRODUCTION, {"audit.retention_days": days}) == []
    assert refusals(PRODUCTION, {"audit.retention_days": {**days, name: least - 1}}) == [
        f"{at} = {least - 1}: ends before what production has promised; give {least} or more (C-23)"
    ]


@pytest.mark.req("AUD-03", "C-23")
def test_production_has_evidence_and_every_stack_a_trail():
    assert refusals(PRODUCTION, {"audit.retention_days": {"trail": 2557}}) == [
        "audit.retention_days.evidence: is required in production; lock it for 1095 days or more (C-23)"
    ]
    dev = {"audit": {"mode": "governance", "retention_days": {"evidence": 7}}, **ALERTED}
    assert refusals(DEV, dev) == ["audit.retention_days.trail: is required; say for how many days the trail is locked"]
    assert refusals(DEV, {"audit": {"mode": "governance", "retention_days": {"trail": 7}}, **ALERTED}) == []


@pytest.mark.req("AUD-04")
def test_locks_are_for_good_in_production_and_nowhere_else():
    assert refusals(PRODUCTION, {"audit.mode": "governance"}) == [
        "audit.mode = governance: lets whoever has the right delete evidence of production; set compliance"
    ]
    assert refusals(DEV, {"audit": {}, **ALERTED}) == [
        "audit.mode: cannot be undone, so that this stack could never be destroyed; set governance outside production"
    ]


@pytest.mark.req("AUD-04")
def test_a_class_locks_something_under_a_name_that_is_free_and_short():
    days = {"trail": 2557, "evidence": 1096}
    assert refusals(PRODUCTION, {"audit.retention_days": {**days, "notes": 0}}) == [
        "audit.retention_days.notes = 0: locks nothing; give 1 day or more"
    ]
    assert refusals(PRODUCTION, {"audit.retention_days": {**days, "access-logs": 10}}) == [
        "audit.retention_days.access-logs = 10: is the name of what readers leave behind; choose another"
    ]
    long = "minutes-of-all-meetings"
    bucket = f"production-platform-000000000101-{long}-recovery"
    assert refusals(PRODUCTION, {"audit.retention_days": {**days, long: 10}}) == [
        f"audit.retention_days.{long} = 10: names the bucket {bucket}, {len(bucket) - 63} characters longer than "
        "S3 takes; shorten it"
    ]


@pytest.mark.req("AUD-08")
def test_completeness_is_a_time_of_silence_that_cloudtrail_can_keep():
    assert (AuditConfig().completeness_percent, AuditConfig().silent_minutes) == (99.98, 8)
    assert AuditConfig(completeness_percent=99.9).silent_minutes == 43
    assert refusals(PRODUCTION, {"audit.completeness_percent": 99.99}) == [
        "audit.completeness_percent = 99.99: leaves 4 minutes of silence in 30 days, and CloudTrail itself takes 5; "
        "give 99.988 or less"
    ]
    assert refusals(PRODUCTION, {"audit.completeness_percent": 99.988}) == []


@pytest.mark.req("AUD-08", "BDR-06")
def test_somebody_hears_of_a_gap_and_of_a_failed_backup():
    for order, watched in ((PRODUCTION, ""), (GLOBAL, ""), (PROD, " and backup")):
        assert refusals(order, {"alerts": ABSENT}) == [
            f"alerts: is required beside audit and guardrails{watched}, or nobody hears of what fails there; "
            "name subscribers"
        ]
    assert refusals(DEV, {"guardrails": {}}) == [
        "alerts: is required beside guardrails, or nobody hears of what fails there; name subscribers"
    ]
    assert refusals(PRODUCTION, {"alerts.subscribers": ["a@example.com", "a@example.com"]}) == [
        "alerts.subscribers: names a@example.com more than once; give each once"
    ]
    assert refusals(PRODUCTION, {"alerts.subscribers": ["#security"]}) == [
        "alerts.subscribers[0]: is no e-mail address; write name@domain"
    ]


@pytest.mark.req("C-02", "AUD-04")
def test_a_copy_of_evidence_is_one_that_s3_can_make():
    evidence = "recovery.data.evidence"
    assert refusals(PROD, {f"{evidence}.max_lag_seconds": 300}) == [
        f"{evidence}.max_lag_seconds = 300: is less than S3 promises, which is 900; set that, or more"
    ]
    assert refusals(EU, {evidence: {"replication": "asynchronous", "max_lag_seconds": 300}}) == [
        f"{evidence}.replication = asynchronous: leads nowhere; name the other region in recovery.peer, "
        "or set synchronous, which a bucket is over zones"
    ]
    assert f"{evidence}: is kept nowhere; order audit, or remove it" in refusals(PROD, {"audit": ABSENT})


@pytest.mark.req("AUD-02")
def test_of_an_account_one_stack_has_the_trail_that_holds_all_of_it(tmp_path: Path):
    at = "audit.global_events"
    twice = f"{at}: is what Pulumi.dr.yaml says too of account 000000000101; set false in one of them"
    none = f"{at} = false: leaves account 000000000101 without a trail of all its regions and of IAM; set true"
    assert refusal(tmp_path, prod=PRODUCTION, dr=DR) == ""
    for said in (True, ABSENT):
        assert refusal(tmp_path, prod=PRODUCTION, dr=edited(DR, {at: said})) == twice
    assert refusal(tmp_path, prod=edited(PRODUCTION, {at: False}), dr=DR) == none
    assert refusal(tmp_path, prod=edited(PRODUCTION, {at: False}), dr=edited(DR, {"audit": 7})) == none
