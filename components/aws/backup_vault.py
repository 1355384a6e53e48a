"""Backup vaults: sealed with their own key, closed to deletion, locked where that was ordered (BDR-06)."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import pulumi
from pulumi_aws import backup

from components.aws import partitions
from components.aws.alarm import Alarm, watch
from components.aws.alerts import Alerts, Rule, tell
from components.aws.place import Place
from components.aws.policies import allow_principal, deny_others, document

FAILED = ("FAILED", "ABORTED", "EXPIRED", "PARTIAL")
JOBS = ["Backup Job State Change", "Copy Job State Change", "Restore Job State Change"]
VAULT_KEYS = ("backupVaultArn", "sourceBackupVaultArn", "destinationBackupVaultArn")
HOUR_SECONDS = 3600
MOST_HOURS = 168  # an alarm looks back for a week at most
DESTROY = [
    *("backup:DeleteBackupVault", "backup:DeleteBackupVaultAccessPolicy", "backup:DeleteRecoveryPoint"),
    *("backup:PutBackupVaultAccessPolicy", "backup:UpdateRecoveryPointLifecycle"),
]


@dataclass(frozen=True, kw_only=True)
class Lock:
    """No backup goes before `min_days` or stays beyond `max_days`.

    In `compliance` mode nobody, AWS included, lifts the lock once `changeable_for_days` have passed; `governance` can
    be lifted by whoever has the right.
    """

    mode: Literal["governance", "compliance"]
    min_days: int
    max_days: int
    changeable_for_days: int = 3


@dataclass(frozen=True, kw_only=True)
class BackupVaultArgs:
    """`vault` is the physical name; `keeper_arn` is who may still change the vault's policy, to destroy the stack.

    `source_accounts` may copy into it, beside its own. `alerts` is told of what fails, and of `silent_hours` in which
    no backup came.
    """

    vault: str
    place: Place
    key_arn: pulumi.Input[str]
    keeper_arn: str
    alerts: Alerts
    lock: Lock | None = None
    silent_hours: int | None = None
    source_accounts: Sequence[str] = ()
    protect: bool = True


class BackupVault(pulumi.ComponentResource):
    """A vault from which nobody but its keeper deletes, and whose failed jobs are announced."""

    arn: pulumi.Output[str]
    name: pulumi.Output[str]

    def __init__(self, name: str, args: BackupVaultArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("platform:aws:BackupVault", name, None, opts)
        self._name, self._args = name, args
        self._child = pulumi.ResourceOptions(parent=self)
        vault = backup.Vault(
            name,
            name=args.vault,
            kms_key_arn=args.key_arn,
            tags={"Name": args.vault},
            opts=pulumi.ResourceOptions(parent=self, protect=args.protect),
        )
        policy = vault_policy(args.keeper_arn, args.source_accounts, args.place)
        backup.VaultPolicy(name, backup_vault_name=vault.name, policy=policy, opts=self._child)
        if args.lock:
            self._lock(vault, args.lock)
        self.arn, self.name = vault.arn, vault.name
        self._announce(vault, args.alerts)
        self.register_outputs({"arn": self.arn})

    def _lock(self, vault: backup.Vault, lock: Lock) -> None:
        backup.VaultLockConfiguration(
            self._name,
            backup_vault_name=vault.name,
            min_retention_days=lock.min_days,
            max_retention_days=lock.max_days,
            changeable_for_days=lock.changeable_for_days if lock.mode == "compliance" else None,
            opts=self._child,
        )

    def _announce(self, vault: backup.Vault, alerts: Alerts) -> None:
        """A backup, a copy or a restore that failed is told, and so is a day on which none came."""
        rule = Rule(
            named=f"{self._args.vault}-failures",
            description=f"Jobs of {self._args.vault} that did not end well",
            pattern=vault.arn.apply(failed_jobs),
        )
        tell(self._name, rule, alerts, self)
        if self._args.silent_hours:
            self._watch(self._args.silent_hours, alerts)

    def _watch(self, hours: int, alerts: Alerts) -> None:
        """No data is the very thing: AWS Backup says nothing of jobs that never were."""
        alarm = Alarm(
            named=f"{self._args.vault}-silent",
            description=f"No backup has reached {self._args.vault} for {hours} hours",
            namespace="AWS/Backup",
            metric_name="NumberOfBackupJobsCompleted",
            dimensions={"BackupVaultName": self._args.vault},
            statistic="Sum",
            when="<",
            threshold=1,
            period=HOUR_SECONDS,
            periods=hours,
            datapoints=hours,
            treat_missing_data="breaching",
            end_too=True,
        )
        watch(self._name, alarm, [alerts.topic_arn], self._child)


def vault_policy(keeper_arn: str, source_accounts: Sequence[str], place: Place) -> str:
    """Nobody but the keeper deletes or opens the way to it; other accounts copy in where they were named (BDR-06)."""
    roots = [partitions.arn("iam", place.region, account, "root") for account in sorted(source_accounts)]
    copies = [
        allow_principal(f"Copy from {root.split(':')[4]}", {"AWS": root}, ["backup:CopyIntoBackupVault"])
        for root in roots
    ]
    return document(*copies, deny_others("Nobody else deletes", keeper_arn, DESTROY))


def failed_jobs(vault_arn: str) -> str:
    """The events of jobs into a vault, out of it, or back from it; those of restores name no vault."""
    failed = list(FAILED)
    vault = ({key: [vault_arn], "state": failed} for key in VAULT_KEYS)
    return json.dumps({"source": ["aws.backup"], "detail-type": JOBS, "detail": {"$or": [*vault, {"status": failed}]}})
