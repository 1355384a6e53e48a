"""The gate on the laptop: the local receiver is asked everything, keeps what it was asked, and can refuse."""

import json
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import urlopen

import boto3
import pytest
from moto import mock_aws

from assurance.promotion.gate import PromotionError
from infra.config import StackConfig
from sandbox import commands, promotion
from sandbox.cloud import aws
from sandbox.home import Home
from sandbox.receiver import AnswersError, Receiver
from tests import records

CONSENSUS = {
    "automatic": True,
    "wait_for": ("phase7/impl/complete",),
    "publish": "phase7/deploy/complete",
}


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path)


def received(home: Home) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (home.logs / "received.jsonl").read_text().splitlines()]


def say(home: Home, text: str) -> None:
    (home.root / "answers.yaml").write_text(text)


def ordered(name: str, **promotion: Any) -> StackConfig:
    stack = records.order(name)
    return stack.model_copy(update={"promotion": stack.promotion.model_copy(update=promotion)})


@pytest.mark.req("C-37")
def test_every_gate_of_production_is_asked_on_the_laptop_too(home: Home) -> None:
    said = promotion.enter(home, "prod", records.order("prod"))

    assert said == (
        "prod may be deployed; the local receiver stands for: smoke, canary_analysis, complete staging, sre-team, "
        "security-team, CHG0000001 in state 3"
    )
    asked = [each["path"].partition("?")[0].rpartition("/")[2] for each in received(home)]
    assert asked == ["check-runs", "approvals", "change_request"]


@pytest.mark.req("C-37")
@pytest.mark.parametrize(
    ("answers", "waits"),
    [
        ("tickets: {CHG0000001: 1}", "CHG0000001: is in state 1 and not 3; have it approved first"),
        (
            "withheld: [security-team]",
            "security-team: nobody of it but the one who asks has agreed; approve prod-security-team",
        ),
        ("failed: [complete staging]", "complete staging: this check says failure on "),
    ],
)
def test_a_refusal_stops_the_laptop_as_it_would_a_pipeline_and_is_told(home: Home, answers: str, waits: str) -> None:
    say(home, answers)
    with pytest.raises(PromotionError) as refused:
        promotion.enter(home, "prod", records.order("prod"))
    heading, line = str(refused.value).splitlines()
    assert heading == "prod waits, and nothing was changed. It waits for:"
    assert line.startswith(f"  {waits}")
    slack, pager = received(home)[-2:]
    assert slack["body"]["text"].startswith("prod: the deployment waits for ")
    assert pager["path"] == "/v2/change/enqueue"
    assert pager["body"]["payload"]["custom_details"]["stack"] == "prod"


@pytest.mark.req("ENV-05", "C-37")
def test_a_ticket_of_ones_own_can_be_named(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    say(home, "tickets: {CHG0000042: -5}")
    promotion.enter(home, "prod", records.order("prod"))
    monkeypatch.setenv("CHANGE_TICKET", "CHG0000042")
    with pytest.raises(PromotionError, match="CHG0000042: is in state -5 and not 3"):
        promotion.enter(home, "prod", records.order("prod"))


@pytest.mark.req("ENV-03")
def test_the_smoke_test_on_the_laptop_is_the_health_of_what_came_up(home: Home) -> None:
    assert promotion.complete(home, "prod", records.order("prod"), True, {}) == []
    assert received(home)[-1]["body"]["payload"]["summary"].startswith("prod: ")
    with pytest.raises(PromotionError, match="smoke prod: this check says failure"):
        promotion.complete(home, "prod", records.order("prod"), False, {})


@pytest.mark.req("PLT-09")
def test_the_key_of_the_build_is_set_by_the_receiver_and_that_of_the_deployment_by_the_gate(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    with mock_aws():
        session = boto3.Session("x", "x", region_name="us-east-1")
        monkeypatch.setattr(aws, "session", lambda *_: session)
        monkeypatch.setattr(aws, "endpoint", lambda _: None)
        stack = ordered("dev", **CONSENSUS)
        say(home, "unset: [phase7/impl/complete]")
        with pytest.raises(PromotionError, match="phase7/impl/complete: is not set"):
            promotion.enter(home, "dev", stack)
        say(home, "")
        promotion.enter(home, "dev", stack)
        promotion.complete(home, "dev", stack, True, {"cluster_name": "dev-platform", "zones": ["a"]})
        value = session.client("ssm").get_parameter(Name="/phase7/deploy/complete")["Parameter"]["Value"]
    published = json.loads(value)
    assert (published["stack"], published["cluster_name"]) == ("dev", "dev-platform")
    assert "zones" not in published


def test_up_asks_the_gate_before_the_engine_and_completes_after_it(
    home: Home, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    done: list[str] = []
    monkeypatch.setattr(commands, "_ready", lambda home, stacks, name, alone: name)
    monkeypatch.setattr(commands, "_urns", lambda home, name: set())  # asks the engine's environment for its tools
    monkeypatch.setattr(commands.promotion, "enter", lambda home, name, *_: done.append(f"enter {name}") or "so")
    read = {True: "unread", False: ""}
    monkeypatch.setattr(
        commands.gate, "up", lambda stack, order, unread: done.append(f"up {stack} {read[unread]}".strip())
    )
    monkeypatch.setattr(commands.promotion, "complete", lambda home, name, *_: done.append(f"complete {name}") or [])
    monkeypatch.setattr(commands.snapshot, "snapshot", lambda home: "0")
    for each in ("write_kubeconfig", "show"):
        monkeypatch.setattr(commands.report, each, lambda *_: None)
    monkeypatch.setattr(commands.report, "settle", lambda *_: True)

    commands.up(home, "dev")

    assert done == ["enter global", "up global", "enter dev", "up dev", "complete global", "complete dev"]
    assert "==> so\n==> deploying global\n" in capsys.readouterr().out

    done.clear()
    commands.up(home, "dr", alone=True)

    assert done == ["enter dr", "up dr unread", "complete dr"]


@pytest.mark.req("C-37")
def test_the_receiver_asks_for_a_token_and_keeps_none(home: Home) -> None:
    server = Receiver(home, "prod", records.order("prod").promotion)
    with server.open(), pytest.raises(HTTPError, match="401") as refused:
        urlopen(f"{server.address}/api/now/table/change_request")  # noqa: S310 loopback
    refused.value.close()
    assert not (home.logs / "received.jsonl").exists()
    promotion.enter(home, "prod", records.order("prod"))
    assert "Bearer" not in (home.logs / "received.jsonl").read_text()


@pytest.mark.parametrize("text", ["- one", "refused: [x]", "tickets: [", "tickets: 3"])
def test_answers_that_cannot_be_understood_are_refused(home: Home, text: str) -> None:
    say(home, text)
    with pytest.raises(AnswersError) as refused:
        promotion.enter(home, "prod", records.order("prod"))
    assert str(refused.value).startswith(f"{home.root}/answers.yaml cannot be understood (")
    assert str(refused.value).endswith("); write tickets (number: state) and lists of withheld, failed and unset")
