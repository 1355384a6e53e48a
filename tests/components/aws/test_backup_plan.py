"""A backup plan: what its tag selects is copied on schedule, kept, copied away, and restored to see that it can be."""

import json
from dataclasses import replace

import pytest

from components.aws.backup_plan import BackupPlan, BackupPlanArgs, Schedule
from components.aws.restore_test import RestoreTest, RestoreTesting, RestoreTestingArgs
from tests.components.aws.parts import HERE

AWAY = f"arn:aws:backup:us-west-2:{HERE.account}:backup-vault:dr-vault"
ISOLATED = "arn:aws:backup:us-east-1:000000000105:backup-vault:out-of-reach"
DAILY = Schedule(
    cron="cron(0 2 * * ? *)", start_window_minutes=60, completion_minutes=120, keep_days=30, copy_to=[AWAY]
)


def two_copies():
    return program(schedule=replace(DAILY, copy_to=[AWAY, ISOLATED]))


def program(tested=False, schedule=DAILY):
    args = BackupPlanArgs(
        plan="payment-service-volumes",
        data_class="volumes",
        place=HERE,
        vault_name="payment-backup-vault",
        vault_arn="*",
        schedules={"daily-backup": schedule},
        restore_test=RestoreTest(cron="cron(0 5 ? * 1 *)", resource_type="EBS") if tested else None,
    )
    return BackupPlan("backup-volumes", args)


@pytest.mark.req("BDR-05", "BDR-06")
def test_the_plan_is_the_one_of_the_payment_document(built):
    plan = built(program).one("aws:backup/plan:Plan").inputs
    assert plan["name"] == "payment-service-volumes"
    assert plan["rules"] == [
        {
            "ruleName": "daily-backup",
            "targetVaultName": "payment-backup-vault",
            "schedule": "cron(0 2 * * ? *)",
            "startWindow": 60,
            "completionWindow": 120,
            "lifecycle": {"deleteAfter": 30},
            "copyActions": [{"destinationVaultArn": AWAY, "lifecycle": {"deleteAfter": 30}}],
        }
    ]


@pytest.mark.req("BDR-06")
def test_what_carries_the_tag_of_its_class_is_selected_and_nothing_else(built):
    engine = built(program)
    selection = engine.one("aws:backup/selection:Selection").inputs
    assert selection["selectionTags"] == [{"type": "STRINGEQUALS", "key": "Backup", "value": "volumes"}]
    assert "resources" not in selection
    assert selection["planId"] == engine.one("aws:backup/plan:Plan").id
    role = engine.one("aws:iam/role:Role")
    assert selection["iamRoleArn"] == role.outputs["arn"]
    (trusted,) = json.loads(role.inputs["assumeRolePolicy"])["Statement"]
    assert trusted["Principal"] == {"Service": "backup.amazonaws.com"}
    attached = {each.inputs["policyArn"] for each in engine.of("aws:iam/rolePolicyAttachment:RolePolicyAttachment")}
    assert attached == {
        "arn:aws:iam::aws:policy/service-role/AWSBackupServiceRolePolicyForBackup",
        "arn:aws:iam::aws:policy/service-role/AWSBackupServiceRolePolicyForRestores",
    }


@pytest.mark.req("BDR-15")
def test_the_newest_backup_is_restored_on_schedule_and_thrown_away(built):
    engine = built(program, True)
    plan = engine.one("aws:backup/restoreTestingPlan:RestoreTestingPlan").inputs
    assert plan["name"] == "payment_service_volumes"
    assert plan["scheduleExpression"] == "cron(0 5 ? * 1 *)"
    assert plan["recoveryPointSelection"]["algorithm"] == "LATEST_WITHIN_WINDOW"
    chosen = engine.one("aws:backup/restoreTestingSelection:RestoreTestingSelection").inputs
    assert chosen["restoreTestingPlanName"] == plan["name"]
    assert chosen["protectedResourceType"] == "EBS"
    assert chosen["validationWindowHours"] == 4
    tagged = {"key": "aws:ResourceTag/Backup", "value": "volumes"}
    assert chosen["protectedResourceConditions"] == {"stringEquals": [tagged]}


def of_copies():
    test = RestoreTest(cron="cron(0 5 ? * 1 *)", resource_type="Aurora", keep_hours=8)
    role = program().role_arn
    return RestoreTesting("recovery", RestoreTestingArgs(plan="away-copies", test=test, vault_arn=AWAY, role_arn=role))


@pytest.mark.req("BDR-15")
def test_copies_in_a_vault_of_their_own_are_found_by_their_type(built):
    engine = built(of_copies)
    plan = engine.one("aws:backup/restoreTestingPlan:RestoreTestingPlan").inputs
    assert plan["recoveryPointSelection"]["includeVaults"] == [AWAY]
    chosen = engine.one("aws:backup/restoreTestingSelection:RestoreTestingSelection").inputs
    assert (plan["name"], chosen["name"], chosen["restoreTestingPlanName"]) == ("away_copies",) * 3
    assert (chosen["protectedResourceType"], chosen["protectedResourceArns"]) == ("Aurora", ["*"])
    assert "protectedResourceConditions" not in chosen
    assert chosen["iamRoleArn"] == engine.one("aws:iam/role:Role").outputs["arn"]
    assert chosen["validationWindowHours"] == 8


def test_a_plan_without_a_test_restores_nothing(built):
    assert built(program).none_of("aws:backup/restoreTestingPlan:RestoreTestingPlan")


@pytest.mark.req("BDR-06")
def test_every_vault_that_gets_a_copy_keeps_it_as_long(built):
    (rule,) = built(two_copies).one("aws:backup/plan:Plan").inputs["rules"]
    assert [copy["destinationVaultArn"] for copy in rule["copyActions"]] == [AWAY, ISOLATED]
    assert {copy["lifecycle"]["deleteAfter"] for copy in rule["copyActions"]} == {30}
