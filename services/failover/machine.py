"""The state machine: what is seen becomes a state, and a state becomes what to do. No clock, no network.

Healthy <-> Suspect <-> Waiting -> Promoting -> FailedOver -> FailingBack -> Healthy
                           |  ^
                           v  | a person
                         Blocked
"""

from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Literal

from pydantic import BaseModel, ConfigDict

from services.failover.spec import HttpCheck, Spec


class Phase(StrEnum):
    """Where a failover stands."""

    HEALTHY = "Healthy"
    SUSPECT = "Suspect"
    WAITING = "Waiting"
    BLOCKED = "Blocked"
    PROMOTING = "Promoting"
    FAILED_OVER = "FailedOver"
    FAILING_BACK = "FailingBack"


class Verdict(StrEnum):
    """What one probe says; missing data is UNKNOWN, which neither proves failure nor ends it as healthy."""

    HEALTHY = "healthy"
    UNKNOWN = "unknown"
    UNHEALTHY = "unhealthy"


Sample = Mapping[int, Verdict]
"""Place of a check in the spec -> its verdict."""

PLANS: dict[Phase, tuple[str, ...]] = {
    Phase.PROMOTING: ("fence", "check", "promote", "scale", "switch", "verify", "finish"),
    Phase.FAILING_BACK: ("check", "unfence", "await_primary", "switchover", "switch", "scale_down", "verify", "finish"),
}
"""The steps of a phase in order. Each can be done twice, and each is recorded before the next begins."""


UNSEEN = "the primary never answered here, so that it may be out of sight and not lost"


class Event(BaseModel):
    """A line of the journal that people are told."""

    model_config = ConfigDict(frozen=True)

    at: float
    phase: Phase
    text: str
    urgency: Literal["log", "info", "page"] = "info"


class State(BaseModel):
    """All that a controller knows; what the next one starts from."""

    model_config = ConfigDict(frozen=True)

    active: str
    """The region that carries the load: the switch."""
    phase: Phase = Phase.HEALTHY
    fenced: str | None = None
    """The region that must not write."""
    epoch: int = 0
    """Grows whenever the load moves."""
    failures: dict[int, int] = {}
    """Place of a check -> failures in a row."""
    seen_at: float | None = None
    reached: bool = False
    """Whether the primary ever answered: what never did may be out of sight, and not lost."""
    failing_since: float | None = None
    """First failed probe of the run that is going on: where the recovery time begins."""
    waiting_since: float | None = None
    step: str | None = None
    step_since: float | None = None
    late: str | None = None
    """The step whose overrun was paged."""
    took: dict[str, float] = {}
    """Step -> seconds."""
    elapsed: float | None = None
    """Seconds from the first failed probe to the end of the last failover."""
    reason: str = ""
    approved_by: str = ""
    """Who forced a failover, or approved a fail-back."""
    told: bool = False
    """Whether a failover that awaits a person was paged."""


Told = tuple[State, tuple[Event, ...]]


def observe(state: State, sample: Sample, spec: Spec, now: float, gap: float) -> State:
    """Count failures in a row. After `gap` seconds without a look nothing is unbroken, and counting starts anew."""
    blind = state.seen_at is None or now - state.seen_at > gap
    before = {} if blind else state.failures
    counts = {n: before.get(n, 0) + 1 if verdict is Verdict.UNHEALTHY else 0 for n, verdict in sample.items()}
    failing = any(counts.values())
    changes: dict[str, object] = {
        "failures": counts,
        "seen_at": now,
        "reached": state.reached or answered(sample, spec),
        "failing_since": (now if state.failing_since is None else state.failing_since) if failing else None,
    }
    if blind or level(counts, sample, spec) is not Verdict.UNHEALTHY:
        changes["waiting_since"] = None
    return state.model_copy(update=changes if state.phase not in PLANS else {"seen_at": now})


def answered(sample: Sample, spec: Spec) -> bool:
    """Whether every http check found the primary in this round."""
    http = [n for n, check in enumerate(spec.health_checks) if isinstance(check, HttpCheck)]
    return all(sample.get(n) is Verdict.HEALTHY for n in http)


def level(counts: Mapping[int, int], sample: Sample, spec: Spec) -> Verdict:
    """The primary as a whole: unhealthy by any check past its threshold, healthy by all of them."""
    thresholds = {n: c.failure_threshold if isinstance(c, HttpCheck) else 1 for n, c in enumerate(spec.health_checks)}
    if any(count >= thresholds[n] for n, count in counts.items()):
        return Verdict.UNHEALTHY
    if set(sample) == set(thresholds) and all(verdict is Verdict.HEALTHY for verdict in sample.values()):
        return Verdict.HEALTHY
    return Verdict.UNKNOWN


def decide(state: State, seen: Verdict, spec: Spec, now: float, obstacle: Callable[[], str | None]) -> Told:
    """The next state, and what to tell. `obstacle` names what forbids a promotion; asked when one is due only."""
    if state.phase in PLANS or state.phase is Phase.FAILED_OVER:
        return state, ()
    if state.phase is Phase.BLOCKED and (state.fenced or seen is not Verdict.HEALTHY):
        return state, ()
    if seen is Verdict.HEALTHY:
        return _calm(state, now)
    if seen is Verdict.UNKNOWN:
        return _move(state, Phase.SUSPECT, now, "the primary is not proven healthy", waiting_since=None, told=False)
    if state.waiting_since is None:
        text = f"the primary is unhealthy; failing over after {spec.failover_policy.delay:g} s without recovery"
        return _move(state, Phase.WAITING, now, text, page=True, waiting_since=now)
    if now - state.waiting_since < spec.failover_policy.delay:
        return state, ()
    return _due(state, spec, now, obstacle)


def _calm(state: State, now: float) -> Told:
    cleared = {"waiting_since": None, "failing_since": None, "reason": "", "told": False}
    return _move(state, Phase.HEALTHY, now, "the primary is healthy", **cleared)


def _due(state: State, spec: Spec, now: float, obstacle: Callable[[], str | None]) -> Told:
    if not spec.failover_policy.automatic:
        text = "failover is not automatic: a person must force it"
        told = state.model_copy(update={"told": True})
        return told, () if state.told else (Event(at=now, phase=state.phase, text=text, urgency="page"),)
    if reason := obstacle() if state.reached else UNSEEN:
        return block(state, now, reason)
    return begin(state, Phase.PROMOTING, now, "failing over")


def block(state: State, now: float, reason: str) -> Told:
    """Stop until a person decides; a fail-back that cannot be is none."""
    if state.phase is Phase.FAILING_BACK:
        text = f"fail-back is not possible: {reason}"
        return _move(state, Phase.FAILED_OVER, now, text, page=True, reason=reason, step=None, step_since=None)
    text = f"failover is blocked: {reason}; a person may force it"
    return _move(state, Phase.BLOCKED, now, text, page=True, reason=reason, step=None, step_since=None)


def begin(state: State, phase: Phase, now: float, text: str, approved_by: str = "") -> Told:
    """Start the plan of a phase at its first step."""
    first: dict[str, object] = {"step": PLANS[phase][0], "step_since": now, "took": {}, "late": None, "reason": ""}
    return _move(state, phase, now, text, page=True, approved_by=approved_by, **first)


def advance(state: State, now: float, changes: Mapping[str, object]) -> State:
    """The step is done: take over what it changed, and go to the next one."""
    step, since = state.step or "", state.step_since or now
    plan = PLANS[state.phase]
    after = plan[plan.index(step) + 1 :]
    took = {**state.took, step: round(now - since, 3)}
    timing = {"reason": "", "took": took, "step": after[0] if after else None, "step_since": now if after else None}
    return state.model_copy(update={**timing, **changes})


def _move(state: State, phase: Phase, now: float, text: str, page: bool = False, **changes: object) -> Told:
    moved = state.model_copy(update={"phase": phase, **changes})
    if phase is state.phase:
        return moved, ()
    blip = {state.phase, phase} == {Phase.HEALTHY, Phase.SUSPECT}
    return moved, (Event(at=now, phase=phase, text=text, urgency="page" if page else "log" if blip else "info"),)


class RefusedError(ValueError):
    """What a person asked for does not fit the state; says which state, and what to do."""


def force(state: State, by: str, why: str, now: float) -> Told:
    """A person overrides the guard, or decides where failover is not automatic."""
    if state.phase not in (Phase.SUSPECT, Phase.WAITING, Phase.BLOCKED):
        raise RefusedError(f"the failover is {state.phase}; only Suspect, Waiting or Blocked can be forced")
    text = f"failover forced by {by}: {why}"
    return begin(state, Phase.PROMOTING, now, text, approved_by=by)


def release(state: State, by: str, why: str, now: float) -> Told:
    """A person gives up a blocked failover: the fence is lifted and watching starts anew."""
    if state.phase is not Phase.BLOCKED:
        raise RefusedError(f"the failover is {state.phase}; only Blocked can be released")
    text = f"blocked failover released by {by}: {why}"
    cleared = {"fenced": None, "waiting_since": None, "failing_since": None, "reason": "", "failures": {}}
    return _move(state, Phase.SUSPECT, now, text, **cleared)


def failback(state: State, by: str, why: str, now: float) -> Told:
    """A person takes the load back to the primary."""
    if state.phase is not Phase.FAILED_OVER:
        raise RefusedError(f"the failover is {state.phase}; only FailedOver can be failed back")
    return begin(state, Phase.FAILING_BACK, now, f"fail-back approved by {by}: {why}", approved_by=by)
