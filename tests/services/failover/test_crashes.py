"""Controllers that die, stop for a while, or work beside each other: one promotion, one writer, no step left out."""

import threading
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import Phase as HypothesisPhase
from hypothesis import strategies as st
from moto.core.botocore_stubber import BotocoreStubber

from services.failover.controller import LEASE_SECONDS, Controller
from services.failover.machine import PLANS, Phase, failback
from services.failover.store import StaleError
from tests.services.failover.world import HOST, PRIMARY, RECOVERY, World, document

pytestmark = pytest.mark.req("BDR-13", "S-04")

GENERATE = HypothesisPhase.generate
SOON = document(failoverPolicy={"automatic": True, "delay": "10s"})


class Killed(BaseException):
    """A controller's process ends here."""


class Murderer:
    """Kills the controller after its n-th request that changes something was carried out, and before it knows."""

    def __init__(self, world: World) -> None:
        self.count, self.at, self.last = 0, -1, ""
        world.forget_hooks()
        self.promotions = 0
        world.hook("after-call", self._called)

    def arm(self, at: int) -> None:
        self.count, self.at = 0, at

    def _called(self, model: Any, **_: object) -> None:
        self.promotions += model.name == "FailoverGlobalCluster"
        if model.name not in ("TransactWriteItems", "FailoverGlobalCluster", "SwitchoverGlobalCluster", "Publish"):
            return  # to die at a question, a beat or a metric is to die before the next change
        self.last = model.name
        self.count += 1
        if self.count == self.at:
            raise Killed


def at_work(world: World, name: str) -> Controller:
    """A controller of a failover that is due at the next tick."""
    world.create_table(name)
    world.failover = SOON.model_copy(update={"metadata": SOON.metadata.model_copy(update={"name": name})})
    world.health[HOST] = type(world.health[HOST]).HEALTHY
    controller = world.controller()
    world.run(controller, 10, lag=0)
    world.lose_primary()
    world.run(controller, 30)
    assert controller.state.phase is Phase.WAITING
    return controller


def failed_over(world: World, name: str) -> Controller:
    """A controller of a failover that has happened, with its primary well again."""
    world.create_table(name)
    world.failover = SOON.model_copy(update={"metadata": SOON.metadata.model_copy(update={"name": name})})
    world.health[HOST] = type(world.health[HOST]).HEALTHY
    move(world, RECOVERY)
    controller = world.controller()
    after = {"phase": Phase.FAILED_OVER, "active": RECOVERY, "fenced": PRIMARY, "epoch": 1}
    controller.ask(lambda state: (state.model_copy(update=after), ()))
    return controller


def until_done(world: World, controller: Controller) -> None:
    """Tick until the plan is through."""
    for _ in range(20):
        if controller.tick() and controller.state.phase in (Phase.FAILED_OVER, Phase.HEALTHY):
            return
        world.now += 10
    pytest.fail(f"still {controller.state}")


def move(world: World, region: str) -> None:
    """This region writes, for the next round."""
    world.aws["rds"].switchover_global_cluster(
        GlobalClusterIdentifier="platform", TargetDbClusterIdentifier=world.arns[region]
    )


def test_killed_at_any_change_the_next_controller_finishes_and_promotes_once(world: World):
    killer = Murderer(world)
    killed, n = set(), 0
    while True:
        n += 1
        controller = at_work(world, f"payment-{n}")
        killer.arm(n)
        try:
            until_done(world, controller)
        except Killed:
            killed.add(killer.last)
        else:
            break
        killer.arm(-1)
        world.now += LEASE_SECONDS
        survivor = world.controller()
        survivor.tick()
        world.now += LEASE_SECONDS
        until_done(world, survivor)
        assert world.writers() == [world.arns[RECOVERY]]
        state = survivor.state
        assert (state.phase, state.active, state.fenced, state.epoch) == (Phase.FAILED_OVER, RECOVERY, PRIMARY, 1)
        done = [event.text.partition(" done")[0] for event in survivor.store.journal() if " done after" in event.text]
        assert done == list(PLANS[Phase.PROMOTING])
        move(world, PRIMARY)
    assert killer.promotions == n > 10
    assert killed == {"FailoverGlobalCluster", "TransactWriteItems", "Publish"}


def test_killed_at_any_change_of_a_fail_back_the_next_controller_finishes_it(world: World):
    killer = Murderer(world)
    n = 0
    while True:
        n += 1
        controller = failed_over(world, f"payment-{n}")
        controller.ask(lambda state: failback(state, "ada", "rehearsal", world.now))
        killer.arm(n)
        try:
            until_done(world, controller)
        except Killed:
            killer.arm(-1)
            survivor = world.controller()
            survivor.tick()
            world.now += LEASE_SECONDS
            until_done(world, survivor)
            assert (survivor.state.phase, survivor.state.active) == (Phase.HEALTHY, PRIMARY)
            assert world.writers() == [world.arns[PRIMARY]]
        else:
            break


def test_a_leader_that_slept_through_its_lease_changes_nothing_afterwards(world: World):
    sleeper = at_work(world, "payment")
    world.forget_hooks()
    other = world.controller()
    asleep = [True]

    def sleep(model: Any, **_: object) -> None:
        if model.name == "FailoverGlobalCluster" and asleep.pop():
            other.tick()
            world.now += LEASE_SECONDS
            until_done(world, other)
            asleep.append(False)

    for client in vars(sleeper._clients).values():
        client.meta.events.register("before-call", sleep)
    asleep.append(True)
    until_done(world, sleeper)
    assert other.state.phase is Phase.FAILED_OVER
    assert world.writers() == [world.arns[RECOVERY]]
    assert sum(event.text.startswith("promote done") for event in other.store.journal()) == 1


def test_a_controller_that_lost_its_lease_writes_nothing(world: World):
    first, second = world.controller(), world.controller()
    first.tick()
    assert not second.lease.hold()
    world.now += LEASE_SECONDS
    assert second.lease.hold()
    with pytest.raises(StaleError):
        first._save(first.state.model_copy(update={"reason": "late"}), ())


def test_a_state_that_changed_since_it_was_read_is_not_overwritten(world: World):
    controller = world.controller()
    controller.tick()
    controller.ask(lambda state: (state.model_copy(update={"reason": "a person's"}), ()))
    with pytest.raises(StaleError):
        controller._save(controller.state.model_copy(update={"reason": "late"}), ())
    assert world.state().reason == "a person's"


def test_controllers_in_threads_promote_once(world: World, monkeypatch: pytest.MonkeyPatch):
    one_at_a_time, answer = threading.Lock(), BotocoreStubber.__call__  # moto in this process is not made for threads

    def answer_alone(self: BotocoreStubber, *given: Any, **more: Any) -> Any:
        with one_at_a_time:
            return answer(self, *given, **more)

    monkeypatch.setattr(BotocoreStubber, "__call__", answer_alone)
    at_work(world, "payment").lease.free()
    controllers = [world.controller() for _ in range(4)]
    world.calls.clear()
    failed: list[BaseException] = []

    def work(controller: Controller) -> None:
        try:
            for _ in range(6):
                controller.tick()
        except BaseException as error:
            failed.append(error)

    threads = [threading.Thread(target=work, args=(controller,)) for controller in controllers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    world.now += 60
    until_done(world, controllers[0])
    assert [name for name, _ in world.calls].count("FailoverGlobalCluster") <= 1
    for _ in range(5):
        world.now += LEASE_SECONDS
        for controller in controllers:
            controller.tick()
    assert [name for name, _ in world.calls].count("FailoverGlobalCluster") == 1
    assert world.state().phase is Phase.FAILED_OVER


@settings(
    max_examples=10,
    deadline=None,
    phases=[GENERATE],  # a step takes a second: what fails is not made smaller
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(turns=st.lists(st.tuples(st.integers(0, 2), st.sampled_from([0, 2, 10, 31])), min_size=10, max_size=30))
def test_however_controllers_take_turns_there_is_one_promotion_at_most(world: World, turns: list[tuple[int, int]]):
    name = f"payment-{world.now}"
    at_work(world, name)
    controllers = [world.controller() for _ in range(3)]
    world.calls.clear()
    for who, pause in turns:
        world.now += pause
        working = controllers[who].tick()
        if working:
            assert all(not other.tick() for other in controllers if other is not controllers[who])
    moved = [name for name, _ in world.calls].count("FailoverGlobalCluster")
    assert moved <= 1
    if moved:
        move(world, PRIMARY)
