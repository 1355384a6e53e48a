"""The drill: a region is lost, found and given the load back; what was promised is compared with what is there."""

import itertools
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from assurance.recovery import bounds
from infra.config.failover import FailoverConfig
from sandbox.drill import plan
from sandbox.drill.cloud import PRIMARY, RECOVERY, arn
from sandbox.drill.world import LATENCY, World, standing
from services.failover.machine import Event, Phase

QUIET = 3.0
"""Seconds of steady load before the disaster, and after the region's return."""


@dataclass(frozen=True)
class Check:
    """What must hold, whether it did, and the figures."""

    what: str
    held: bool
    figures: str


@dataclass
class Result:
    """Everything that was measured; moments are seconds since the epoch."""

    started: float = 0
    lost_at: float = 0
    arrived_at: float = 0
    returned_at: float = 0
    back_at: float = 0
    ended: float = 0
    took: dict[str, float] = field(default_factory=dict)
    bound: dict[str, int] = field(default_factory=dict)
    stack_bound: dict[str, int] | None = None
    lost: set[int] = field(default_factory=set)
    loss_seconds: float = 0
    loss_bound: int = 0
    interruption: float = 0
    checks: list[Check] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    served: list[tuple[float, str]] = field(default_factory=list)
    refused: list[float] = field(default_factory=list)

    @property
    def rto(self) -> float:
        """Seconds from the loss to the first write that the recovery region confirmed."""
        return self.arrived_at - self.lost_at

    @property
    def passed(self) -> bool:
        return all(check.held for check in self.checks)


def drill(
    folder: Path, delay: int, say: Callable[[str], None], kill_controller: bool = False, latency: float = LATENCY
) -> Result:
    """Rehearse a failover and the way back; raises DrillError where it does not come to an end.

    A replica that lags by more than the policy allows blocks the failover; then a person forces it.
    """
    order, result = plan.policy(delay), Result(started=time.time())
    ordered = plan.recovery(order)
    result.bound = plan.parts(bounds.downtime(ordered, "database"))
    result.stack_bound = plan.of_stack()
    result.loss_bound = (bounds.loss(ordered, "database") or bounds.downtime(ordered, "database")).seconds
    say("two regions are being made: databases, services, controllers, load")
    with standing(folder, order, latency) as world:
        _steady(world, latency, say)
        missing = _disaster(world, result, say)
        if latency > order.lag_threshold_seconds:
            _force(world, result, order, say)
        _recovery(world, result, order, say, kill_controller)
        _loss(world, result, missing)
        _return(world, result, say)
        _fail_back(world, result, say)
        world.load.stop()
        result.events, result.refused = world.events(), list(world.load.refused)
        result.served = [(promise.at, promise.region) for promise in world.load.promises]
        _times(result)
        _judge(world, result)
    result.ended = time.time()
    return result


def _steady(world: World, latency: float, say: Callable[[str], None]) -> None:
    world.until("a controller at work", lambda: world.state().seen_at is not None)
    served = len(world.load.promises)
    world.until("a steady load", lambda: len(world.load.promises) > served + 20)
    time.sleep(QUIET + 3 * latency)
    say(f"{len(world.load.promises)} numbered writes are confirmed by {PRIMARY}")


def _disaster(world: World, result: Result, say: Callable[[str], None]) -> set[int]:
    """The writes that were confirmed and never reached the standby."""
    result.lost_at = world.lose_primary()
    say(f"{PRIMARY} is lost: its database killed, its line cut, its services gone")
    standby = arn(RECOVERY)
    world.until("the standby's replay", lambda: world.pair.replayed(standby))
    return world.load.promised(PRIMARY) - world.pair.numbers(standby)


def _force(world: World, result: Result, order: FailoverConfig, say: Callable[[str], None]) -> None:
    world.until("the block", lambda: world.state().phase is Phase.BLOCKED, order.delay_seconds + 60)
    paged = any(event.phase is Phase.BLOCKED and event.urgency == "page" for event in world.events())
    untouched = world.state().fenced is None and world.pair.writer == arn(PRIMARY)
    _check(result, "a lagging replica blocks and pages", paged and untouched, world.state().reason)
    world.decide("force")
    say("the failover was blocked, and is forced by a person")


def _recovery(
    world: World, result: Result, order: FailoverConfig, say: Callable[[str], None], kill_controller: bool
) -> None:
    if kill_controller:
        world.until("the fence", lambda: world.state().fenced is not None, order.delay_seconds + 60)
        world.kill_controller()
        say("one of the two controllers is killed")
    world.until("the failover", lambda: world.state().phase is Phase.FAILED_OVER, order.delay_seconds + 120)
    world.until("a write in the recovery region", lambda: world.load.first(RECOVERY, result.lost_at) is not None)
    result.arrived_at = world.load.first(RECOVERY, result.lost_at) or 0
    say(f"{RECOVERY} confirms writes, {result.rto:.1f} s after the loss")


def _loss(world: World, result: Result, missing: set[int]) -> None:
    result.lost = world.load.promised(PRIMARY) - world.pair.numbers(arn(RECOVERY))
    lost = [promise.at for promise in world.load.promises if promise.number in result.lost]
    result.loss_seconds = result.lost_at - min(lost, default=result.lost_at)
    _check(
        result,
        "the writes lost are those that the standby did not have",
        result.lost == missing,
        f"{len(result.lost)} lost, {len(missing)} missing on the standby when the line was cut",
    )


def _return(world: World, result: Result, say: Callable[[str], None]) -> None:
    world.return_primary()
    result.returned_at = time.time()
    world.until("the old primary as a follower", lambda: world.pair.follows(arn(PRIMARY)))
    time.sleep(QUIET)
    state = world.state()
    stayed = (state.active, state.phase) == (RECOVERY, Phase.FAILED_OVER)
    _check(result, "nothing moves by itself when the region returns", stayed, f"{state.active} is active")
    say(f"{PRIMARY} is back, and follows")


def _fail_back(world: World, result: Result, say: Callable[[str], None]) -> None:
    asked = time.time()
    world.decide("failback")
    world.until("the fail-back", lambda: world.state().phase is Phase.HEALTHY)
    world.until("a write in the primary region", lambda: world.load.first(PRIMARY, asked) is not None)
    result.back_at = world.load.first(PRIMARY, asked) or 0
    last = max(promise.at for promise in world.load.promises if promise.region == RECOVERY)
    result.interruption = result.back_at - last
    lost = world.load.promised(RECOVERY) - world.pair.numbers(arn(PRIMARY))
    _check(result, "the fail-back loses nothing", not lost, f"{len(lost)} of {len(world.load.promised(RECOVERY))} lost")
    say(f"a person gave the load back to {PRIMARY}: {result.interruption:.1f} s without writes")


def _times(result: Result) -> None:
    """What each part of the interruption took, by the controllers' journal and the load's first success."""
    at = {event.phase: event.at for event in reversed(result.events) if event.phase is not Phase.SUSPECT}
    done = {event.text.partition(" done")[0]: event.at for event in reversed(result.events) if " done " in event.text}
    moments = [result.lost_at, at[Phase.WAITING], at[Phase.PROMOTING]]
    moments += [done["check"], done["promote"], done["scale"], result.arrived_at]
    pairs = itertools.pairwise(moments)
    result.took = {part: end - start for part, (start, end) in zip(plan.STEPS.values(), pairs, strict=True)}


def _judge(world: World, result: Result) -> None:
    operations = [request.operation for request in world.asked]
    promotions = operations.count("FailoverGlobalCluster")
    _check(result, "one promotion", promotions == 1, f"{promotions} asked for")
    elsewhere = world.asked_of(PRIMARY)
    _check(result, f"no call to {PRIMARY}", elsewhere == 0, f"{elsewhere} of {len(operations)} calls")
    bound = sum(result.bound.values())
    _check(result, "recovery time within its bound", result.rto <= bound, f"{result.rto:.1f} s of {bound} s")
    if not any(event.phase is Phase.BLOCKED for event in result.events):  # who forces knows that more is lost
        figures = f"{result.loss_seconds:.2f} s of {result.loss_bound} s"
        _check(result, "lost writes within their bound", result.loss_seconds <= result.loss_bound, figures)


def _check(result: Result, what: str, held: bool, figures: str) -> None:
    result.checks.append(Check(what, held, figures))
