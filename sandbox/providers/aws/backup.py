"""AWS Backup: vaults with their policies and locks, plans with what they select, and tests of a restore."""

from sandbox.providers.aws import shapes
from sandbox.providers.aws.row import Call, Row
from sandbox.providers.protocol import Props

TAGS = "tag_resource untag_resource list_tags"
_LIFECYCLE = {"deleteAfter": "DeleteAfterDays", "coldStorageAfter": "MoveToColdStorageAfterDays"}
_RULE = {
    "rules.targetVaultName": "TargetBackupVaultName",
    "rules.schedule": "ScheduleExpression",
    "rules.startWindow": "StartWindowMinutes",
    "rules.completionWindow": "CompletionWindowMinutes",
    "rules.copyActions.destinationVaultArn": "DestinationBackupVaultArn",
    **{f"rules.lifecycle.{key}": name for key, name in _LIFECYCLE.items()},
    **{f"rules.copyActions.lifecycle.{key}": name for key, name in _LIFECYCLE.items()},
}


def _rules(found: Props) -> list[Props]:
    """Without what the service gives each rule."""
    told = shapes.renamed(found["backupPlan"]["rules"], _RULE, "rules")
    own = ("ruleId", "scheduleExpressionTimezone")
    return [{key: value for key, value in rule.items() if key not in own} for rule in told]


def _conditions(found: Props) -> Props | None:
    """Key and value, which read like tags and are none."""
    told = found.get("protectedResourceConditions") or {}
    said = {
        sort: [{"key": key, "value": value} for key, value in pairs.items()] for sort, pairs in told.items() if pairs
    }
    return said or None


ROWS = [
    Row(
        type="aws:backup/vault:Vault",
        create=Call("create_backup_vault"),
        read=Call("describe_backup_vault", "@"),
        delete="delete_backup_vault",
        id="{name}",
        names={"name": "BackupVaultName", "kmsKeyArn": "EncryptionKeyArn"},
        found={"arn": "backupVaultArn", "recoveryPoints": "numberOfRecoveryPoints"},
        arn="backup:backup-vault:{name}",
        tags=TAGS,
        replace="kmsKeyArn",
        write_only="forceDestroy",
        name="name",
    ),
    Row(
        type="aws:backup/logicallyAirGappedVault:LogicallyAirGappedVault",
        create=Call("create_logically_air_gapped_backup_vault"),
        read=Call("describe_backup_vault", "@"),
        delete="delete_backup_vault",
        id="{name}",
        names={"name": "BackupVaultName"},
        found={"arn": "backupVaultArn"},
        tags=TAGS,
        replace="minRetentionDays maxRetentionDays",
        name="name",
    ),
    Row(
        type="aws:backup/vaultPolicy:VaultPolicy",
        create=Call("put_backup_vault_access_policy"),
        read=Call("get_backup_vault_access_policy", "@"),
        delete="delete_backup_vault_access_policy",
        update={"policy": "put_backup_vault_access_policy"},
        id="{backupVaultName}",
        outputs="backupVaultArn",
        replace="backupVaultName",
        delete_first=True,
    ),
    Row(
        type="aws:backup/vaultLockConfiguration:VaultLockConfiguration",
        create=Call("put_backup_vault_lock_configuration"),
        read=Call("describe_backup_vault", "locked && @"),
        delete="delete_backup_vault_lock_configuration",
        id="{backupVaultName}",
        outputs="backupVaultArn",
        replace="backupVaultName minRetentionDays maxRetentionDays changeableForDays",
        write_only="changeableForDays",
        delete_first=True,
    ),
    Row(
        type="aws:backup/plan:Plan",
        create=Call("create_backup_plan", "backupPlanId"),
        read=Call("get_backup_plan", "!deletionDate && @"),
        delete="delete_backup_plan",
        update={"rules": Call("update_backup_plan", takes="name")},
        within="BackupPlan",
        names={"name": "BackupPlanName", **_RULE},
        found={"arn": "backupPlanArn", "version": "versionId", "rules": _rules},
        tags=TAGS,
        sets="rules",
        name="name",
    ),
    Row(
        type="aws:backup/selection:Selection",
        create=Call("create_backup_selection", "selectionId"),
        read=Call("get_backup_selection", "backupSelection"),
        delete="delete_backup_selection",
        imports="{planId}|{selectionId}",
        beside="planId",
        within="BackupSelection",
        names={
            "planId": "BackupPlanId",
            "name": "SelectionName",
            "selectionTags": "ListOfTags",
            "selectionTags.type": "ConditionType",
            "selectionTags.key": "ConditionKey",
            "selectionTags.value": "ConditionValue",
        },
        found={"planId": "asked.planId"},
        replace="planId iamRoleArn selectionTags resources",
        sets="selectionTags resources",
        name="name",
    ),
    Row(
        type="aws:backup/restoreTestingPlan:RestoreTestingPlan",
        create=Call("create_restore_testing_plan"),
        read=Call("get_restore_testing_plan", "restoreTestingPlan"),
        delete="delete_restore_testing_plan",
        update={
            "scheduleExpression recoveryPointSelection scheduleExpressionTimezone startWindowHours": (
                "update_restore_testing_plan"
            )
        },
        id="{name}",
        within="RestoreTestingPlan",
        names={"name": "RestoreTestingPlanName"},
        found={"arn": "restoreTestingPlanArn"},
        tags=TAGS,
        computed="scheduleExpressionTimezone startWindowHours",
        name="name",
    ),
    Row(
        type="aws:backup/restoreTestingSelection:RestoreTestingSelection",
        create=Call("create_restore_testing_selection"),
        read=Call("get_restore_testing_selection", "restoreTestingSelection"),
        delete="delete_restore_testing_selection",
        update={
            "iamRoleArn protectedResourceArns protectedResourceConditions restoreMetadataOverrides "
            "validationWindowHours": "update_restore_testing_selection"
        },
        id="{name}:{restoreTestingPlanName}",
        within="RestoreTestingSelection",
        names={"name": "RestoreTestingSelectionName"},
        found={"protectedResourceConditions": _conditions},
        replace="restoreTestingPlanName protectedResourceType",
        computed="validationWindowHours restoreMetadataOverrides protectedResourceArns",
        name="name",
    ),
]
