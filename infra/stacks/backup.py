"""Vaults, and a plan for each class of data whose backups recovery orders; the standby copies within its region."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import pulumi

from assurance.recovery.bounds import age_minutes
from components.aws.air_gapped_vault import AirGappedVault, AirGappedVaultArgs
from components.aws.alerts import Alerts
from components.aws.backup_plan import TAG, BackupPlan, BackupPlanArgs, Schedule
from components.aws.backup_vault import MOST_HOURS, BackupVault, BackupVaultArgs, Lock
from components.aws.bucket import Bucket, BucketArgs
from components.aws.place import Place
from components.aws.restore_test import RestoreTest, RestoreTesting, RestoreTestingArgs
from infra.config import RegionStack
from infra.config.backup import LockConfig, VaultsConfig
from infra.config.recovery import BackupConfig, DataClass, RecoveryConfig, StoreConfig
from infra.stacks.foundation import Foundation
from infra.stacks.peer import Peer


@dataclass(frozen=True, kw_only=True)
class VaultPlace:
    """Where a vault is, under which key, and who hears of it."""

    place: Place
    key_arn: pulumi.Input[str]
    alerts: Alerts
    silent_hours: int | None = None


@dataclass(frozen=True, kw_only=True)
class Copies:
    """Vaults that get a copy: in the other region of those backups that say so, and out of reach of every one."""

    away: pulumi.Input[str] | None = None
    isolated: pulumi.Input[str] | None = None

    def of(self, order: BackupConfig) -> list[pulumi.Input[str]]:
        """The vaults that a backup is copied to."""
        return [vault for vault in (self.away if order.copy_minutes else None, self.isolated) if vault is not None]


LONGER = (MOST_HOURS + 1) * 60  # minutes
RESTORED: Mapping[str, str] = {"database": "Aurora", "volumes": "EBS"}


def backup_tags(stack: RegionStack, data: DataClass) -> dict[str, str]:
    """The tag by which the plan of a class finds what it copies; none where no backup is ordered."""
    store = stack.recovery.data.get(data) if stack.recovery else None
    return {TAG: data} if stack.backup and store and store.vaulted else {}


def backup(
    stack: RegionStack,
    base: Foundation,
    told: Alerts | None,
    away: Peer | None,
    aws: pulumi.ResourceOptions,
    requests: Bucket | None,
) -> None:
    """Declare vaults, plans and buckets; a region that orders none has none, and who does names who is told."""
    order, recovery = stack.backup, stack.recovery
    if order is None or recovery is None or told is None:
        return
    here = VaultPlace(
        place=base.place, key_arn=base.keys.arns["backup"], alerts=told, silent_hours=silent_hours(recovery)
    )
    vault = BackupVault("backup", vault_args(stack, order, order.vault, here), aws)
    copies = Copies(away=_away(stack, order, away), isolated=_isolated(stack, order, base.place, aws))
    for data, store in recovery.data.items():
        if not store.vaulted:
            continue
        args = BackupPlanArgs(
            plan=f"{order.plans}-{data}",
            data_class=data,
            place=base.place,
            vault_name=vault.name,
            vault_arn=vault.arn,
            schedules=schedules(recovery, data, copies),
            restore_test=_restore_test(order, data),
        )
        plan = BackupPlan(f"backup-{data}", args, aws)
        if away is not None and copies.away is not None and _crosses(store):
            _test_away(order, data, copies.away, plan, away)
    for store_name, days in order.buckets.items():
        kept = bucket_args(stack, base, requests, store_name, days)
        Bucket(f"backup-{store_name}", replace(kept, expire_days=days), aws)


def schedules(recovery: RecoveryConfig, data: DataClass, copies: Copies) -> dict[str, Schedule]:
    """The rules of a class, each by its name there (BDR-05)."""
    return {
        f"{name}-backup": Schedule(
            cron=each.schedule,
            start_window_minutes=each.start_window_minutes,
            completion_minutes=each.completion_minutes,
            keep_days=each.keep_days,
            copy_to=copies.of(each),
        )
        for name, each in recovery.data[data].vaulted.items()
    }


def vault_args(stack: RegionStack, order: VaultsConfig, vault: str, there: VaultPlace) -> BackupVaultArgs:
    """One of the vaults as ordered."""
    return BackupVaultArgs(
        vault=vault,
        place=there.place,
        key_arn=there.key_arn,
        keeper_arn=there.place.arn("iam", f"role/{order.keeper}"),
        alerts=there.alerts,
        lock=_lock(order.lock),
        source_accounts=order.receives if vault == order.vault else (),
        silent_hours=there.silent_hours,
        protect=stack.production,
    )


def silent_hours(recovery: RecoveryConfig) -> int | None:
    """After how many hours without any backup the oldest order is overdue; None if there is none within a week."""
    ordered = [each for store in recovery.data.values() for each in store.vaulted.values()]
    ages = [age_minutes(each) - (each.copy_minutes or 0) for each in ordered]
    hours = -(-min(ages, default=LONGER) // 60)
    return hours if hours <= MOST_HOURS else None


def _lock(order: LockConfig | None) -> Lock | None:
    if order is None:
        return None
    return Lock(
        mode=order.mode,
        min_days=order.min_days,
        max_days=order.max_days,
        changeable_for_days=order.changeable_for_days,
    )


def _away(stack: RegionStack, order: VaultsConfig, away: Peer | None) -> pulumi.Output[str] | None:
    """The vault in the peer, with a key of its own there."""
    if away is None or away.alerts is None or "backup" not in away.keys.arns:
        return None
    there = VaultPlace(place=away.place, key_arn=away.keys.arns["backup"], alerts=away.alerts)
    return BackupVault("backup-recovery", vault_args(stack, order, order.recovery_vault, there), away.aws).arn


def _isolated(
    stack: RegionStack, order: VaultsConfig, here: Place, aws: pulumi.ResourceOptions
) -> pulumi.Input[str] | None:
    """The vault that is out of reach: another account's by its name, or one that is made here and locked for good."""
    isolated, lock = order.isolated, order.lock
    if isolated is None:
        return None
    if isolated.account:
        return Place(account=isolated.account, region=here.region).arn("backup", f"backup-vault:{isolated.vault}")
    if lock is None:  # refused by a guard
        return None
    args = AirGappedVaultArgs(
        vault=isolated.vault, min_days=lock.min_days, max_days=lock.max_days, protect=stack.production
    )
    return AirGappedVault("backup-isolated", args, aws).arn


def _crosses(store: StoreConfig) -> bool:
    return any(each.copy_minutes for each in store.vaulted.values())


def _test_away(order: VaultsConfig, data: DataClass, vault: pulumi.Input[str], plan: BackupPlan, away: Peer) -> None:
    """What recovery counts on is restored where it would be: from the peer's vault, which has nothing but copies.

    They are found by their type; the resources that carry the tag are in the region that may be lost.
    """
    test = _restore_test(order, data)
    if test is None:
        return
    named = f"{order.plans}-{data}-recovery"  # the standby has tests of its own there
    args = RestoreTestingArgs(plan=named, test=test, vault_arn=vault, role_arn=plan.role_arn)
    RestoreTesting(f"backup-recovery-{data}", args, away.aws)


def _restore_test(order: VaultsConfig, data: DataClass) -> RestoreTest | None:
    if order.restore_test is None:
        return None
    asked = order.restore_test
    return RestoreTest(cron=asked.schedule, resource_type=RESTORED[data], keep_hours=asked.keep_hours)


def bucket_args(stack: RegionStack, base: Foundation, requests: Bucket | None, store: str, days: int) -> BucketArgs:
    """A bucket for what others back up; what they delete by themselves stays for some days."""
    return BucketArgs(
        bucket=f"{stack.name}-{stack.account}-{store}",
        place=base.place,
        key_arn=base.keys.arns["backup"],
        old_versions_days=days,
        access_logs=requests,
        protect=stack.production,
    )
