"""What a person does when a region stays away: the runbook's own commands, in their order, on the local AWS."""

import re
import shlex
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore import xform_name

from tests import records
from tests.sandbox.aws_world import ACCOUNT, trust

PAGE = Path(__file__).parents[2] / "docs/runbooks/failover.md"
LOST, HERE, THIRD = "us-east-1", "us-west-2", "us-east-2"
VAULT, CACHE, SECRET = "dr-vault", "dr-platform-cache", "production-platform-database-administrator"


def aws(service: str, region: str = HERE) -> Any:
    return boto3.client(service, region_name=region)


def commands() -> list[list[str]]:
    """The words of each command of the section."""
    section = PAGE.read_text().partition("## When the region stays away\n")[2].partition("\n## ")[0]
    blocks = re.findall(r"```sh\n(.*?)```", section, re.DOTALL)
    lines = "".join(blocks).replace("\\\n", " ").splitlines()
    return [shlex.split(line) for line in lines if line.strip()]


def perform(words: list[str], known: dict[str, str]) -> Any:
    """Call what a command of the CLI calls; it knows the same parameters, by their names in its own spelling."""
    _, service, operation, *rest = words
    flags = re.findall(r"--(\S+)((?: (?!--)\S+)*)", " ".join(rest))
    given = {name: known.get(value.strip().removeprefix("$"), value.strip()) for name, value in flags}
    client = aws(service, given.pop("region"))
    method = operation.replace("-", "_")
    members = client.meta.service_model.operation_model(client.meta.method_to_api_mapping[method]).input_shape.members
    asked: dict[str, Any] = {}
    for name, value in given.items():
        (member,) = (each for each in members if xform_name(each, "-") == name.removeprefix("no-"))
        kind = members[member].type_name
        if kind == "boolean":
            assert value == ""
            asked[member] = not name.startswith("no-")
        elif kind == "structure":
            key, _, number = value.partition("=")
            asked[member] = {key: int(number)}
        else:
            asked[member] = {} if value.startswith("file://") else value
    return getattr(client, method)(**asked)


@pytest.fixture
def known(local_aws: None) -> dict[str, str]:
    """What the commands name, on an AWS with what both stacks have of it."""
    role = aws("iam").create_role(RoleName="backup", AssumeRolePolicyDocument=trust("backup"))["Role"]["Arn"]
    for name, region in ((VAULT, HERE), ("third", THIRD), ("lost", LOST)):
        aws("backup", region).create_backup_vault(BackupVaultName=name)
    lock = {"MinRetentionDays": 7, "MaxRetentionDays": 366}
    aws("backup").put_backup_vault_lock_configuration(BackupVaultName=VAULT, **lock)
    user = {"MasterUsername": "root", "ManageMasterUserPassword": True}
    made = aws("rds").create_db_cluster(DBClusterIdentifier="database", Engine="aurora-postgresql", **user)
    asked = {"ReplicationGroupId": CACHE, "ReplicationGroupDescription": "cache", "NumCacheClusters": 2}
    aws("elasticache").create_replication_group(**asked, AutomaticFailoverEnabled=True, MultiAZEnabled=True)
    aws("secretsmanager", LOST).create_secret(
        Name=SECRET, SecretString="known", AddReplicaRegions=[{"Region": HERE, "KmsKeyId": "alias/there"}]
    )
    key = aws("kms", LOST).create_key(MultiRegion=True)["KeyMetadata"]["KeyId"]
    aws("kms", LOST).replicate_key(KeyId=key, ReplicaRegion=HERE)
    elsewhere = f"arn:aws:backup:{THIRD}:{ACCOUNT}:backup-vault:third"
    names = {"ROLE": role, "CLUSTER": made["DBCluster"]["DBClusterArn"], "ELSEWHERE": elsewhere, "KEY": key}
    return {**names, "NODE": f"{CACHE}-001", "VOLUME": _copied(role)}


def _copied(role: str) -> str:
    """A volume of the lost region, as its plan has copied it while it could; the ARN of the copy."""
    volume = aws("ec2", LOST).create_volume(AvailabilityZone=f"{LOST}a", Size=1)["VolumeId"]
    there, how = aws("backup", LOST), {"IamRoleArn": role, "Lifecycle": {"DeleteAfterDays": 30}}
    there.start_backup_job(BackupVaultName="lost", ResourceArn=f"arn:aws:ec2:{LOST}:{ACCOUNT}:volume/{volume}", **how)
    (point,) = there.list_recovery_points_by_backup_vault(BackupVaultName="lost")["RecoveryPoints"]
    arn = aws("backup").describe_backup_vault(BackupVaultName=VAULT)["BackupVaultArn"]
    source = {"RecoveryPointArn": point["RecoveryPointArn"], "SourceBackupVaultName": "lost"}
    job = there.start_copy_job(**source, DestinationBackupVaultArn=arn, **how)["CopyJobId"]
    return str(there.describe_copy_job(CopyJobId=job)["CopyJob"]["DestinationRecoveryPointArn"])


def test_the_runbook_of_a_region_that_stays_away_does_what_it_says(known: dict[str, str]) -> None:
    said = {}
    named = {"BackupJobId": "JOB", "RecoveryPointArn": "POINT", "CopyJobId": "COPY", "RestoreJobId": "RESTORE"}
    for words in commands():
        answer = said[words[2]] = perform(words, known)
        known |= {
            named[key]: value for key, value in answer.items() if key in named and words[2] != "describe-restore-job"
        }
    assert said["describe-backup-job"]["State"] == said["describe-copy-job"]["CopyJob"]["State"] == "COMPLETED"
    (kept,) = aws("backup", THIRD).list_recovery_points_by_backup_vault(BackupVaultName="third")["RecoveryPoints"]
    assert kept["ResourceArn"] == known["CLUSTER"]
    (volume,) = said["list-recovery-points-by-backup-vault"]["RecoveryPoints"]
    restore = said["describe-restore-job"]
    assert (restore["RecoveryPointArn"], restore["Status"]) == (volume["RecoveryPointArn"], "PENDING")
    (cache,) = aws("elasticache").describe_replication_groups()["ReplicationGroups"]
    (failed_over,) = said["test-failover"]["ReplicationGroup"]["NodeGroups"]
    assert [each["CurrentRole"] for each in failed_over["NodeGroupMembers"]] == ["replica", "primary"]
    assert [each["CurrentRole"] for each in cache["NodeGroups"][0]["NodeGroupMembers"]] == ["primary", "replica"]
    assert cache["NodeGroups"][0]["PrimaryEndpoint"] == failed_over["PrimaryEndpoint"]
    assert (cache["AutomaticFailover"], cache["MultiAZ"]) == ("enabled", "enabled")
    assert said["describe-secret"]["KmsKeyId"] == "alias/there"
    assert "PrimaryRegion" not in said["describe-secret"]
    aws("secretsmanager").put_secret_value(SecretId=SECRET, SecretString="new")
    values = [aws("secretsmanager", each).get_secret_value(SecretId=SECRET)["SecretString"] for each in (LOST, HERE)]
    assert values == ["known", "new"]
    moved = said["describe-key"]["KeyMetadata"]["MultiRegionConfiguration"]
    assert (moved["MultiRegionKeyType"], moved["PrimaryKey"]["Region"]) == ("PRIMARY", HERE)


def test_the_lost_region_is_asked_for_nothing_but_its_keys() -> None:
    regions = {tuple(words[1:3]): words[words.index("--region") + 1] for words in commands()}
    assert {call for call, region in regions.items() if region == LOST} == {("kms", "update-primary-region")}
    assert set(regions.values()) == {LOST, HERE}


def test_the_runbook_names_what_the_stacks_have() -> None:
    prod, dr = records.of_stack("prod"), records.of_stack("dr")
    vault = prod.one("aws:backup/vault:Vault", "backup-recovery")
    assert (vault.inputs["name"], f":{HERE}:" in vault.outputs["arn"]) == (VAULT, True)
    lock = prod.one("aws:backup/vaultLockConfiguration:VaultLockConfiguration", "backup-recovery").inputs
    assert (lock["minRetentionDays"], lock["maxRetentionDays"]) == (7, 366)
    cache = dr.one("aws:elasticache/replicationGroup:ReplicationGroup").inputs
    assert (cache["replicationGroupId"], cache["numCacheClusters"]) == (CACHE, 2)
    secret = prod.one("aws:secretsmanager/secret:Secret", "database-administrator").inputs
    assert (secret["name"], [each["region"] for each in secret["replicas"]]) == (SECRET, [HERE])
    assert all(f":{HERE}:" in each.outputs["arn"] for each in prod.of("aws:kms/replicaKey:ReplicaKey"))
