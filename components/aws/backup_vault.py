"""Backup vaults: sealed with their own key, closed to deletion, locked where that was ordered (BDR-06)."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import pulumi
from pulumi_aws import backup, cloudwatch, sns

from components.aws import partitions
from components.aws.partitions import service_principal
from components.aws.place import Place
from components.aws.policies import allow_principal, deny_others, document

FAILED = ("FAILED", "ABORTED", "EXPIRED", "PARTIAL")
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

    `source_accounts` may copy into it, beside its own.
    """

    vault: str
    place: Place
    key_arn: pulumi.Input[str]
    keeper_arn: str
    lock: Lock | None = None
    source_accounts: Sequence[str] = ()
    protect: bool = True


class BackupVault(pulumi.ComponentResource):
    """A vault from which nobody but its keeper deletes, and whose failed jobs are announced."""

    arn: pulumi.Output[str]
    name: pulumi.Output[str]
    topic_arn: pulumi.Output[str]

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
        self.topic_arn = self._announce(vault).arn
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

    def _announce(self, vault: backup.Vault) -> sns.Topic:
        """A backup or a copy that failed reaches a topic that people subscribe to."""
        physical = f"{self._args.vault}-failures"
        topic = sns.Topic(
            self._name,
            name=physical,
            kms_master_key_id=self._args.key_arn,
            tags={"Name": physical},
            opts=self._child,
        )
        publish = allow_principal("Publish", {"Service": service_principal("events")}, ["sns:Publish"])
        allowed = sns.TopicPolicy(
            self._name,
            arn=topic.arn,
            policy=topic.arn.apply(lambda arn: document({**publish, "Resource": arn})),
            opts=self._child,
        )
        rule = cloudwatch.EventRule(
            self._name,
            name=physical,
            description=f"Jobs of {self._args.vault} that did not end well",
            event_pattern=vault.arn.apply(failed_jobs),
            tags={"Name": physical},
            opts=self._child,
        )
        cloudwatch.EventTarget(
            self._name,
            rule=rule.name,
            arn=topic.arn,
            opts=pulumi.ResourceOptions(parent=self, depends_on=[allowed]),
        )
        return topic


def vault_policy(keeper_arn: str, source_accounts: Sequence[str], place: Place) -> str:
    """Nobody but the keeper deletes or opens the way to it; other accounts copy in where they were named (BDR-06)."""
    roots = [partitions.arn("iam", place.region, account, "root") for account in sorted(source_accounts)]
    copies = [
        allow_principal(f"Copy from {root.split(':')[4]}", {"AWS": root}, ["backup:CopyIntoBackupVault"])
        for root in roots
    ]
    return document(*copies, deny_others("Nobody else deletes", keeper_arn, DESTROY))


def failed_jobs(vault_arn: str) -> str:
    """The events of backup and copy jobs of one vault that failed."""
    return json.dumps({"source": ["aws.backup"], "resources": [vault_arn], "detail": {"state": list(FAILED)}})
