"""A backup vault: its own key, nobody but the keeper deletes, a lock as ordered, and failures that are heard of."""

import json

import pytest

from components.aws.backup_vault import BackupVault, BackupVaultArgs, Lock
from components.aws.bucket import Retention
from tests.components.aws.parts import HERE, keys

VAULT, LOCK = "aws:backup/vault:Vault", "aws:backup/vaultLockConfiguration:VaultLockConfiguration"
KEEPER = f"arn:aws:iam::{HERE.account}:role/break-glass"


def program(mode: Retention | None = "compliance", sources=(), protect=True):
    args = BackupVaultArgs(
        vault="payment-backup-vault",
        place=HERE,
        key_arn=keys("backup").arns["backup"],
        keeper_arn=KEEPER,
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
    assert vault.inputs["kmsKeyArn"] == engine.one("aws:kms/key:Key").outputs["arn"]


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
def test_a_job_that_did_not_end_well_is_announced_on_an_encrypted_topic(built):
    engine = built(program)
    rule, topic = engine.one("aws:cloudwatch/eventRule:EventRule"), engine.one("aws:sns/topic:Topic")
    assert json.loads(rule.inputs["eventPattern"]) == {
        "source": ["aws.backup"],
        "resources": [engine.one(VAULT).outputs["arn"]],
        "detail": {"state": ["FAILED", "ABORTED", "EXPIRED", "PARTIAL"]},
    }
    target = engine.one("aws:cloudwatch/eventTarget:EventTarget")
    assert target.inputs["rule"] == rule.inputs["name"]
    assert target.inputs["arn"] == topic.outputs["arn"]
    assert topic.inputs["kmsMasterKeyId"] == engine.one("aws:kms/key:Key").outputs["arn"]
    allowed = engine.one("aws:sns/topicPolicy:TopicPolicy")
    (statement,) = json.loads(allowed.inputs["policy"])["Statement"]
    assert statement["Principal"] == {"Service": "events.amazonaws.com"}
    assert statement["Resource"] == topic.outputs["arn"]
    assert allowed.urn in target.depends_on
    (_, events) = json.loads(engine.one("aws:kms/key:Key").inputs["policy"])["Statement"]
    assert events["Principal"] == {"Service": "events.amazonaws.com"}
    assert events["Action"] == ["kms:Decrypt", "kms:GenerateDataKey*"]
