"""The worst that can happen to each class of data when the region, or without a peer a zone, is lost."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import TYPE_CHECKING

from assurance.recovery.schedules import longest_gap_minutes, parse
from assurance.recovery.sums import Setting, Sum, Term

if TYPE_CHECKING:
    from infra.config.failover import FailoverConfig
    from infra.config.recovery import BackupConfig, DataClass, PointInTimeConfig, RecoveryConfig, StoreConfig

MINUTE = 60
YEAR_SECONDS = 365 * 24 * 60 * MINUTE
SWITCH_PERIOD = MINUTE  # of the alarm; the shortest that a health check can watch (ADR 15)


def loss(recovery: RecoveryConfig, name: DataClass) -> Sum | None:
    """The worst RPO of a class of data, None where nothing brings it back."""
    store = recovery.data[name]
    if store.replication == "synchronous":
        return Sum((Term("a write waits for its replica", 0),))
    if store.replication == "asynchronous":
        return Sum(tuple(_lag(recovery, name, store)))
    if store.rebuilt_from:
        return loss(recovery, store.rebuilt_from)
    return min(_copies(name, store, away=recovery.peer), key=lambda copy: copy.seconds, default=None)


def second_line(recovery: RecoveryConfig, name: DataClass) -> Sum | None:
    """The worst loss after damage that replicas repeat, such as a deletion; None where there is no backup."""
    return min(_copies(name, recovery.data[name], away=None), key=lambda copy: copy.seconds, default=None)


def downtime(recovery: RecoveryConfig, name: DataClass) -> Sum:
    """The worst RTO of a class of data that comes back."""
    if recovery.failover is None:
        at = ("zone", "reschedule_seconds")
        pods = Term("pods of lost nodes start elsewhere", recovery.zone.reschedule_seconds, 1, at)
        return Sum((*_return(recovery, name), pods))
    return Sum((*_decision(recovery.failover), *_return(recovery, name), *_arrival(recovery.failover)))


def budget_seconds(availability_percent: float) -> int:
    """How long a year leaves for interruptions, in whole seconds: 99.99 % leaves 52 min."""
    return int((100 - Decimal(str(availability_percent))) / 100 * YEAR_SECONDS)


def age_minutes(backup: BackupConfig) -> int:
    """The age that the newest backup, and its copy where there is one, can reach."""
    gap = longest_gap_minutes(parse(backup.schedule))
    return gap + backup.start_window_minutes + backup.completion_minutes + (backup.copy_minutes or 0)


def _lag(recovery: RecoveryConfig, name: DataClass, store: StoreConfig) -> Iterator[Term]:
    if store.max_lag_seconds is not None:
        at = ("data", name, "max_lag_seconds")
        yield Term("the replica lags behind", store.max_lag_seconds, 1, at, 1)
    elif recovery.failover:
        policy = recovery.failover
        at = ("failover", "lag_threshold_seconds")
        yield Term("the replica lags behind; above that nothing is promoted", policy.lag_threshold_seconds, 1, at, 1)
        at = ("failover", "lag_sample_seconds")
        yield Term("the lag grows after it was last measured", policy.lag_sample_seconds, 1, at, 1)


def _copies(name: str, store: StoreConfig, away: str | None) -> Iterator[Sum]:
    """What can be restored; with `away` only what was copied to that region."""
    if store.point_in_time and (store.point_in_time.copy_minutes or not away):
        yield Sum(tuple(_log(("data", name, "point_in_time"), store.point_in_time, away)))
    for label, backup in store.backups.items():
        if backup.copy_minutes or not away:
            yield Sum(tuple(_snapshot(("data", name, "backups", label), backup, away)))


def _log(at: Setting, log: PointInTimeConfig, away: str | None) -> Iterator[Term]:
    yield Term("until the log is uploaded", log.upload_minutes, MINUTE, (*at, "upload_minutes"), 1)
    if away and log.copy_minutes:
        yield Term(f"until its copy is in {away}", log.copy_minutes, MINUTE, (*at, "copy_minutes"), 1)


def _snapshot(at: Setting, backup: BackupConfig, away: str | None) -> Iterator[Term]:
    gap = longest_gap_minutes(parse(backup.schedule))
    between = f"the longest time between two runs of {backup.schedule}"
    yield Term(between, gap, MINUTE, (*at, "schedule"), 1, " minutes between two runs")
    yield Term("until a run starts", backup.start_window_minutes, MINUTE, (*at, "start_window_minutes"))
    yield Term("until it is complete", backup.completion_minutes, MINUTE, (*at, "completion_minutes"), 1)
    if away and backup.copy_minutes:
        yield Term(f"until its copy is in {away}", backup.copy_minutes, MINUTE, (*at, "copy_minutes"), 1)


def _decision(policy: FailoverConfig) -> Iterator[Term]:
    """From the last good check to the first step."""
    checks, at = policy.detection, ("failover", "detection")
    interval, every = checks.interval_seconds, (*at, "interval_seconds")
    failed = f"{checks.failure_threshold} failed checks, {interval} s apart"
    yield Term(failed, interval, checks.failure_threshold, every, 1)
    yield Term("the last of them times out", checks.timeout_seconds, 1, (*at, "timeout_seconds"), 1)
    yield Term("delay, with failure unbroken", policy.delay_seconds, 1, ("failover", "delay_seconds"))
    yield Term("the next check after the delay", interval, 1, every, 1)
    if policy.response_minutes:
        yield Term("a person decides", policy.response_minutes, MINUTE, ("failover", "response_minutes"), 1)
    yield Term("the lost side is fenced off", policy.fence_seconds, 1, ("failover", "fence_seconds"))


def _return(recovery: RecoveryConfig, name: DataClass) -> Iterator[Term]:
    """A class of data becomes writable."""
    store, policy = recovery.data[name], recovery.failover
    if store.replication != "none":
        if policy:
            yield Term("the replica is promoted", policy.promotion_seconds, 1, ("failover", "promotion_seconds"), 1)
        else:
            yield Term("the replica is promoted", recovery.zone.failover_seconds, 1, ("zone", "failover_seconds"), 1)
        return
    what = "a copy is restored"
    if store.rebuilt_from:
        yield from _return(recovery, store.rebuilt_from)
        what = f"it is rebuilt from {store.rebuilt_from}"
    yield Term(what, store.restore_minutes or 0, MINUTE, ("data", name, "restore_minutes"), 1)


def _arrival(policy: FailoverConfig) -> Iterator[Term]:
    """From data that can be written to clients that arrive."""
    yield Term("the standby scales up", policy.scale_up_seconds, 1, ("failover", "scale_up_seconds"))
    watch, at = policy.dns, ("failover", "dns")
    yield Term("the alarm on the switch waits for its period to end", SWITCH_PERIOD)
    yield Term("the record sees the alarm", watch.poll_seconds, 1, (*at, "poll_seconds"), 1)
    yield Term("clients keep the old address for its TTL", watch.ttl_seconds, 1, (*at, "ttl_seconds"), 1)
