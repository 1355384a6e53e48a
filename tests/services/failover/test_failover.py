"""A region is lost: what the controller does, in which order, and what it never does."""

from collections.abc import Callable
from urllib.parse import urlsplit

import pytest

from services.failover import probes
from services.failover.database import instant
from services.failover.machine import Phase, RefusedError, Verdict, failback, force, release
from services.failover.switch import CURRENT
from tests.services.failover.world import DOCUMENT, HOST, PRIMARY, RECOVERY, SOON, STANDBY, World, document

pytestmark = pytest.mark.req("BDR-13", "S-04")


def lost(world: World, lag: float = 0.2) -> None:
    """Watch a healthy primary for a while, then lose it."""
    world.run(world.controller(), 20, lag)
    world.lose_primary()


@pytest.mark.req("BDR-09", "BDR-03")
def test_a_lost_primary_is_failed_over_once_in_the_order_of_the_plan(world: World):
    lost(world)
    phases = world.run(world.controller(), 180)
    assert phases == [Phase.HEALTHY, Phase.SUSPECT, Phase.WAITING, Phase.PROMOTING, Phase.FAILED_OVER]
    state = world.state()
    assert (state.active, state.fenced, state.epoch) == (RECOVERY, PRIMARY, 1)
    assert list(state.took) == ["fence", "check", "promote", "scale", "switch", "verify", "finish"]
    assert world.writers() == [world.arns[RECOVERY]]
    assert [name for name, _ in world.calls].count("FailoverGlobalCluster") == 1


@pytest.mark.req("BDR-11", "BDR-14")
def test_it_acts_after_three_failures_and_five_minutes_and_records_the_time_against_the_target(
    new_world: Callable[..., World],
):
    world = new_world(failover=document())
    lost(world)
    world.run(world.controller(), 420)
    times = {event.text.partition(" ")[0]: event.at for event in world.controller().store.journal()}
    state = world.state()
    assert times["failing"] - times["the"] == 300  # "the primary is unhealthy; ..." at the third failure
    assert state.elapsed == pytest.approx(20 + 300 + sum(state.took.values()))
    assert world.pages()[-1].endswith(f"us-west-2 carries the load after {state.elapsed:.0f} s of 900 s")


@pytest.mark.req("C-32")
def test_the_switch_moves_after_the_promotion_and_others_can_read_it(world: World):
    moved: list[tuple[str, list[str]]] = []

    def look(model: object, **_: object) -> None:
        row = (
            world.aws["dynamodb"]
            .get_item(
                TableName="failover", Key={"failover": {"S": "payment-service-failover"}, "record": {"S": CURRENT}}
            )
            .get("Item")
        )
        if row:
            moved.append((row["active_region"]["S"], world.writers()))

    lost(world)
    world.hook("after-call", look)
    world.run(world.controller(), 180)
    assert (RECOVERY, [world.arns[RECOVERY]]) in moved
    assert (RECOVERY, [world.arns[PRIMARY]]) not in moved


@pytest.mark.req("C-32")
def test_the_metric_behind_the_record_says_where_the_load_is_at_every_tick(world: World):
    def last() -> float:
        points = world.aws["cloudwatch"].get_metric_statistics(
            Namespace="Platform/Failover",
            MetricName="RecoveryActive",
            Dimensions=[{"Name": "Failover", "Value": "payment-service-failover"}],
            StartTime=instant(world.now - 60),
            EndTime=instant(world.now),
            Period=60,
            Statistics=["Maximum"],
        )["Datapoints"]
        return float(points[-1]["Maximum"])

    lost(world)
    assert last() == 0
    world.run(world.controller(), 180)
    assert last() == 1


def test_nothing_outside_the_recovery_region_is_called(world: World):
    lost(world)
    world.run(world.controller(), 180)
    hosts = {urlsplit(url).hostname or "" for _, url in world.calls}
    assert len(world.calls) > 50
    assert {host for host in hosts if f".{RECOVERY}." not in host} == set()


def test_a_lagging_replica_blocks_and_pages_and_nothing_has_been_touched(world: World):
    lost(world, lag=5.1)
    phases = world.run(world.controller(), 200)
    assert phases[-1] is Phase.BLOCKED
    assert world.pages()[-1].endswith(
        "failover is blocked: the replica is 5.1 s behind, more than 5 s; a person may force it"
    )
    assert world.writers() == [world.arns[PRIMARY]]
    assert world.state().fenced is None


@pytest.mark.req("C-03")
def test_a_lag_at_the_threshold_is_promoted(world: World):
    lost(world, lag=5.0)
    assert world.run(world.controller(), 180)[-1] is Phase.FAILED_OVER


@pytest.mark.req("C-03")
def test_a_lag_that_nobody_has_measured_is_unknown_and_blocks(world: World):
    world.run(world.controller(), 60)
    world.lose_primary()
    world.run(world.controller(), 180)
    assert world.state().reason == "the replication lag is unknown"


@pytest.mark.req("C-03")
def test_the_lag_is_looked_at_again_behind_the_fence(world: World):
    lost(world)
    controller = world.controller()
    while not world.state().fenced:
        world.run(controller, 10)
    world.lag(8)
    world.run(controller, 60)
    state = world.state()
    assert (state.phase, state.fenced, state.reason) == (
        Phase.BLOCKED,
        PRIMARY,
        "the replica is 8 s behind, more than 5 s",
    )
    world.health[HOST] = Verdict.HEALTHY
    assert world.run(controller, 150) == [Phase.BLOCKED]  # fenced: only a person goes on


def test_a_standby_that_does_not_answer_blocks(world: World):
    lost(world)
    world.health[STANDBY] = Verdict.UNHEALTHY
    assert world.run(world.controller(), 180)[-1] is Phase.BLOCKED
    assert world.state().reason == f"the recovery region does not answer at {STANDBY}"


def test_a_blocked_failover_ends_when_the_primary_recovers(world: World):
    lost(world, lag=9)
    controller = world.controller()
    world.run(controller, 180)
    world.health[HOST] = Verdict.HEALTHY
    assert world.run(controller, 30) == [Phase.BLOCKED, Phase.HEALTHY]


def test_a_person_forces_what_the_guard_blocks_and_stands_in_the_journal(world: World):
    lost(world, lag=9)
    controller = world.controller()
    world.run(controller, 180)
    controller.ask(lambda state: force(state, "ada", "the loss is known", world.now))
    assert world.run(controller, 60)[-1] is Phase.FAILED_OVER
    assert "failover forced by ada: the loss is known" in [event.text for event in controller.store.journal()]


def test_a_person_releases_what_the_guard_blocks(world: World):
    lost(world, lag=9)
    controller = world.controller()
    world.run(controller, 180)
    world.health[HOST] = Verdict.HEALTHY
    state = controller.ask(lambda found: release(found, "ada", "it is back", world.now))
    assert (state.phase, state.fenced) == (Phase.SUSPECT, None)
    assert world.run(controller, 30)[-1] is Phase.HEALTHY


def test_without_automatic_people_are_told_once_and_decide(new_world: Callable[..., World]):
    world = new_world(failover=document(failoverPolicy={"automatic": False, "delay": "1m"}))
    lost(world)
    controller = world.controller()
    assert world.run(controller, 200)[-1] is Phase.WAITING
    waiting = "payment-service-failover: failover is not automatic: a person must force it"
    assert world.pages().count(waiting) == 1
    controller.ask(lambda state: force(state, "ada", "it is gone", world.now))
    assert world.run(controller, 60)[-1] is Phase.FAILED_OVER


def test_a_primary_that_comes_back_is_not_failed_back_to(world: World):
    lost(world)
    controller = world.controller()
    world.run(controller, 180)
    for verdict in (Verdict.HEALTHY, Verdict.UNHEALTHY) * 2:
        world.health[HOST] = verdict
        assert world.run(controller, 120, lag=0) == [Phase.FAILED_OVER]
    assert [name for name, _ in world.calls].count("FailoverGlobalCluster") == 1


def test_a_flapping_primary_is_never_failed_over_from(world: World):
    controller = world.controller()
    for _ in range(4):
        world.health[HOST] = Verdict.UNHEALTHY
        world.run(controller, 70, lag=0)
        world.health[HOST] = Verdict.HEALTHY
        world.run(controller, 10, lag=0)
    assert world.writers() == [world.arns[PRIMARY]]
    assert world.state().phase is Phase.HEALTHY


@pytest.mark.req("BDR-14")
def test_fail_back_is_a_persons_and_takes_the_load_back_without_loss(world: World):
    lost(world)
    controller = world.controller()
    world.run(controller, 180)
    world.health[HOST] = Verdict.HEALTHY
    controller.ask(lambda state: failback(state, "ada", "rehearsed", world.now))
    assert world.run(controller, 60) == [Phase.FAILED_OVER, Phase.FAILING_BACK, Phase.HEALTHY]
    state = world.state()
    assert (state.active, state.fenced, state.epoch) == (PRIMARY, None, 2)
    assert world.writers() == [world.arns[PRIMARY]]
    assert [name for name, _ in world.calls].count("SwitchoverGlobalCluster") == 1
    plan = ["check", "unfence", "await_primary", "switchover", "switch", "scale_down", "verify", "finish"]
    assert list(state.took) == plan


def test_fail_back_waits_for_a_healthy_primary(world: World):
    lost(world)
    controller = world.controller()
    world.run(controller, 180)
    controller.ask(lambda state: failback(state, "ada", "too early", world.now))
    late = "payment-service-failover: await_primary takes longer than 120 s: the primary is not healthy yet"
    assert world.run(controller, 110)[-1] is Phase.FAILING_BACK
    assert late not in world.pages()
    world.run(controller, 60)
    assert world.pages().count(late) == 1
    assert (world.state().step, world.writers()) == ("await_primary", [world.arns[RECOVERY]])


@pytest.mark.req("BDR-12")
@pytest.mark.parametrize(
    ("rate", "step"), [(Verdict.UNKNOWN, None), (Verdict.UNHEALTHY, "await_primary")], ids=["unknown", "too high"]
)
def test_fail_back_waits_for_a_bad_error_rate_and_not_for_one_that_nobody_can_read(
    new_world: Callable[..., World], monkeypatch: pytest.MonkeyPatch, rate: Verdict, step: str | None
):
    checks = [*DOCUMENT["spec"]["healthChecks"], {"type": "metric", "query": "errors", "threshold": 0.01}]
    world = new_world(failover=document(failoverPolicy=SOON, healthChecks=checks))
    lost(world)
    controller = world.controller()
    world.run(controller, 180)
    world.health[HOST] = Verdict.HEALTHY
    monkeypatch.setattr(probes, "metric", lambda *_: rate)
    controller.ask(lambda state: failback(state, "ada", "rehearsed", world.now))
    world.run(controller, 60)
    assert world.state().step == step
    assert world.writers() == [world.arns[RECOVERY if step else PRIMARY]]


def test_what_does_not_fit_the_state_is_refused_with_the_state(world: World):
    controller = world.controller()
    for move, said in (
        (force, "the failover is Healthy; only Suspect, Waiting or Blocked can be forced"),
        (release, "the failover is Healthy; only Blocked can be released"),
        (failback, "the failover is Healthy; only FailedOver can be failed back"),
    ):
        with pytest.raises(RefusedError) as error:
            controller.ask(lambda state, move=move: move(state, "ada", "now", world.now))
        assert str(error.value) == said
