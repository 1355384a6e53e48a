"""What a person types, and what a pod runs."""

import json
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from services.failover import __main__ as commands
from services.failover.guard import Guard
from services.failover.kubernetes import Kubernetes, KubernetesError, resource
from tests.services.failover.world import DOCUMENT, World


@pytest.fixture
def world(new_world: Callable[..., World]) -> World:
    """Two regions at the time that commands believe in."""
    return new_world(now=time.time())


@pytest.fixture
def say(world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Any:
    """Runs a command on the world's documents; what it prints."""
    (tmp_path / "failover.json").write_text(json.dumps(DOCUMENT))
    (tmp_path / "wiring.json").write_text(world.wiring.model_dump_json(by_alias=True))

    def run(*words: str) -> str:
        documents = ["--failover", str(tmp_path / "failover.json"), "--wiring", str(tmp_path / "wiring.json")]
        monkeypatch.setattr(sys, "argv", ["failover", *documents, *words])
        commands.main()
        return capsys.readouterr().out

    return run


def test_a_person_sees_state_journal_and_plan(say: Any, world: World):
    world.run(world.controller(), 20, lag=0)
    world.lose_primary()
    world.run(world.controller(), 60)
    status = json.loads(say("status"))
    assert status["state"]["phase"] == "Waiting"
    assert [event["phase"] for event in status["journal"]] == ["Suspect", "Waiting"]
    before = world.state()
    seen = json.loads(say("dry-run"))
    assert (seen["checks"], seen["plan"][0]) == ({"0": "unhealthy"}, "fence")
    assert world.state() == before


def test_a_persons_word_is_written_or_refused_with_the_reason(say: Any, world: World):
    with pytest.raises(SystemExit, match="the failover is Healthy; only FailedOver can be failed back"):
        say("failback", "--by", "ada", "--why", "no reason")
    world.run(world.controller(), 20, lag=0)
    world.lose_primary()
    world.run(world.controller(), 60)
    assert say("force", "--by", "ada", "--why", "it is gone") == "Promoting; `status` shows how it goes on\n"


def test_a_document_that_cannot_be_read_is_one_sentence(say: Any, tmp_path: Path):
    (tmp_path / "failover.json").write_text(json.dumps({**DOCUMENT, "kind": "Fallover"}))
    with pytest.raises(SystemExit, match="Input should be 'Failover'"):
        say("status")


def test_the_kind_is_printed_for_a_cluster(say: Any):
    assert json.loads(say("crd"))["metadata"]["name"] == "failovers.dr.company.com"


def test_a_controller_that_is_told_to_stop_leaves_the_lease_to_the_next(world: World):
    first, second, stop = world.controller(), world.controller(), threading.Event()
    tick = first.tick

    def once() -> bool:
        stop.set()
        return tick()

    first.tick = once  # type: ignore[method-assign]
    commands.run(first, stop)
    assert first.state.seen_at == world.now
    assert second.tick()


def test_a_guard_goes_on_after_a_bad_day_of_its_cluster(monkeypatch: pytest.MonkeyPatch, caplog: Any):
    looks, stop = list[int](), threading.Event()

    class Unlucky(Guard):
        def __init__(self) -> None:
            """Nothing is needed."""

        def tick(self) -> bool | None:
            looks.append(1)
            if len(looks) == 2:
                stop.set()
            raise KubernetesError(503, "Service Unavailable")

    monkeypatch.setattr(commands, "GUARD_PAUSE", 0.01)
    commands.watch(Unlucky(), stop)
    assert len(looks) == 2
    assert "Kubernetes answered 503" in caplog.text


def test_the_resource_is_read_from_its_cluster():
    class Cluster(Kubernetes):
        def __init__(self) -> None:
            """Nothing is needed."""

        def get(self, path: str) -> dict[str, Any]:
            return {"path": path}

    asked = resource(Cluster(), "payment-service/payment-service-failover")["path"]
    assert asked == "/apis/dr.company.com/v1/namespaces/payment-service/failovers/payment-service-failover"
