"""The steps of a failover and of a fail-back. Each looks before it acts, so that doing it again changes nothing."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from services.failover import probes
from services.failover.database import GlobalDatabase, instant
from services.failover.errors import BlockedError, NotYetError
from services.failover.machine import Phase, State, Verdict, answered
from services.failover.spec import HttpCheck, Spec, Wiring
from services.failover.standby import Standby

LOOK_BACK = 60.0
"""Seconds before the first failure in which the lag must have been measured to count as known."""

Changes = Mapping[str, object]


@dataclass(frozen=True)
class Steps:
    """What each step does, by its name; a step returns what changes in the state when it is done."""

    spec: Spec
    wiring: Wiring
    database: GlobalDatabase
    standby: Standby
    clock: Callable[[], float]

    def run(self, state: State) -> Changes:
        """Do the state's step; raises NotYetError while it goes on, BlockedError if only a person may go on."""
        steps: dict[str, Callable[[State], Changes]] = {
            "fence": self._fence,
            "check": self._check,
            "promote": self._promote,
            "scale": self._scale,
            "switch": self._switch,
            "verify": self._verify,
            "finish": self._finish,
            "unfence": self._unfence,
            "await_primary": self._await_primary,
            "switchover": self._switch_over,
            "scale_down": self._scale_down,
        }
        return steps[state.step or ""](state)

    def obstacle(self, state: State) -> str | None:
        """What forbids to promote the recovery region, or None."""
        now = self.clock()
        since = (state.failing_since or now) - LOOK_BACK
        return self._behind(self.wiring.recovery_database, since, now) or self._unfit()

    def _behind(self, cluster: str, since: float, now: float) -> str | None:
        most = self.spec.data_sync.database.replication_lag_threshold
        lag = self.database.lag(cluster, instant(since), instant(now))
        if lag is None:
            return "the replication lag is unknown"
        return f"the replica is {lag:g} s behind, more than {most:g} s" if lag > most else None

    def _unfit(self) -> str | None:
        if not self.database.healthy(self.wiring.recovery_database):
            return "the recovery region's database is not available"
        timeout = next(check.timeout for check in self.spec.health_checks if isinstance(check, HttpCheck))
        if probes.http(self.wiring.recovery_endpoint, timeout) is not Verdict.HEALTHY:
            return f"the recovery region does not answer at {self.wiring.recovery_endpoint}"
        return None

    def _fence(self, state: State) -> Changes:
        """From here on the primary must not write, and there is no way back but forward or by a person."""
        return {"fenced": self.wiring.primary_region, "epoch": state.epoch + (state.fenced is None)}

    def _check(self, state: State) -> Changes:
        """Again, for the lag has moved on since, and now nothing is written that could still be lost."""
        if state.phase is Phase.FAILING_BACK:
            joined = self.database.connected(self.wiring.primary_database)
            reason = None if joined else "the primary region's database does not follow yet"
        else:
            if self.clock() - (state.step_since or 0) < self.wiring.fence_seconds:
                raise NotYetError("the primary's own guard is given time to stop its writers")
            reason = None if state.approved_by else self.obstacle(state)
        if reason:
            raise BlockedError(reason)
        return {}

    def _promote(self, _: State) -> Changes:
        self.database.promote(self.wiring.recovery_database)
        return {}

    def _scale(self, _: State) -> Changes:
        self.standby.scale()
        return {}

    def _switch(self, state: State) -> Changes:
        back = state.phase is Phase.FAILING_BACK
        return {"active": self.wiring.primary_region if back else self.wiring.recovery_region}

    def _verify(self, state: State) -> Changes:
        back = state.phase is Phase.FAILING_BACK
        expected = self.wiring.primary_database if back else self.wiring.recovery_database
        if (writers := self.database.writers()) != {expected}:
            raise NotYetError(f"{', '.join(sorted(writers)) or 'nobody'} writes, not {expected}")
        if not back and (reason := self._unfit()):
            raise NotYetError(reason)
        return {}

    def _finish(self, state: State) -> Changes:
        cleared = {"failures": {}, "failing_since": None, "waiting_since": None, "told": False, "approved_by": ""}
        if state.phase is Phase.FAILING_BACK:
            return {"phase": Phase.HEALTHY, **cleared}
        since = state.failing_since
        return {"phase": Phase.FAILED_OVER, "elapsed": since and round(self.clock() - since, 3), **cleared}

    def _unfence(self, state: State) -> Changes:
        return {"fenced": None, "epoch": state.epoch + (state.fenced is not None)}

    def _await_primary(self, _: State) -> Changes:
        """It answers, and no metric is against it: one that nobody can read must not hold up what a person approved."""
        seen = probes.look(self.spec, self.wiring.metrics_url)
        if not answered(seen, self.spec) or Verdict.UNHEALTHY in seen.values():
            raise NotYetError("the primary is not healthy yet")
        return {}

    def _switch_over(self, _: State) -> Changes:
        self.database.switch_over(self.wiring.primary_database)
        return {}

    def _scale_down(self, _: State) -> Changes:
        self.standby.rest()
        return {}
