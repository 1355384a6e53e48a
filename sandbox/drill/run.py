"""The drill: a region is lost, found and given the load back; what was promised is compared with what is there."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from sandbox.drill.ground import DrillError, Ground
from sandbox.drill.result import Result, expected
from sandbox.drill.rights import beyond
from sandbox.drill.world import LATENCY, World, standing
from services.failover.machine import Phase

QUIET = 3.0
"""Seconds of steady load before the disaster, and after the region's return."""

HEARING = 30.0
"""Seconds in which what happened last is still being told."""

Say = Callable[[str], None]


@dataclass(frozen=True)
class Scenario:
    """Seconds by which the replica is behind, and whether one of the two controllers is killed behind the fence.

    `flaps` counts how often the primary is cut off for less than the delay, before it is lost for good.
    """

    latency: float = LATENCY
    kill_controller: bool = False
    flaps: int = 0


CALM = Scenario()


def drill(folder: Path, ground: Ground, say: Say, scenario: Scenario = CALM) -> Result:
    """Rehearse a failover and the way back; raises DrillError where it does not come to an end, and takes it back.

    A replica that lags by more than the policy allows blocks the failover; then a person forces it.
    """
    if not ground.is_calm():
        phase = ground.state().phase
        raise DrillError(f"{ground.name} is {phase}; a drill begins on a calm day: fail back, or run `make reset`")
    try:
        return _rehearse(folder, ground, say, scenario)
    finally:
        if ground.calm(folder):
            say("the drill came to no end; what it did to the stacks is taken back")


def _rehearse(folder: Path, ground: Ground, say: Say, scenario: Scenario) -> Result:
    result = expected(ground)
    say("two regions are being made ready: databases, services, controllers, load")
    with standing(folder, ground, scenario.latency) as world:
        before = ground.sizes(), ground.writers()
        _steady(world, scenario.latency, say)
        _flap(world, result, scenario, say)
        missing = _disaster(world, result, say)
        if scenario.latency > ground.order.lag_threshold_seconds:
            _force(world, result, say)
        _recovery(world, result, scenario.kill_controller, say)
        _loss(world, result, missing)
        _grown(world, result, say)
        _return(world, result, say)
        _fail_back(world, result, say)
        world.load.stop()
        result.events, result.refused = world.events(), list(world.load.refused)
        result.served = [(promise.at, promise.region) for promise in world.load.promises]
        result.part()
        _judge(world, result)
        _heard(world, result)
        _restored(world, result, before)
    result.ended = time.time()
    return result


def _steady(world: World, latency: float, say: Say) -> None:
    world.until("a controller at work", lambda: (world.state().seen_at or 0) > world.begun)
    served = len(world.load.promises)
    world.until("a steady load", lambda: len(world.load.promises) > served + 20)
    world.until("a healthy primary", lambda: world.state().phase is Phase.HEALTHY)
    time.sleep(QUIET + 3 * latency)
    say(f"{len(world.load.promises)} numbered writes are confirmed by {world.ground.primary}")


def _flap(world: World, result: Result, scenario: Scenario, say: Say) -> None:
    """Each time as soon as the delay runs; the standby has caught up before what follows."""
    epoch = world.state().epoch
    for _ in range(scenario.flaps):
        world.cut_off_primary()
        world.until("the delay", lambda: world.state().phase is Phase.WAITING)
        world.reach_primary()
        world.until("a healthy primary", lambda: world.state().phase is Phase.HEALTHY)
    if scenario.flaps:
        time.sleep(QUIET + 3 * scenario.latency)
        state = world.state()
        stayed = (state.active, state.epoch, state.fenced) == (result.primary, epoch, None)
        result.check("a primary that flaps keeps the load", stayed, f"cut off {scenario.flaps} times, for a while")
        say(f"{result.primary} was cut off {scenario.flaps} times, for less than the delay; {state.active} is active")


def _disaster(world: World, result: Result, say: Say) -> set[int]:
    """The writes that were confirmed and never reached the standby."""
    result.lost_at = world.lose_primary()
    say(f"{result.primary} is lost: its database killed, its line cut, its services gone")
    standby = world.ground.arn(result.recovery)
    world.until("the standby's replay", lambda: world.pair.replayed(standby))
    return world.load.promised(result.primary) - world.pair.numbers(standby)


def _force(world: World, result: Result, say: Say) -> None:
    world.until("the block", lambda: world.state().phase is Phase.BLOCKED, world.ground.order.delay_seconds + 60)
    paged = any(event.phase is Phase.BLOCKED and event.urgency == "page" for event in world.events())
    untouched = world.state().fenced is None and world.pair.writer == world.ground.arn(result.primary)
    result.check("a lagging replica blocks and pages", paged and untouched, world.state().reason)
    world.decide("force")
    say("the failover was blocked, and is forced by a person")


def _recovery(world: World, result: Result, kill_controller: bool, say: Say) -> None:
    patience, order = sum(result.bound.values()) + 60, world.ground.order
    if kill_controller:
        world.until("the fence", lambda: world.state().fenced is not None, order.delay_seconds + 60)
        world.kill_controller()
        say("one of the two controllers is killed")
    world.until("the failover", lambda: world.state().phase is Phase.FAILED_OVER, patience)
    world.until("a write there", lambda: world.load.first(result.recovery, result.lost_at) is not None, patience)
    result.arrived_at = world.load.first(result.recovery, result.lost_at) or 0
    say(f"{result.recovery} confirms writes, {result.rto:.1f} s after the loss")


def _loss(world: World, result: Result, missing: set[int]) -> None:
    result.lost = world.load.promised(result.primary) - world.pair.numbers(world.ground.arn(result.recovery))
    lost = [promise.at for promise in world.load.promises if promise.number in result.lost]
    result.loss_seconds = result.lost_at - min(lost, default=result.lost_at)
    result.check(
        "the writes lost are those that the standby did not have",
        result.lost == missing,
        f"{len(result.lost)} lost, {len(missing)} missing on the standby when the line was cut",
    )


def _grown(world: World, result: Result, say: Say) -> None:
    """The standby is as large as was promised, and its next run keeps it so, the primary still being lost."""
    if full := world.ground.full:
        sizes = world.ground.sizes()
        result.check("the standby carries the load", sizes == full, _figures(sizes))
    _kept(world, result, result.recovery, say)


def _return(world: World, result: Result, say: Say) -> None:
    world.return_primary()
    result.returned_at = time.time()
    world.until("the old primary as a follower", lambda: world.pair.follows(world.ground.arn(result.primary)))
    time.sleep(QUIET)
    state = world.state()
    stayed = (state.active, state.phase) == (result.recovery, Phase.FAILED_OVER)
    result.check("nothing moves by itself when the region returns", stayed, f"{state.active} is active")
    say(f"{result.primary} is back, and follows")
    if world.ground.writers() is not None:
        world.until("the guard's stop of the writers", lambda: world.ground.writers() == 0)
        writers = world.ground.writers()
        result.check("the guard stops the writers of the old primary", writers == 0, f"{writers} are to run there")
    _kept(world, result, result.primary, say)


def _kept(world: World, result: Result, region: str, say: Say) -> None:
    with world.seen_from_outside() as address:
        undone = world.ground.undone(region, address)
    if undone is None:
        return
    say(
        f"the next run of the stack of {region} "
        + ("takes something back" if undone else "was done, and changed nothing")
    )
    what = f"the next run of the stack of {region} takes nothing back"
    result.check(what, not undone, "; ".join(undone) or "nothing changed")


def _fail_back(world: World, result: Result, say: Say) -> None:
    asked = time.time()
    world.decide("failback")
    world.until("the fail-back", lambda: world.state().phase is Phase.HEALTHY)
    world.until("a write in the primary region", lambda: world.load.first(result.primary, asked) is not None)
    result.back_at = world.load.first(result.primary, asked) or 0
    there = world.load.promised(result.recovery)
    result.interruption = result.back_at - max(p.at for p in world.load.promises if p.region == result.recovery)
    lost = there - world.pair.numbers(world.ground.arn(result.primary))
    result.check("the fail-back loses nothing", not lost, f"{len(lost)} of {len(there)} lost")
    say(f"a person gave the load back to {result.primary}: {result.interruption:.1f} s without writes")


def _restored(world: World, result: Result, before: tuple[Mapping[str, object], int | None]) -> None:
    sizes, writers = before
    world.ground.rest()
    if sizes:
        world.until("the guard's return of the writers", lambda: world.ground.writers() == writers)
        after = world.ground.sizes()
        result.check("after the fail-back all is as before", after == sizes, _figures(after))


def _judge(world: World, result: Result) -> None:
    requests = world.requests()
    promotions = sum(request.operation == "FailoverGlobalCluster" for request in requests)
    result.check("one promotion", promotions == 1, f"{promotions} asked for")
    elsewhere = sum(request.region == result.primary for request in requests)
    result.check(f"no call to {result.primary}", elsewhere == 0, f"{elsewhere} of {len(requests)} calls")
    for duty, post in world.posts.items():
        if post.rights is not None:
            refused = beyond(world.asked[duty], post.rights)
            result.check(f"the role of `{duty}` allows its calls", not refused, ", ".join(refused) or "all of them")
    bound = sum(result.bound.values())
    result.check("recovery time within its bound", result.rto <= bound, f"{result.rto:.1f} s of {bound} s")
    if not any(event.phase is Phase.BLOCKED for event in result.events):  # who forces knows that more is lost
        figures = f"{result.loss_seconds:.2f} s of {result.loss_bound} s"
        result.check("lost writes within their bound", result.loss_seconds <= result.loss_bound, figures)


def _heard(world: World, result: Result) -> None:
    deadline = time.monotonic() + HEARING
    while (untold := world.people.untold(world.ground.name, result.events)) and time.monotonic() < deadline:
        time.sleep(0.1)
    said = f"{len(world.people.read)} messages, {len(world.people.woken)} pages"
    result.check("chat and pager were told what the journal says", not untold, "; ".join(untold) or said)


def _figures(sizes: Mapping[str, object]) -> str:
    return ", ".join(f"{what} {value}" for what, value in sizes.items())
