"""AWS Backup's jobs beyond moto: what somebody starts is done at once, and its recovery point appears in the vault."""

import re
import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from moto.backup import urls
from moto.backup.exceptions import (
    InvalidParameterValueException,
    InvalidRequestException,
    ResourceNotFoundException,
)
from moto.backup.models import BackupBackend, Vault, backup_backends
from moto.backup.responses import BackupResponse
from moto.core.utils import utcnow
from moto.ec2.models import ec2_backends
from moto.rds.models import rds_backends

from sandbox.cloud import references
from sandbox.cloud.backup import Params, action, kept, taken

LONGEST_DAYS = 36500
_RESOURCE = re.compile(r"arn:[^:]+:(?P<service>[^:]+):[^:]*:\d*:(?P<sort>[^:/]+)[:/](?P<name>.+)")
_VAULT = re.compile(r"arn:[^:]+:backup:(?P<region>[^:]+):(?P<account>\d{12}):backup-vault:(?P<name>.+)")
_SORTS: dict[tuple[str, str], tuple[str, Any, str]] = {
    ("rds", "cluster"): ("Aurora", rds_backends, "clusters"),
    ("ec2", "volume"): ("EBS", ec2_backends, "volumes"),
}
_PREFIX = {"Backup": "job", "Copy": "copyjob"}
_ENDS = {"DeleteAt": "DeleteAfterDays", "MoveToColdStorageAt": "MoveToColdStorageAfterDays"}

_delete_vault = BackupBackend.delete_backup_vault


def _check(asked: Params) -> None:
    """Refuse a role that is not there, and days that AWS does not take."""
    if (role := asked.get("IamRoleArn")) and not references.has_principal(role, "role"):
        raise InvalidParameterValueException(msg=f"IAM role {role} does not exist")
    days = (asked.get("Lifecycle") or {}).get("DeleteAfterDays")
    if days is not None and not 1 <= days <= LONGEST_DAYS:
        text = f"Invalid lifecycle. DeleteAfterDays cannot be less than 1 or more than {LONGEST_DAYS} days"
        raise InvalidParameterValueException(msg=text)


def _start_backup(backend: BackupBackend, asked: Params) -> Params:
    """Of what a stack's plans select; it stays sealed with its own key, the vault's is for what has none."""
    _check(asked)
    vault, arn = backend.describe_backup_vault(asked["BackupVaultName"]), asked["ResourceArn"]
    named = _RESOURCE.fullmatch(arn)
    if named is None or (named["service"], named["sort"]) not in _SORTS:
        raise InvalidParameterValueException(msg=f"The resource type of {arn} is not supported")
    type_, services, objects = _SORTS[named["service"], named["sort"]]
    source = getattr(services[backend.account_id][backend.region_name], objects).get(named["name"])
    if source is None:
        raise ResourceNotFoundException(msg=f"Resource {arn} not found")
    origin = {"ResourceArn": arn, "ResourceType": type_, "IamRoleArn": asked["IamRoleArn"]}
    key = source.kms_key_id or vault.encryption_key_arn
    return _run(backend, "Backup", (backend, vault), asked, {**origin, "EncryptionKeyArn": key})


def _start_copy(backend: BackupBackend, asked: Params) -> Params:
    """Into a vault of whichever account and region its ARN says, sealed with that vault's key."""
    _check(asked)
    source, arn = _point(backend, asked["SourceBackupVaultName"], asked), asked["DestinationBackupVaultArn"]
    named = _VAULT.fullmatch(arn)
    if named is None or named["region"] not in backup_backends[named["account"]]:
        raise InvalidParameterValueException(msg=f"Invalid backup vault ARN {arn}")
    there = backup_backends[named["account"]][named["region"]]
    vault = there.describe_backup_vault(named["name"])
    known = {key: source[key] for key in ("ResourceArn", "ResourceType")}
    known |= {"SourceBackupVaultArn": source["BackupVaultArn"], "IamRoleArn": asked["IamRoleArn"]}
    known["EncryptionKeyArn"] = vault.encryption_key_arn
    return _run(backend, "Copy", (there, vault), asked, known)


def _run(backend: BackupBackend, sort: str, to: tuple[BackupBackend, Vault], asked: Params, known: Params) -> Params:
    """Done, with a point in the vault; or failed by the vault's lock, which bounds for how long a point is kept."""
    there, vault = to
    job, now, lifecycle = str(uuid.uuid4()).upper(), utcnow(), asked.get("Lifecycle") or {}
    days, least, most = lifecycle.get("DeleteAfterDays"), vault.min_retention_days, vault.max_retention_days
    place = {"BackupVaultName": vault.backup_vault_name, "BackupVaultArn": vault.backup_vault_arn}
    told = {**place, "RecoveryPointLifecycle": lifecycle}
    if vault.locked and not (least or 0) <= (days or LONGEST_DAYS + 1) <= (most or LONGEST_DAYS + 1):
        text = f"Kept for {days or 'unlimited'} days, where the lock of the vault wants {least} to {most}."
        ended = {"State": "FAILED", "StatusMessage": text}
    else:
        ended = {"State": "COMPLETED", "CompletionDate": now}
        arn = _point_arn(there, known["ResourceType"], f"{_PREFIX[sort]}-{job.lower()}")
        dates = {at: now + timedelta(days=lifecycle[after]) for at, after in _ENDS.items() if after in lifecycle}
        point = {"RecoveryPointArn": arn, "Status": "COMPLETED", "CreationDate": now, "CompletionDate": now}
        point |= {"Lifecycle": lifecycle, "CalculatedLifecycle": dates, "IsEncrypted": bool(known["EncryptionKeyArn"])}
        kept(there, "points")[arn] = {**point, **place, **known}
        vault.num_of_recovery_points += 1
        told |= {"RecoveryPointArn": arn, "EncryptionKeyArn": known["EncryptionKeyArn"]}
    if sort == "Copy":
        told = {f"Destination{key}": value for key, value in told.items()}
        told["SourceRecoveryPointArn"] = asked["RecoveryPointArn"]
    answer = {f"{sort}JobId": job, "CreationDate": now}
    kept(backend, f"{sort} jobs")[job] = {**known, **told, **ended, **answer, "AccountId": backend.account_id}
    return answer


def _point_arn(backend: BackupBackend, type_: str, job: str) -> str:
    """Points of either type are snapshots of the service that they come from."""
    if type_ == "EBS":
        return f"arn:{backend.partition}:ec2:{backend.region_name}::snapshot/snap-{uuid.uuid4().hex[:17]}"
    return f"arn:{backend.partition}:rds:{backend.region_name}:{backend.account_id}:cluster-snapshot:awsbackup:{job}"


def _start_restore(backend: BackupBackend, asked: Params) -> Params:
    """The job is kept and stays pending: there is no data to restore."""
    _check(asked)
    source, job = taken(kept(backend, "points"), asked["RecoveryPointArn"], "Recovery point"), str(uuid.uuid4()).upper()
    known = {key: source[key] for key in ("RecoveryPointArn", "BackupVaultArn", "ResourceType")}
    known |= {"SourceResourceArn": source["ResourceArn"], "RecoveryPointCreationDate": source["CreationDate"]}
    known |= {"RestoreJobId": job, "AccountId": backend.account_id, "IamRoleArn": asked.get("IamRoleArn")}
    kept(backend, "Restore jobs")[job] = known | {"CreationDate": utcnow(), "Status": "PENDING", "PercentDone": "0.00%"}
    return {"RestoreJobId": job}


def _point(backend: BackupBackend, vault: str, asked: Params) -> Params:
    backend.describe_backup_vault(vault)
    here = {arn: each for arn, each in kept(backend, "points").items() if each["BackupVaultName"] == vault}
    found: Params = taken(here, asked["RecoveryPointArn"], "Recovery point")
    return found


def _delete_point(backend: BackupBackend, asked: Params) -> Params:
    """A lock keeps every point until it expires, whoever asks."""
    gone, vault = _point(backend, asked["BackupVaultName"], asked), backend.vaults[asked["BackupVaultName"]]
    if vault.locked:
        text = "RecoveryPoint cannot be deleted or updated (Backup vault configured with Lock)"
        raise InvalidRequestException(msg=text)
    del kept(backend, "points")[gone["RecoveryPointArn"]]
    vault.num_of_recovery_points -= 1
    return {}


def _drop_vault(self: BackupBackend, backup_vault_name: str) -> None:
    if backup_vault_name in self.vaults and self.vaults[backup_vault_name].num_of_recovery_points:
        raise InvalidRequestException(msg="Backup vault cannot be deleted because it contains recovery points.")
    _delete_vault(self, backup_vault_name)


def _job(sort: str) -> Callable[[BackupBackend, Params], Params]:
    return lambda backend, asked: taken(kept(backend, f"{sort} jobs"), asked[f"{sort}JobId"], f"{sort} job")


def _list(backend: BackupBackend, what: str, asked: Params) -> list[Params]:
    """Those that have what is asked for; a time is nothing that they could have."""
    names = {"ByDestinationVaultArn": "DestinationBackupVaultArn"}
    wanted = {names.get(key, key[2:]): value for key, value in asked.items() if key.startswith("By")}
    if times := sorted(key for key in wanted if key.endswith(("After", "Before"))):
        raise InvalidParameterValueException(msg=f"The local AWS lists nothing by its time: {', '.join(times)}")
    return [each for each in kept(backend, what).values() if wanted.items() <= each.items()]


def _list_points(backend: BackupBackend, asked: Params) -> Params:
    name = backend.describe_backup_vault(asked["BackupVaultName"]).backup_vault_name
    return {"RecoveryPoints": _list(backend, "points", {**asked, "ByBackupVaultName": name})}


ACTIONS: dict[str, Callable[[BackupBackend, Params], Params]] = {
    "start_backup_job": _start_backup,
    "describe_backup_job": _job("Backup"),
    "list_backup_jobs": lambda backend, asked: {"BackupJobs": _list(backend, "Backup jobs", asked)},
    "start_copy_job": _start_copy,
    "describe_copy_job": lambda backend, asked: {"CopyJob": _job("Copy")(backend, asked)},
    "list_copy_jobs": lambda backend, asked: {"CopyJobs": _list(backend, "Copy jobs", asked)},
    "start_restore_job": _start_restore,
    "describe_restore_job": _job("Restore"),
    "list_recovery_points_by_backup_vault": _list_points,
    "describe_recovery_point": lambda backend, asked: _point(backend, asked["BackupVaultName"], asked),
    "delete_recovery_point": _delete_point,
}


def install() -> None:
    """Add to moto what it lacks."""
    for name, do in ACTIONS.items():
        setattr(BackupResponse, name, action(do))
    backend: Any = BackupBackend
    backend.delete_backup_vault = _drop_vault
    vault: Any = Vault
    vault.number_of_recovery_points = property(lambda self: self.num_of_recovery_points)
    points = "/backup-vaults/(?P<name>[^/]+)/recovery-points/"
    jobs = [f"/{sort}-jobs{rest}$" for sort in ("backup", "copy", "restore") for rest in ("/?", "/(?P<job>[^/]+)")]
    for path in (*jobs, f"{points}$", f"{points}(?P<rest>.+)$"):
        urls.url_paths["{0}" + path] = urls.response.dispatch
