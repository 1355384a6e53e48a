"""Where a bound exceeds a promise: the arithmetic, and the smallest changes that would keep it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from assurance.recovery import bounds
from assurance.recovery.bounds import MINUTE
from assurance.recovery.sums import Change, Setting, Sum, savings, spelt

if TYPE_CHECKING:
    from infra.config.recovery import DataClass, RecoveryConfig

INDENT = "\n      "
SOURCES: tuple[DataClass, ...] = ("database", "objects")  # what other classes can be made again from
DERIVED = frozenset({"cache", "streaming", "volumes"})


@dataclass(frozen=True)
class Breach:
    """A promise that cannot be kept: the setting within the section, and what to say of it."""

    at: Setting
    text: str


@dataclass(frozen=True)
class Limit:
    """What one profile allows."""

    target: str
    seconds: int


def breaches(recovery: RecoveryConfig) -> Iterator[Breach]:
    """Everything promised that the settings cannot keep."""
    for name in recovery.data:
        yield from _loss(recovery, name)
    yield from _downtime(recovery)
    for target in recovery.targets:
        yield from _availability(recovery, target)


def loss_limit(recovery: RecoveryConfig, name: DataClass) -> Limit:
    """The tightest RPO that binds a class of data."""
    return _tightest(Limit(target, recovery.promised(target).rpo_minutes * MINUTE) for target in recovery.binding(name))


def downtime_limit(recovery: RecoveryConfig, name: DataClass) -> Limit:
    """The tightest RTO that binds a class of data."""
    return _tightest(Limit(target, recovery.promised(target).rto_minutes * MINUTE) for target in recovery.binding(name))


def yearly(recovery: RecoveryConfig, target: str) -> tuple[int, int]:
    """The worst failover that a target's data can see, and the interruption a year that its availability leaves."""
    bound = [name for name in recovery.data if target in recovery.binding(name)]
    worst = max((bounds.downtime(recovery, name).seconds for name in bound), default=0)
    return worst, bounds.budget_seconds(recovery.promised(target).availability_percent)


def _tightest(limits: Iterator[Limit]) -> Limit:
    return min(limits, key=lambda limit: limit.seconds)


def _loss(recovery: RecoveryConfig, name: DataClass) -> Iterator[Breach]:
    limit, worst = loss_limit(recovery, name), bounds.loss(recovery, name)
    source = recovery.data[name].rebuilt_from
    if source and loss_limit(recovery, source).seconds <= limit.seconds:
        return  # whatever there is to say is said of the source
    what = "region" if recovery.peer else "zone"
    if worst is None:
        away = f"copied to {recovery.peer}" if recovery.peer else "backed up"
        text = f"is lost with its {what}, and {limit.target} allows {spelt(limit.seconds)}: "
        text += f"it is neither replicated nor {away}"
        yield Breach(("data", name), text + _advice([], [], _means(recovery, name, limit)))
    elif (excess := worst.seconds - limit.seconds) > 0:
        text = f"may lose {spelt(worst.seconds)} of writes with its {what}, and {limit.target} allows "
        text += f"{spelt(limit.seconds)}{_arithmetic(worst, limit)}"
        yield Breach(("data", name), text + _advice(savings(worst, excess)[0], [], _means(recovery, name, limit)))


def _downtime(recovery: RecoveryConfig) -> Iterator[Breach]:
    """Classes that come back by the same steps, bound by the same profile, are told once."""
    alike: dict[tuple[Limit, tuple[tuple[str, int], ...]], list[DataClass]] = {}
    for name in recovery.data:
        if bounds.loss(recovery, name) is not None:
            steps = tuple((term.what, term.seconds) for term in bounds.downtime(recovery, name).terms)
            alike.setdefault((downtime_limit(recovery, name), steps), []).append(name)
    for (limit, _), names in alike.items():
        worst = bounds.downtime(recovery, names[0])
        if (excess := worst.seconds - limit.seconds) > 0:
            text = f"may take {spelt(worst.seconds)} to bring back {', '.join(names)}, and {limit.target} allows "
            text += f"{spelt(limit.seconds)}{_arithmetic(worst, limit)}{_advice(*savings(worst, excess), [])}"
            if names[1:]:
                text = text.replace(f"data.{names[0]}.", f"data.{{{','.join(names)}}}.")
            yield Breach(("targets", limit.target), text)


def _availability(recovery: RecoveryConfig, target: str) -> Iterator[Breach]:
    worst, budget = yearly(recovery, target)
    times = recovery.failovers_per_year
    if worst * times > budget:
        percent = f"{recovery.promised(target).availability_percent:g} %"
        text = f"may be down for {spelt(worst * times)} a year, and {percent} of {target} leaves {spelt(budget)}"
        text += f":{INDENT}{times} x {spelt(worst)} = {spelt(worst * times)}, "
        text += f"{spelt(worst * times - budget)} too long"
        means = [f"a failover of at most {spelt(budget // times)}"]
        if budget // worst:
            means.append(f"failovers_per_year: {budget // worst} instead of {times}")
        yield Breach(("targets", target, "availability_percent"), text + _advice([], [], means))


def _arithmetic(worst: Sum, limit: Limit) -> str:
    return ":" + "".join(f"{INDENT}{line}" for line in worst.lines(limit.seconds))


def _means(recovery: RecoveryConfig, name: DataClass, limit: Limit) -> list[str]:
    """Other ways to come back that would meet a limit on loss."""
    found = list(_replicas(recovery, name, limit)) if recovery.data[name].replication == "none" else []
    for source in SOURCES if name in DERIVED else ():
        kept = bounds.loss(recovery, source) if source in recovery.data else None
        if kept and kept.seconds <= limit.seconds and recovery.data[source].rebuilt_from is None:
            found.append(f"rebuilt_from: {source}, if that holds all of it")
    return found


def _replicas(recovery: RecoveryConfig, name: DataClass, limit: Limit) -> Iterator[str]:
    policy = recovery.failover
    if policy is None:
        yield "replication: synchronous, between zones"
    elif name != "database" and limit.seconds:
        yield f"replication: asynchronous with max_lag_seconds of at most {limit.seconds}"
    elif name == "database" and policy.lag_threshold_seconds + policy.lag_sample_seconds <= limit.seconds:
        yield "replication: asynchronous"


def _advice(alone: list[Change], together: list[Change], means: list[str]) -> str:
    """The ways to keep a promise, one a line."""
    ways = [*map(str, alone), *means]
    if together:
        ways.append(" and ".join(map(str, together)))
    if not ways:
        return f"{INDENT}no setting keeps that; promise less"
    return f"{INDENT}to keep it, {'one of:' if len(ways) > 1 else 'set'}" + "".join(
        f"{INDENT}  - {way}" for way in ways
    )
