"""The bounds of a stack as text for people."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from assurance.recovery import bounds, refusals
from assurance.recovery.sums import spelt

if TYPE_CHECKING:
    from infra.config.recovery import DataClass, RecoveryConfig
    from infra.config.region import RegionStack

HEADINGS = ("data", "comes back by", "loses at most", "of", "is down at most", "of", "when deleted")


def lines(stack: RegionStack, recovery: RecoveryConfig) -> Iterator[str]:
    """What a stack survives, a row for each class of data, and what a year may cost."""
    yield f"{stack.name}, {_scope(stack.region, recovery)}"
    rows = [HEADINGS, *(_row(recovery, name) for name in recovery.data)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        yield "  " + "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
    for target in recovery.targets:
        worst, budget = refusals.yearly(recovery, target)
        times = recovery.failovers_per_year
        left = f"{spelt(budget)} that {recovery.promised(target).availability_percent:g} % leaves"
        yield f"  {target}: {times} x {spelt(worst)} = {spelt(worst * times)} a year, of {left}"
    if recovery.failover and "database" in recovery.data:
        lag = spelt(recovery.failover.lag_threshold_seconds)
        yield f"  while the database lags more than {lag} nothing is promoted, and a person is called"


def _scope(region: str, recovery: RecoveryConfig) -> str:
    if recovery.peer is None:
        return f"{region}: survives the loss of a zone, not of the region"
    if recovery.role == "standby":
        return f"{region}: stands by for the loss of {recovery.peer}"
    return f"{region}: survives the loss of the region, {recovery.peer} stands by"


def _row(recovery: RecoveryConfig, name: DataClass) -> Sequence[str]:
    lost, down, second = (
        bounds.loss(recovery, name),
        bounds.downtime(recovery, name),
        bounds.second_line(recovery, name),
    )
    loss_limit, downtime_limit = refusals.loss_limit(recovery, name), refusals.downtime_limit(recovery, name)
    return (
        name,
        _way(recovery, name),
        spelt(lost.seconds) if lost else "everything",
        f"{spelt(loss_limit.seconds)} ({loss_limit.target})",
        spelt(down.seconds),
        f"{spelt(downtime_limit.seconds)} ({downtime_limit.target})",
        f"loses {spelt(second.seconds)}" if second else "no backup",
    )


def _way(recovery: RecoveryConfig, name: DataClass) -> str:
    store = recovery.data[name]
    if store.replication != "none":
        return f"{store.replication} replica"
    return f"rebuilding from {store.rebuilt_from}" if store.rebuilt_from else "restoring a copy"
