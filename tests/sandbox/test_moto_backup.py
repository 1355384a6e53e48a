"""Jobs of AWS Backup, asked by boto3: what they leave in a vault, and what a vault lets nobody do."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from moto.server import ThreadedMotoServer

from tests.sandbox.aws_samples_storage import SAMPLES
from tests.sandbox.aws_world import ACCOUNT, OTHER_ACCOUNT, World, provider, tagging_provider, trust

HERE, AWAY = "us-east-1", "us-west-2"
VAULT = f"arn:aws:backup:{{}}:{ACCOUNT}:backup-vault:{{}}"
NOBODY = f"arn:aws:iam::{ACCOUNT}:role/nobody"


def backup(region: str = HERE) -> Any:
    return boto3.client("backup", region_name=region)


def key(region: str = HERE) -> str:
    return str(boto3.client("kms", region_name=region).create_key()["KeyMetadata"]["Arn"])


@pytest.fixture
def vault(local_aws: None) -> str:
    """A vault here, and `away` in the other region, which keeps what it has for a week at least and a year at most."""
    backup().create_backup_vault(BackupVaultName="here", EncryptionKeyArn=key())
    backup(AWAY).create_backup_vault(BackupVaultName="away", EncryptionKeyArn=key(AWAY))
    lock = {"MinRetentionDays": 7, "MaxRetentionDays": 366}
    backup(AWAY).put_backup_vault_lock_configuration(BackupVaultName="away", **lock)
    return VAULT.format(AWAY, "away")


@pytest.fixture
def volume(local_aws: None) -> str:
    made = boto3.client("ec2", region_name=HERE).create_volume(AvailabilityZone=f"{HERE}a", Size=1)["VolumeId"]
    return f"arn:aws:ec2:{HERE}:{ACCOUNT}:volume/{made}"


@pytest.fixture
def role(local_aws: None) -> str:
    made = boto3.client("iam").create_role(RoleName="backup", AssumeRolePolicyDocument=trust("backup"))
    return str(made["Role"]["Arn"])


@pytest.fixture
def order(vault: str, volume: str, role: str) -> dict[str, Any]:
    """A backup of the volume, kept for 30 days."""
    lifecycle = {"DeleteAfterDays": 30}
    return {"BackupVaultName": "here", "ResourceArn": volume, "IamRoleArn": role, "Lifecycle": lifecycle}


@pytest.fixture
def point(order: dict[str, Any]) -> str:
    """The recovery point of that order."""
    job = backup().start_backup_job(**order)["BackupJobId"]
    return str(backup().describe_backup_job(BackupJobId=job)["RecoveryPointArn"])


@pytest.fixture
def copy(point: str, vault: str, role: str) -> dict[str, Any]:
    """A copy of it into the other region."""
    there = {"DestinationBackupVaultArn": vault, "IamRoleArn": role, "Lifecycle": {"DeleteAfterDays": 30}}
    return {"RecoveryPointArn": point, "SourceBackupVaultName": "here", **there}


def refused(call: Callable[..., object], **request: Any) -> str:
    """The code and message of the refusal that the call must meet."""
    with pytest.raises(ClientError) as error:
        call(**request)
    found = error.value.response["Error"]
    return f"{found['Code']}: {found['Message']}"


def code(call: Callable[..., object], **request: Any) -> str:
    return refused(call, **request).partition(":")[0]


def points(name: str, region: str = HERE) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = backup(region).list_recovery_points_by_backup_vault(BackupVaultName=name)[
        "RecoveryPoints"
    ]
    return found


def test_a_backup_is_done_and_its_point_is_in_the_vault(order: dict[str, Any], volume: str, role: str) -> None:
    started = backup().start_backup_job(**order)
    job = backup().describe_backup_job(BackupJobId=started["BackupJobId"])
    assert (job["State"], job["ResourceType"], job["CreationDate"]) == ("COMPLETED", "EBS", started["CreationDate"])
    assert (job["AccountId"], job["RecoveryPointLifecycle"]) == (ACCOUNT, {"DeleteAfterDays": 30})
    point = backup().describe_recovery_point(BackupVaultName="here", RecoveryPointArn=job["RecoveryPointArn"])
    assert point["RecoveryPointArn"].startswith(f"arn:aws:ec2:{HERE}::snapshot/snap-")
    assert (point["Status"], point["ResourceArn"], point["IamRoleArn"]) == ("COMPLETED", volume, role)
    assert point["BackupVaultArn"] == VAULT.format(HERE, "here")
    assert point["CalculatedLifecycle"]["DeleteAt"] - point["CreationDate"] == timedelta(days=30)
    known = backup().describe_backup_vault(BackupVaultName="here")
    assert (known["NumberOfRecoveryPoints"], point["EncryptionKeyArn"]) == (1, known["EncryptionKeyArn"])
    assert [each["RecoveryPointArn"] for each in points("here")] == [point["RecoveryPointArn"]]
    assert points("away", AWAY) == []


def test_a_database_is_copied_under_its_own_key(order: dict[str, Any]) -> None:
    own = key()
    user = {"MasterUsername": "root", "ManageMasterUserPassword": True}
    made = boto3.client("rds", region_name=HERE).create_db_cluster(
        DBClusterIdentifier="one", Engine="aurora-postgresql", StorageEncrypted=True, KmsKeyId=own, **user
    )
    backup().start_backup_job(**order | {"ResourceArn": made["DBCluster"]["DBClusterArn"]})
    (point,) = points("here")
    assert (point["ResourceType"], point["EncryptionKeyArn"]) == ("Aurora", own)
    assert point["RecoveryPointArn"].startswith(f"arn:aws:rds:{HERE}:{ACCOUNT}:cluster-snapshot:awsbackup:job-")


def test_what_cannot_be_backed_up_is_refused(order: dict[str, Any], volume: str) -> None:
    start = backup().start_backup_job
    invalid = "InvalidParameterValueException"
    assert code(start, **order | {"BackupVaultName": "none"}) == "ResourceNotFoundException"
    assert code(start, **order | {"ResourceArn": f"{volume}0"}) == "ResourceNotFoundException"
    assert code(start, **order | {"ResourceArn": "arn:aws:s3:::one"}) == invalid
    assert code(start, **order | {"IamRoleArn": NOBODY}) == invalid
    assert refused(start, **order | {"Lifecycle": {"DeleteAfterDays": 0}}) == (
        f"{invalid}: Invalid lifecycle. DeleteAfterDays cannot be less than 1 or more than 36500 days"
    )
    assert code(backup().describe_backup_job, BackupJobId="none") == "ResourceNotFoundException"
    assert backup().list_backup_jobs()["BackupJobs"] == []


def test_jobs_are_listed_by_what_they_have(order: dict[str, Any], point: str, copy: dict[str, Any]) -> None:
    other = backup().start_copy_job(**copy)["CopyJobId"]
    jobs = backup().list_backup_jobs(ByResourceArn=order["ResourceArn"], ByState="COMPLETED")["BackupJobs"]
    assert [each["RecoveryPointArn"] for each in jobs] == [point]
    assert backup().list_backup_jobs(ByBackupVaultName="other")["BackupJobs"] == []
    copies = backup().list_copy_jobs(ByDestinationVaultArn=copy["DestinationBackupVaultArn"])["CopyJobs"]
    assert [each["CopyJobId"] for each in copies] == [other]
    assert backup().list_copy_jobs(ByState="FAILED")["CopyJobs"] == []


def test_a_copy_is_sealed_by_the_vault_that_it_goes_to(point: str, copy: dict[str, Any], vault: str) -> None:
    job = backup().describe_copy_job(CopyJobId=backup().start_copy_job(**copy)["CopyJobId"])["CopyJob"]
    assert (job["State"], job["SourceRecoveryPointArn"]) == ("COMPLETED", point)
    assert (job["DestinationBackupVaultArn"], job["SourceBackupVaultArn"]) == (vault, VAULT.format(HERE, "here"))
    (there,) = points("away", AWAY)
    assert there["RecoveryPointArn"] == job["DestinationRecoveryPointArn"]
    assert there["RecoveryPointArn"].startswith(f"arn:aws:ec2:{AWAY}::snapshot/snap-")
    assert there["SourceBackupVaultArn"] == VAULT.format(HERE, "here")
    assert there["EncryptionKeyArn"] == backup(AWAY).describe_backup_vault(BackupVaultName="away")["EncryptionKeyArn"]
    assert [each["RecoveryPointArn"] for each in points("here")] == [point]


def test_a_copy_goes_into_another_account(copy: dict[str, Any]) -> None:
    other = provider(OTHER_ACCOUNT)._cloud({})("backup")
    made = other.create_backup_vault(BackupVaultName="isolated")["BackupVaultArn"]
    backup().start_copy_job(**copy | {"DestinationBackupVaultArn": made})
    (there,) = other.list_recovery_points_by_backup_vault(BackupVaultName="isolated")["RecoveryPoints"]
    assert there["ResourceType"] == "EBS"


def test_what_cannot_be_copied_is_refused(copy: dict[str, Any], point: str, vault: str) -> None:
    start, gone = backup().start_copy_job, "ResourceNotFoundException"
    assert code(start, **copy | {"RecoveryPointArn": f"{point}0"}) == gone
    assert code(start, **copy | {"SourceBackupVaultName": "other"}) == gone
    assert code(start, **copy | {"DestinationBackupVaultArn": f"{vault}0"}) == gone
    assert code(start, **copy | {"DestinationBackupVaultArn": "away"}) == "InvalidParameterValueException"
    assert code(start, **copy | {"IamRoleArn": NOBODY}) == "InvalidParameterValueException"
    assert code(backup().describe_copy_job, CopyJobId="none") == gone


@pytest.mark.parametrize("days", [6, 367, None])
def test_the_lock_of_a_vault_fails_what_is_kept_too_short_or_too_long(copy: dict[str, Any], days: int | None) -> None:
    asked = copy | {"Lifecycle": {"DeleteAfterDays": days} if days else {}}
    job = backup().describe_copy_job(CopyJobId=backup().start_copy_job(**asked)["CopyJobId"])["CopyJob"]
    kept = f"Kept for {days or 'unlimited'} days, where the lock of the vault wants 7 to 366."
    assert (job["State"], job["StatusMessage"]) == ("FAILED", kept)
    assert "DestinationRecoveryPointArn" not in job
    assert points("away", AWAY) == []


def test_what_a_locked_vault_has_nobody_deletes(copy: dict[str, Any]) -> None:
    backup().start_copy_job(**copy)
    there = {"BackupVaultName": "away", "RecoveryPointArn": points("away", AWAY)[0]["RecoveryPointArn"]}
    assert refused(backup(AWAY).delete_recovery_point, **there) == (
        "InvalidRequestException: RecoveryPoint cannot be deleted or updated (Backup vault configured with Lock)"
    )
    assert len(points("away", AWAY)) == 1


def test_a_vault_goes_once_it_is_empty(point: str) -> None:
    assert refused(backup().delete_backup_vault, BackupVaultName="here") == (
        "InvalidRequestException: Backup vault cannot be deleted because it contains recovery points."
    )
    named = {"BackupVaultName": "here", "RecoveryPointArn": point}
    backup().delete_recovery_point(**named)
    assert code(backup().describe_recovery_point, **named) == "ResourceNotFoundException"
    backup().delete_backup_vault(BackupVaultName="here")


def test_a_restore_is_kept_and_restores_nothing(point: str, role: str, volume: str) -> None:
    start, order = backup().start_restore_job, {"RecoveryPointArn": point, "Metadata": {}, "IamRoleArn": role}
    job = backup().describe_restore_job(RestoreJobId=start(**order)["RestoreJobId"])
    assert (job["Status"], job["PercentDone"], job["SourceResourceArn"]) == ("PENDING", "0.00%", volume)
    assert (job["ResourceType"], job["IamRoleArn"]) == ("EBS", role)
    assert "CreatedResourceArn" not in job
    assert len(boto3.client("ec2", region_name=HERE).describe_volumes()["Volumes"]) == 1
    assert code(start, **order | {"RecoveryPointArn": f"{point}0"}) == "ResourceNotFoundException"
    assert code(start, **order | {"IamRoleArn": NOBODY}) == "InvalidParameterValueException"
    assert code(backup().describe_restore_job, RestoreJobId="none") == "ResourceNotFoundException"


def test_a_point_is_found_over_the_wire_though_its_arn_has_a_slash(order: dict[str, Any]) -> None:
    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    try:
        host, port = server.get_host_and_port()
        served = boto3.client("backup", region_name=HERE, endpoint_url=f"http://{host}:{port}")
        job = served.describe_backup_job(BackupJobId=served.start_backup_job(**order)["BackupJobId"])
        named = {"BackupVaultName": "here", "RecoveryPointArn": job["RecoveryPointArn"]}
        assert served.describe_recovery_point(**named)["Status"] == "COMPLETED"
        assert [each["RecoveryPointArn"] for each in points("here")] == [named["RecoveryPointArn"]]
        served.delete_recovery_point(**named)
        assert served.list_recovery_points_by_backup_vault(BackupVaultName="here")["RecoveryPoints"] == []
    finally:
        server.stop()


def test_the_plans_of_a_stack_leave_no_point_that_keeps_a_vault(local_aws: None) -> None:
    world = World(tagging_provider())
    token = "aws:backup/selection:Selection"
    inputs = {name: pair.first for name, pair in SAMPLES[token](world).items() if pair.first is not None}
    world.make("backup/selection:Selection", **inputs)
    assert all(each["NumberOfRecoveryPoints"] == 0 for each in backup().list_backup_vaults()["BackupVaultList"])
    assert backup().list_backup_jobs()["BackupJobs"] == []
    world.vanish()
    assert backup().list_backup_vaults()["BackupVaultList"] == []
