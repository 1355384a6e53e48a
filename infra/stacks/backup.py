"""Vaults, and a plan for each class of data whose backups recovery orders; the standby keeps its copies at home."""

from collections.abc import Mapping

import pulumi

from components.aws.backup_plan import TAG, BackupPlan, BackupPlanArgs, RestoreTest, Schedule
from components.aws.backup_vault import BackupVault, BackupVaultArgs, Lock
from components.aws.bucket import Bucket, BucketArgs
from components.aws.keys import Keys, KeysArgs
from components.aws.place import Place
from infra.config import RegionStack
from infra.config.backup import LockConfig, VaultsConfig
from infra.config.recovery import DataClass, RecoveryConfig
from infra.stacks.foundation import Foundation
from infra.stacks.provider import aws_provider

RESTORED: Mapping[str, str] = {"database": "Aurora", "volumes": "EBS"}


def backup_tags(stack: RegionStack, data: DataClass) -> dict[str, str]:
    """The tag by which the plan of a class finds what it copies; none where no backup is ordered."""
    store = stack.recovery.data.get(data) if stack.recovery else None
    return {TAG: data} if stack.backup and store and store.backups else {}


def backup(stack: RegionStack, base: Foundation, aws: pulumi.ResourceOptions) -> None:
    """Declare vaults, plans and buckets; a region that orders none has none."""
    order, recovery = stack.backup, stack.recovery
    if order is None or recovery is None:
        return
    key = base.keys.arns["backup"]
    vault = BackupVault("backup", vault_args(stack, order, order.vault, base.place, key), aws)
    away = _away(stack, order) if _copies(recovery) else None
    for data, store in recovery.data.items():
        if not store.backups:
            continue
        args = BackupPlanArgs(
            plan=f"{order.plans}-{data}",
            data_class=data,
            place=base.place,
            vault_name=vault.name,
            vault_arn=vault.arn,
            schedules=schedules(recovery, data, away.arn if away else None),
            restore_test=_restore_test(order, data),
        )
        BackupPlan(f"backup-{data}", args, aws)
    for store_name, days in order.buckets.items():
        Bucket(f"backup-{store_name}", bucket_args(stack, base, store_name, days), aws)


def schedules(recovery: RecoveryConfig, data: DataClass, away: pulumi.Input[str] | None) -> dict[str, Schedule]:
    """The rules of a class, each by its name there (BDR-05)."""
    return {
        f"{name}-backup": Schedule(
            cron=each.schedule,
            start_window_minutes=each.start_window_minutes,
            completion_minutes=each.completion_minutes,
            keep_days=each.keep_days,
            copy_to=away if each.copy_minutes else None,
        )
        for name, each in recovery.data[data].backups.items()
    }


def vault_args(
    stack: RegionStack, order: VaultsConfig, vault: str, place: Place, key_arn: pulumi.Input[str]
) -> BackupVaultArgs:
    """One of the vaults as ordered."""
    return BackupVaultArgs(
        vault=vault,
        place=place,
        key_arn=key_arn,
        keeper_arn=place.arn("iam", f"role/{order.keeper}"),
        lock=_lock(order.lock),
        protect=stack.production,
    )


def _lock(order: LockConfig | None) -> Lock | None:
    if order is None:
        return None
    return Lock(
        mode=order.mode,
        min_days=order.min_days,
        max_days=order.max_days,
        changeable_for_days=order.changeable_for_days,
    )


def _copies(recovery: RecoveryConfig) -> bool:
    """Whether anything is copied to the peer; a standby calls nothing there, for the peer may be lost."""
    ordered = (each for store in recovery.data.values() for each in store.backups.values())
    return recovery.peer is not None and recovery.role == "primary" and any(each.copy_minutes for each in ordered)


def _away(stack: RegionStack, order: VaultsConfig) -> BackupVault:
    """The vault in the peer, with a key of its own there."""
    region = stack.recovery.peer if stack.recovery and stack.recovery.peer else stack.region
    place = Place(account=stack.account, region=region)
    there = pulumi.ResourceOptions(providers={"aws": aws_provider(stack, region)})
    keys = KeysArgs(
        prefix=stack.name,
        place=place,
        classes=["backup"],
        deletion_window_days=stack.keys.deletion_window_days,
        protect=stack.production,
    )
    key = Keys("keys-recovery", keys, there).arns["backup"]
    return BackupVault("backup-recovery", vault_args(stack, order, order.recovery_vault, place, key), there)


def _restore_test(order: VaultsConfig, data: DataClass) -> RestoreTest | None:
    if order.restore_test is None:
        return None
    asked = order.restore_test
    return RestoreTest(cron=asked.schedule, resource_type=RESTORED[data], keep_hours=asked.keep_hours)


def bucket_args(stack: RegionStack, base: Foundation, store: str, days: int) -> BucketArgs:
    """A bucket for what others back up; what they delete by themselves stays for some days."""
    return BucketArgs(
        bucket=f"{stack.name}-{stack.account}-{store}",
        place=base.place,
        key_arn=base.keys.arns["backup"],
        old_versions_days=days,
        protect=stack.production,
    )
