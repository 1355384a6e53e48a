"""How much a region may lose and for how long, and by what means: the order from which bounds are derived."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Annotated, Literal, NamedTuple

from pydantic import AfterValidator, Field

from assurance.recovery import bounds, refusals, schedules
from infra.config.errors import Problem
from infra.config.failover import FailoverConfig
from infra.config.section import Section
from infra.config.types import DnsLabel, RegionName

DataClass = Literal["database", "cache", "streaming", "volumes", "objects", "evidence"]


def _schedule(value: str) -> str:
    try:
        schedules.parse(value)
    except schedules.ScheduleError:
        rule = 'is no schedule that goes on; write five cron fields such as "0 2 * * *", or cron(0 2 * * ? *), in UTC'
        raise ValueError(rule) from None
    return value


CronSchedule = Annotated[str, AfterValidator(_schedule)]


class TargetConfig(Section):
    """What was promised for one profile; what is left out is what its documents say (BDR-01, BDR-02, C-01, C-25)."""

    rto_minutes: int | None = Field(default=None, ge=1)
    rpo_minutes: int | None = Field(default=None, ge=0)
    availability_percent: float | None = Field(default=None, gt=0, lt=100)


# The system security plan of cretoai promises less than cretoai is built to, and is held too (C-01).
DOCUMENTED: Mapping[str, TargetConfig] = {
    "payment": TargetConfig(rto_minutes=15, rpo_minutes=5, availability_percent=99.99),
    "tradesense": TargetConfig(rto_minutes=240, rpo_minutes=60, availability_percent=99.9),
    "cretoai": TargetConfig(rto_minutes=30, rpo_minutes=15, availability_percent=99.9),
    "cretoai-ssp": TargetConfig(rto_minutes=240, rpo_minutes=15, availability_percent=99.9),
}


class Promise(NamedTuple):
    """What a target comes to."""

    rto_minutes: int
    rpo_minutes: int
    availability_percent: float


class BackupConfig(Section):
    """Copies made on a schedule; worst is the copy that starts and ends as late as its windows let it."""

    schedule: CronSchedule
    start_window_minutes: int = Field(default=60, ge=0)
    completion_minutes: int = Field(default=120, ge=1)
    copy_minutes: int | None = Field(default=None, ge=1)
    """How long the copy to the other region may take; without it there is none."""
    keep_days: int = Field(default=30, ge=1)

    @property
    def vaulted(self) -> bool:
        """Whether AWS Backup makes it, into a vault, by a schedule of its own kind; Velero reads those of Unix."""
        return self.schedule.startswith("cron(")

    def problems(self, today: date) -> Iterator[Problem]:
        """A backup is kept until the next one is there."""
        needed = -(-bounds.age_minutes(self) // schedules.DAY_MINUTES)
        if self.keep_days < needed:
            yield Problem(("keep_days",), f"ends before the next backup is there; keep it at least {needed} days")


class PointInTimeConfig(Section):
    """Logs kept beside the data, from which any moment can be restored but the last few minutes."""

    upload_minutes: int = Field(default=5, ge=1)
    copy_minutes: int | None = Field(default=None, ge=1)
    """How long the copy to the other region may take; without it there is none."""


class StoreConfig(Section):
    """How one class of data comes back: from a replica, else from a copy, else from another class."""

    replication: Literal["synchronous", "asynchronous", "none"] = "none"
    max_lag_seconds: int | None = Field(default=None, ge=1)
    """Of an asynchronous replica; that of the database is failover.lag_threshold_seconds."""
    point_in_time: PointInTimeConfig | None = None
    backups: Mapping[DnsLabel, BackupConfig] = {}
    rebuilt_from: DataClass | None = None
    """The class that holds everything from which this one can be made again."""
    restore_minutes: int | None = Field(default=None, ge=1)
    """How long restoring or rebuilding may take."""
    targets: tuple[DnsLabel, ...] = ()
    """Whose targets bind this class; all unless stated."""

    @property
    def vaulted(self) -> Mapping[str, BackupConfig]:
        """The backups that AWS Backup makes."""
        return {name: each for name, each in self.backups.items() if each.vaulted}

    def problems(self, today: date) -> Iterator[Problem]:
        """A lag belongs to a replica that may lag, and whatever is restored takes time."""
        if self.max_lag_seconds is not None and self.replication != "asynchronous":
            rule = f"is no setting of replication: {self.replication}; remove it, or set replication: asynchronous"
            yield Problem(("max_lag_seconds",), rule)
        if self.replication != "none" and self.rebuilt_from:
            rule = f"is not needed beside replication: {self.replication}; remove one of them"
            yield Problem(("rebuilt_from",), rule)
        if self.replication == "none" and self.restore_minutes is None:
            yield Problem(("restore_minutes",), "is required without a replica; say how long a restore may take")


class ZoneConfig(Section):
    """What the loss of a zone costs where no other region stands by."""

    failover_seconds: int = Field(default=120, ge=1)
    """Until a managed store has made its standby the writer."""
    reschedule_seconds: int = Field(default=360, ge=0)
    """Until pods of lost nodes run elsewhere: Kubernetes waits 300 s before it gives them up."""


class RecoveryConfig(Section):
    """One pair of regions, or one region by itself, which survives the loss of a zone only."""

    role: Literal["primary", "standby"] = "primary"
    peer: RegionName | None = None
    """The other region of the pair, whose stack file orders the same from its side."""
    targets: Mapping[DnsLabel, TargetConfig] = Field(min_length=1)
    failovers_per_year: int = Field(default=2, ge=1)
    """How often service is interrupted this way; a rehearsal counts, and so does the way back."""
    failover: FailoverConfig | None = None
    zone: ZoneConfig = ZoneConfig()
    data: Mapping[DataClass, StoreConfig] = Field(min_length=1)

    def promised(self, target: str) -> Promise:
        """A target with what its documents say where the file is silent."""
        stated, documented = self.targets[target], DOCUMENTED.get(target, TargetConfig())
        return Promise(
            stated.rto_minutes or documented.rto_minutes or 0,
            documented.rpo_minutes or 0 if stated.rpo_minutes is None else stated.rpo_minutes,
            stated.availability_percent or documented.availability_percent or 0,
        )

    def binding(self, name: DataClass) -> tuple[str, ...]:
        """The targets that bind a class of data."""
        return self.data[name].targets or tuple(self.targets)

    def problems(self, today: date) -> Iterator[Problem]:
        """The section is consistent, and keeps what it promises (BDR-14)."""
        yield from self._pair()
        if unsound := [*self._promises(), *self._references()]:
            yield from unsound
            return
        for name, store in self.data.items():
            yield from (problem.under(("data", name)) for problem in self._replication(name, store))
        yield from (Problem(breach.at, breach.text, quoted=False) for breach in refusals.breaches(self))

    def _pair(self) -> Iterator[Problem]:
        if self.peer and self.failover is None:
            yield Problem(("failover",), f"is required, or nothing moves the service to {self.peer}; add it")
        if self.peer is None and self.failover:
            yield Problem(("failover",), "leads nowhere without another region; add peer, or remove failover")
        if self.peer is None and self.role == "standby":
            yield Problem(("role",), "stands by for no region; add peer, or set role: primary")
        if self.failover and self.failover.detection.host == self.failover.host:
            rule = "moves with the failover, so that the probe would ask the standby; give the region's own host"
            yield Problem(("failover", "detection", "host"), rule)

    def _promises(self) -> Iterator[Problem]:
        """A documented profile may be promised more than its documents say, never less."""
        for name, stated in self.targets.items():
            documented = DOCUMENTED.get(name)
            for key in TargetConfig.model_fields:
                value, least = getattr(stated, key), getattr(documented, key, None)
                at = ("targets", name, key)
                if value is None and least is None:
                    known = ", ".join(DOCUMENTED)
                    yield Problem(
                        at, f"is required, for no document tells it of {name}; state it, or use one of {known}"
                    )
                elif value is not None and least is not None and _less(key, value, least):
                    yield Problem(at, f"promises less than {least:g}, which {name} was promised; set {least:g}")

    def _references(self) -> Iterator[Problem]:
        """What is named is there, and what is promised is promised of something."""
        bound = {target for name in self.data for target in self.binding(name)}
        for target in [target for target in self.targets if target not in bound]:
            yield Problem(("targets", target), "binds no class of data; name it in the targets of one, or remove it")
        for name, store in self.data.items():
            for position, target in enumerate(store.targets):
                if target not in self.targets:
                    rule = f"is no target here; choose from {', '.join(self.targets)}"
                    yield Problem(("data", name, "targets", position), rule)
            if store.rebuilt_from and (store.rebuilt_from not in self.data or self._circles(name)):
                rule = "leads to no class of data that is kept itself; name one of recovery.data that is"
                yield Problem(("data", name, "rebuilt_from"), rule)

    def _replication(self, name: DataClass, store: StoreConfig) -> Iterator[Problem]:
        """Replicas do what replicas can, and the database has more than replicas (C-02, C-03)."""
        if store.replication == "synchronous" and self.peer:
            rule = f"holds no write back until {self.peer} has it, and active-passive regions tolerate a lag; "
            yield Problem(("replication",), rule + "set asynchronous, with the lag that is tolerated (C-03)")
        guarded = name == "database" and self.peer is not None
        if guarded and store.max_lag_seconds is not None:
            rule = "is failover.lag_threshold_seconds for the database, above which nothing is promoted; remove it"
            yield Problem(("max_lag_seconds",), rule)
        if store.replication == "asynchronous" and not guarded and store.max_lag_seconds is None:
            rule = "is required for an asynchronous replica; say how far behind it may be"
            yield Problem(("max_lag_seconds",), rule)
        if name == "database" and not (store.backups or store.point_in_time):
            rule = "is required: a deletion reaches the replica too; add a schedule, or point_in_time"
            yield Problem(("backups",), rule)

    def _circles(self, name: DataClass) -> bool:
        seen: set[str] = set()
        at: DataClass | None = name
        while at in self.data and at not in seen:
            seen.add(at)
            at = self.data[at].rebuilt_from
        return at is not None


def _less(key: str, value: float, least: float) -> bool:
    return value < least if key == "availability_percent" else value > least
