"""A backup vault: its own key, nobody but the keeper deletes, a lock as ordered, and failures that are heard of."""

import json

import pytest

from components.aws.backup_vault import BackupVault, BackupVaultArgs, Lock
from components.aws.bucket import Retention
from tests.components.aws.parts import HERE, alerts, keys

VAULT, LOCK = "aws:backup/vault:Vault", "aws:backup/vaultLockConfiguration:VaultLockConfiguration"
ALARM = "aws:cloudwatch/metricAlarm:MetricAlarm"
KEEPER = f"arn:aws:iam::{HERE.account}:role/break-glass"


def program(mode: Retention | None = "compliance", sources=(), protect=True, silent_hours=None):
    sealed = keys("backup", "alerts").arns
    args = BackupVaultArgs(
        vault="payment-backup-vault",
        place=HERE,
        key_arn=sealed["backup"],
        keeper_arn=KEEPER,
        alerts=alerts(sealed["alerts"]),
        silent_hours=silent_hours,
        lock=Lock(mode=mode, min_days=7, max_days=366, changeable_for_days=5) if mode else None,
        source_accounts=sources,
        protect=protect,
    )
    return BackupVault("backup", args)


def policy_of(engine):
    return json.loads(engine.one("aws:backup/vaultPolicy:VaultPolicy").inputs["policy"])["Statement"]


@pytest.mark.req("BDR-05", "BDR-06", "KMS-05")
def test_a_vault_has_its_name_its_own_key_and_protection(built):
    engine = built(program)
    vault = engine.one(VAULT)
    assert vault.inputs["name"] == "payment-backup-vault"
    assert vault.inputs["kmsKeyArn"] == engine.one("aws:kms/key:Key", "keys-backup").outputs["arn"]
    assert vault.options["protect"] is True


@pytest.mark.req("BDR-06")
def test_nobody_but_the_keeper_deletes_what_is_in_a_vault_or_opens_the_way_to_it(built):
    (refusal,) = policy_of(built(program))
    assert refusal["Effect"] == "Deny"
    assert refusal["Principal"] == {"AWS": "*"}
    assert refusal["Condition"] == {"ArnNotEquals": {"aws:PrincipalArn": KEEPER}}
    assert set(refusal["Action"]) == {
        "backup:DeleteBackupVault",
        "backup:DeleteBackupVaultAccessPolicy",
        "backup:DeleteRecoveryPoint",
        "backup:PutBackupVaultAccessPolicy",
        "backup:UpdateRecoveryPointLifecycle",
    }


@pytest.mark.req("BDR-06")
def test_another_account_copies_in_only_if_it_was_named(built):
    allowed, refusal = policy_of(built(program, "compliance", ("000000000102",)))
    assert allowed["Principal"] == {"AWS": "arn:aws:iam::000000000102:root"}
    assert allowed["Action"] == ["backup:CopyIntoBackupVault"]
    assert refusal["Effect"] == "Deny"


@pytest.mark.req("BDR-06")
@pytest.mark.parametrize(("mode", "grace"), [("compliance", 5), ("governance", None)])
def test_a_lock_in_compliance_mode_is_for_good_once_its_grace_is_over(built, mode, grace):
    lock = built(program, mode).one(LOCK).inputs
    assert (lock["minRetentionDays"], lock["maxRetentionDays"]) == (7, 366)
    assert lock.get("changeableForDays") == grace


def test_a_vault_without_a_lock_has_none(built):
    assert built(program, None).none_of(LOCK)


@pytest.mark.req("BDR-06")
def test_a_job_into_the_vault_or_out_of_it_that_did_not_end_well_is_told(built):
    engine = built(program)
    rule, vault = engine.one("aws:cloudwatch/eventRule:EventRule"), engine.one(VAULT).outputs["arn"]
    failed = ["FAILED", "ABORTED", "EXPIRED", "PARTIAL"]
    assert json.loads(rule.inputs["eventPattern"]) == {
        "source": ["aws.backup"],
        "detail-type": ["Backup Job State Change", "Copy Job State Change", "Restore Job State Change"],
        "detail": {
            "$or": [
                {"backupVaultArn": [vault], "state": failed},
                {"sourceBackupVaultArn": [vault], "state": failed},
                {"destinationBackupVaultArn": [vault], "state": failed},
                {"status": failed},
            ]
        },
    }
    target = engine.one("aws:cloudwatch/eventTarget:EventTarget")
    assert target.inputs["rule"] == rule.inputs["name"]
    assert target.inputs["arn"] == engine.one("aws:sns/topic:Topic").outputs["arn"]
    assert engine.one("aws:sns/topicPolicy:TopicPolicy").urn in target.depends_on


@pytest.mark.req("BDR-06")
def test_a_backup_that_never_began_is_told_when_it_is_overdue(built):
    alarm = built(program, "compliance", (), True, 27).one(ALARM).inputs
    assert (alarm["namespace"], alarm["metricName"]) == ("AWS/Backup", "NumberOfBackupJobsCompleted")
    assert alarm["dimensions"] == {"BackupVaultName": "payment-backup-vault"}
    assert (alarm["statistic"], alarm["comparisonOperator"], alarm["threshold"]) == ("Sum", "LessThanThreshold", 1)
    assert (alarm["period"], alarm["evaluationPeriods"], alarm["datapointsToAlarm"]) == (3600, 27, 27)
    assert alarm["treatMissingData"] == "breaching"
    assert alarm["alarmActions"] == [
        built(program, "compliance", (), True, 27).one("aws:sns/topic:Topic").outputs["arn"]
    ]


def test_a_vault_that_only_takes_copies_is_not_expected_to_have_jobs(built):
    assert built(program).none_of(ALARM)
