"""Where backups are kept and who may touch them; what is copied when, and for how long, is said in recovery.data.

The kind of a schedule there says who copies: AWS Backup into the vaults, or Velero, whose own schedules are here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Literal

from pydantic import Field

from infra.config.errors import Path, Problem
from infra.config.recovery import BackupConfig, CronSchedule, DataClass, RecoveryConfig
from infra.config.section import Section, repeated
from infra.config.types import AccountId, BackupVaultName, DnsLabel, RoleName
from infra.config.velero import VeleroConfig

if TYPE_CHECKING:
    from infra.config.region import RegionStack
    from infra.config.siblings import Sibling

COPIED: tuple[DataClass, ...] = ("database", "volumes")  # what AWS Backup finds here by its tag
LIKE = "cron(0 2 * * ? *)"
LEAST_START_MINUTES = 60
LEAST_AIR_GAPPED_DAYS = 7
LONGEST_PREFIX = 50 - len("-database-recovery")  # a name of AWS Backup has 50 characters at most
Store = Literal["tempo", "database-dumps"]


class LockConfig(Section):
    """AWS Backup Vault Lock: no recovery point is kept shorter or longer (BDR-06)."""

    mode: Literal["governance", "compliance"]
    min_days: int = Field(ge=1, le=36500)
    max_days: int = Field(ge=1, le=36500)
    changeable_for_days: int = Field(default=3, ge=3, le=36500)
    """After so many days nobody lifts a lock in compliance mode; governance can be lifted by whoever has the right."""

    def problems(self, today: date) -> Iterator[Problem]:
        """A window that has an inside."""
        if self.min_days > self.max_days:
            yield Problem(("min_days",), f"is more than max_days, {self.max_days}; exchange them")


class RestoreTestConfig(Section):
    """How often the newest recovery point of each class is restored, and for how long it then stands (BDR-15)."""

    schedule: CronSchedule
    keep_hours: int = Field(default=4, ge=1, le=168)


class IsolatedConfig(Section):
    """A vault in the region that is out of reach: in another account, or without one logically air-gapped."""

    vault: BackupVaultName
    account: AccountId | None = None
    """The account whose stack has the vault, and receives from this one."""


class VaultsConfig(Section):
    """A vault in the region, a second in the region of `recovery.peer` and one plan for each class of data."""

    vault: BackupVaultName
    recovery_vault: BackupVaultName = "dr-vault"
    plans: DnsLabel = Field(max_length=LONGEST_PREFIX)
    """What the names of plans and restore tests begin with; the class of data follows, and where it is restored."""
    keeper: RoleName = "break-glass"
    """The only role that may delete a recovery point, or change who may."""
    lock: LockConfig | None = None
    isolated: IsolatedConfig | None = None
    """A further copy of every backup that administrators of this account cannot end."""
    receives: tuple[AccountId, ...] = ()
    """Other accounts that may copy their backups into the vault."""
    restore_test: RestoreTestConfig | None = None
    velero: VeleroConfig | None = None
    """What is in the cluster, copied to a bucket of its own; without, only Git can bring it back."""
    buckets: Mapping[Store, int] = {}
    """Buckets for what others leave here, each with the days after which it goes, replaced or not (AUD-07)."""

    def problems(self, today: date) -> Iterator[Problem]:
        """Vaults have names of their own, and whoever may come is named once."""
        yield from repeated(("receives",), self.receives)
        if self.isolated and self.isolated.vault in (self.vault, self.recovery_vault):
            yield Problem(("isolated", "vault"), "is the name of another vault here; give it one of its own")
        for name, days in self.buckets.items():
            if days < 1:
                yield Problem(("buckets", name), "keeps nothing; give 1 day or more")


def problems(stack: RegionStack) -> Iterator[Problem]:
    """Vaults and the order of backups agree (BDR-05, BDR-06, BDR-14)."""
    if stack.recovery is None:
        if stack.backup:
            yield Problem(("backup",), "has nothing to keep; say in recovery.data what is copied, or remove it")
        return
    yield from _points_in_time(stack, stack.recovery)
    ordered = {name: store.backups for name, store in stack.recovery.data.items() if store.backups}
    if stack.backup is None:
        if ordered:
            rule = f"is required: recovery.data orders copies of {', '.join(ordered)}, which nothing keeps; name vaults"
            yield Problem(("backup",), rule)
        return
    if not ordered:
        yield Problem(("backup",), "has nothing to keep; say in recovery.data what is copied, or remove it")
    if stack.production and stack.backup.lock is None:
        rule = "is required in production, or whoever has the rights deletes every copy; give mode, min_days, max_days"
        yield Problem(("backup", "lock"), rule)
    yield from _isolated(stack, stack.backup)
    for name, backups in ordered.items():
        at = ("recovery", "data", name, "backups")
        yield from _class(stack, name, at)
        managed = name == "database" and stack.data is not None
        for rule_name, backup in backups.items():
            judge = _rule if backup.vaulted or managed else _velero
            yield from judge(stack, backup, stack.backup, (*at, rule_name))


def _isolated(stack: RegionStack, vaults: VaultsConfig) -> Iterator[Problem]:
    """A copy that is out of reach lies where nobody of this account has a say, or is locked from its first day."""
    if stack.account in vaults.receives:
        yield Problem(("backup", "receives"), "names the stack's own account, which needs no leave; remove it")
    isolated, lock = vaults.isolated, vaults.lock
    if isolated is None:
        return
    if isolated.account == stack.account:
        rule = "is the stack's own, whose administrators could end the copy; name another, or leave it out for a vault "
        yield Problem(("backup", "isolated", "account"), rule + "that is logically air-gapped")
    if isolated.account:
        return
    at = ("backup", "isolated", "vault")
    if lock is None:
        rule = "is locked from its first day, and nothing says for how long; give backup.lock, or name an account"
        yield Problem(at, rule)
    elif lock.min_days < LEAST_AIR_GAPPED_DAYS:
        least = LEAST_AIR_GAPPED_DAYS
        rule = f"keeps everything for {least} days at least; raise backup.lock.min_days, or name an account"
        yield Problem(at, rule)


def sibling_problems(stack: RegionStack, siblings: Sequence[Sibling]) -> Iterator[Problem]:
    """Whoever takes the copies has said so, under the name that they are sent to."""
    isolated = stack.backup.isolated if stack.backup else None
    if isolated is None or isolated.account is None:
        return
    for sibling in siblings:
        theirs = sibling.data.get("backup") or {}
        if sibling.data.get("account") != isolated.account or sibling.data.get("region") != stack.region:
            continue
        if theirs.get("vault") != isolated.vault:
            rule = f"is no vault of {sibling.file}, which has {theirs.get('vault', 'none')}; write the same in both"
            yield Problem(("backup", "isolated", "vault"), rule)
        elif stack.account not in theirs.get("receives", ()):
            rule = f"takes no copies of account {stack.account}; add it to backup.receives in {sibling.file}"
            yield Problem(("backup", "isolated", "account"), rule)


def _class(stack: RegionStack, name: DataClass, at: Path) -> Iterator[Problem]:
    """Something of the class can be copied."""
    if name not in COPIED:
        rule = f"is nothing that AWS Backup copies here, which is {' and '.join(COPIED)}; remove it"
        yield Problem(at, rule)
    elif name == "database" and stack.data and stack.data.database is None:
        yield Problem(at, "has no managed database to copy; order data.database, or remove it")


def _rule(stack: RegionStack, backup: BackupConfig, vaults: VaultsConfig, at: Path) -> Iterator[Problem]:
    """The rule is one that AWS Backup takes, and the vaults let it end."""
    if not backup.vaulted:
        rule = f"is a schedule of Unix, and AWS Backup has its own; write it as {LIKE}"
        yield Problem((*at, "schedule"), rule, quoted=False)
    if backup.start_window_minutes < LEAST_START_MINUTES:
        yield Problem((*at, "start_window_minutes"), f"is less than AWS Backup takes; give {LEAST_START_MINUTES}")
    least = backup.start_window_minutes + LEAST_START_MINUTES
    if backup.completion_minutes < least:
        rule = f"ends less than an hour after the last start that start_window_minutes allows; give {least} or more"
        yield Problem((*at, "completion_minutes"), rule)
    if backup.copy_minutes and stack.recovery and stack.recovery.peer is None:
        yield Problem((*at, "copy_minutes"), "leads nowhere; name the other region in recovery.peer, or remove it")
    if (lock := vaults.lock) and not lock.min_days <= backup.keep_days <= lock.max_days:
        rule = f"is not what backup.lock lets in, {lock.min_days} to {lock.max_days} days; change one of them"
        yield Problem((*at, "keep_days"), rule)


def _velero(stack: RegionStack, backup: BackupConfig, vaults: VaultsConfig, at: Path) -> Iterator[Problem]:
    """Velero makes the copy, of all volumes and within the region."""
    if not (vaults.velero and vaults.velero.copies_all(backup.schedule, backup.keep_days)):
        rule = (
            "is a schedule of Unix, which Velero reads, and backup.velero.schedules has none that copies all volumes "
            f"at these times for {backup.keep_days} days; add one there, or write it for AWS Backup, as {LIKE}"
        )
        yield Problem((*at, "schedule"), rule, quoted=False)
    if backup.copy_minutes:
        rule = f"leads nowhere: Velero's copies stay in the region; remove it, or let AWS Backup copy, as {LIKE}"
        yield Problem((*at, "copy_minutes"), rule)


def _points_in_time(stack: RegionStack, recovery: RecoveryConfig) -> Iterator[Problem]:
    """What recovery counts on is what the database keeps."""
    promised = recovery.data.get("database")
    kept = stack.data.database if stack.data else None
    at = ("recovery", "data", "database", "point_in_time")
    if promised and promised.point_in_time and stack.data and kept is None:
        yield Problem(at, "needs a database that keeps its logs; order data.database, or remove it")
    elif promised and kept and promised.point_in_time is None:
        rule = (
            f"is missing, and data.database keeps {kept.backup_retention_days} days of logs; write point_in_time: {{}}"
        )
        yield Problem(at, rule)
