"""The state machine by itself, against a second opinion, for any history of probes."""

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.failover import machine
from services.failover.machine import PLANS, Phase, State, Verdict
from tests.services.failover.world import PRIMARY, RECOVERY, document

pytestmark = pytest.mark.req("BDR-13", "S-04")

DELAY, GAP = 60.0, 50.0
BOTH = [
    {"type": "http", "endpoint": "https://api.us-east-1.example.com/health"},
    {"type": "metric", "query": "errors"},
]
SPEC = document(healthChecks=BOTH, failoverPolicy={"automatic": True, "delay": DELAY}).spec
HEALTHY, UNKNOWN, UNHEALTHY = Verdict.HEALTHY, Verdict.UNKNOWN, Verdict.UNHEALTHY

probes = st.tuples(
    st.sampled_from([10.0, 10.0, 10.0, 10.0, 60.0]),
    st.sampled_from([HEALTHY, UNHEALTHY, UNHEALTHY, UNHEALTHY]),
    st.sampled_from([HEALTHY, UNKNOWN, UNHEALTHY]),
)


def through(
    history: Sequence[tuple[float, Verdict, Verdict]], obstacle: str | None = None
) -> list[tuple[float, State]]:
    """The states that a history of pauses and verdicts (http, metric) leads through."""
    now, state, states = 0.0, State(active=PRIMARY, reached=True), []
    for pause, http, metric in history:
        now += pause
        sample = {0: http, 1: metric}
        state = machine.observe(state, sample, SPEC, now, GAP)
        seen = machine.level(state.failures, sample, SPEC)
        state, _ = machine.decide(state, seen, SPEC, now, lambda: obstacle)
        states.append((now, state))
    return states


def broken_for(history: Sequence[tuple[float, Verdict, Verdict]]) -> float:
    """A second opinion: for how long, at the end, failure was past a threshold without a break or a gap."""
    unbroken, since, now, failures = 0.0, None, 0.0, 0
    for pause, http, metric in history:
        now += pause
        if pause > GAP:
            failures, since = 0, None
        failures = failures + 1 if http is UNHEALTHY else 0
        if failures >= 3 or metric is UNHEALTHY:
            since = now if since is None else since
            unbroken = now - since
        else:
            since, unbroken = None, 0.0
    return unbroken


@settings(deadline=None, max_examples=300)
@given(st.lists(probes, max_size=40))
def test_nothing_is_promoted_before_unbroken_failure_has_lasted_for_the_delay_and_then_it_is(history):
    states = through(history)
    for end, (_, state) in enumerate(states, 1):
        if state.phase is Phase.PROMOTING:
            assert broken_for(history[:end]) >= DELAY
            return
        assert broken_for(history[:end]) < DELAY


def test_a_primary_that_never_answered_is_a_persons_for_it_may_be_out_of_sight_and_not_lost():
    state, now, told = State(active=PRIMARY), 0.0, []
    for _ in range(20):
        now += 10
        state = machine.observe(state, {0: UNHEALTHY, 1: HEALTHY}, SPEC, now, GAP)
        seen = machine.level(state.failures, {0: UNHEALTHY, 1: HEALTHY}, SPEC)
        state, events = machine.decide(state, seen, SPEC, now, lambda: None)
        told += events
    assert (state.phase, told[-1].urgency) == (Phase.BLOCKED, "page")
    assert told[-1].text == (
        "failover is blocked: the primary never answered here, so that it may be out of sight and not lost; "
        "a person may force it"
    )


@settings(deadline=None, max_examples=100)
@given(st.lists(probes, max_size=40))
def test_with_an_obstacle_nothing_is_ever_promoted(history):
    assert Phase.PROMOTING not in {state.phase for _, state in through(history, "the replica is behind")}


@settings(deadline=None, max_examples=100)
@given(st.lists(probes, max_size=40), st.sampled_from([Phase.FAILED_OVER, Phase.PROMOTING, Phase.FAILING_BACK]))
def test_no_history_moves_the_load_once_it_has_moved(history, phase):
    state = State(active=RECOVERY, fenced=PRIMARY, phase=phase, step=PLANS.get(phase, (None,))[0])
    now = 0.0
    for pause, http, metric in history:
        now += pause
        sample = {0: http, 1: metric}
        state = machine.observe(state, sample, SPEC, now, GAP)
        state, events = machine.decide(state, machine.level(state.failures, sample, SPEC), SPEC, now, lambda: None)
        assert (state.phase, state.active, state.fenced, events) == (phase, RECOVERY, PRIMARY, ())


@pytest.mark.req("BDR-12")
def test_an_error_rate_past_its_threshold_is_failure_and_a_missing_one_neither_failure_nor_recovery():
    failing = (10.0, HEALTHY, UNHEALTHY)
    assert through([failing] * 8)[-1][1].phase is Phase.PROMOTING
    assert through([(10.0, HEALTHY, UNKNOWN)] * 20)[-1][1].phase is Phase.SUSPECT
    assert through([failing] * 3 + [(10.0, HEALTHY, UNKNOWN)])[-1][1].phase is Phase.SUSPECT


@pytest.mark.req("BDR-11")
def test_two_failures_are_suspicion_and_the_third_starts_the_delay():
    lost = (10.0, UNHEALTHY, UNKNOWN)
    assert [state.phase for _, state in through([lost] * 3)] == [Phase.SUSPECT, Phase.SUSPECT, Phase.WAITING]


def test_any_recovery_starts_the_count_and_the_delay_anew():
    lost, well = (10.0, UNHEALTHY, HEALTHY), (10.0, HEALTHY, HEALTHY)
    states = through([lost] * 8 + [well] + [lost] * 8)
    assert states[8][1].phase is Phase.HEALTHY
    assert [state.waiting_since for _, state in states][-1] == 120.0
    assert states[-1][1].phase is Phase.WAITING


def test_after_a_time_without_a_look_nothing_is_unbroken():
    lost = (10.0, UNHEALTHY, UNKNOWN)
    states = through([*[lost] * 7, (GAP + 1, UNHEALTHY, UNKNOWN)])
    assert states[6][1].phase is Phase.WAITING
    assert states[7][1].waiting_since is None
    assert states[7][1].failing_since == 10.0  # it is still the same interruption, by which recovery is measured
