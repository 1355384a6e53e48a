"""Who is told what, by which channel, and what a broken channel does: nothing to the failover, nothing to secrets."""

import logging
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from services.failover.controller import MESSAGE_LIFE
from services.failover.machine import Phase
from tests.services.failover.world import HOST, World

pytestmark = pytest.mark.req("BDR-13", "S-04")


def _subscribe(world: World) -> str:
    queue = world.aws["sqs"].create_queue(QueueName="people")["QueueUrl"]
    arn = world.aws["sqs"].get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    world.clients.sns.subscribe(TopicArn=world.topic, Protocol="sqs", Endpoint=arn)
    return str(queue)


def _wait_for_delay(world: World) -> None:
    controller = world.controller()
    world.run(controller, 20, lag=0)
    world.lose_primary()
    world.run(controller, 40)
    assert controller.state.phase is Phase.WAITING


def test_a_page_goes_to_topic_chat_and_pager(world: World):
    queue = _subscribe(world)
    _wait_for_delay(world)
    (message,) = world.aws["sqs"].receive_message(QueueUrl=queue, MaxNumberOfMessages=10)["Messages"]
    assert "the primary is unhealthy; failing over after 60 s" in message["Body"]
    (slack_url, slack), (pager_url, pager) = world.posted
    assert (slack_url, slack["channel"]) == ("https://hooks.example.com/canary", "#incidents")
    assert slack["text"].startswith("*payment-service-failover* Waiting: the primary is unhealthy")
    assert (pager_url, pager["routing_key"]) == ("https://events.pagerduty.com/v2/enqueue", "canary-key")
    assert (pager["payload"]["severity"], pager["payload"]["component"]) == ("critical", "payment-oncall")


def test_the_pagers_address_is_the_wirings(new_world: Callable[..., World]):
    world = new_world(more={"pagerduty_url": "http://127.0.0.1:9/pager"})
    _wait_for_delay(world)
    assert [url for url, body in world.posted if "payload" in body] == ["http://127.0.0.1:9/pager"]


def test_what_wakes_nobody_goes_to_the_chat_only_and_a_blip_to_nobody(world: World):
    _wait_for_delay(world)
    world.posted.clear()
    controller = world.controller()
    world.now += 30
    world.health[HOST] = type(world.health[HOST]).HEALTHY
    world.run(controller, 100)
    assert [body.get("text", "").partition(": ")[2] for _, body in world.posted] == ["the primary is healthy"]
    world.posted.clear()
    world.lose_primary()
    world.run(controller, 10)
    assert (controller.state.phase, world.posted) == (Phase.SUSPECT, [])


def test_a_message_that_nobody_took_is_offered_again_and_in_the_end_dropped(
    world: World, caplog: pytest.LogCaptureFixture
):
    broken = [True]
    taken = world.posted.append

    class Slack(list[Any]):
        def append(self, sent: tuple[str, Mapping[str, Any]]) -> None:
            if broken[0]:
                raise OSError(f"connection to {sent[0]} refused")
            taken(sent)

    queue = _subscribe(world)
    kept, world.posted = world.posted, Slack()
    with caplog.at_level(logging.INFO):
        _wait_for_delay(world)
        assert caplog.text.count("Slack, PagerDuty did not take") > 1
        heard = world.aws["sqs"].receive_message(QueueUrl=queue, MaxNumberOfMessages=10)["Messages"]
        assert ["the primary is unhealthy" in message["Body"] for message in heard] == [True]  # who heard, hears once
        broken[0] = False
        world.run(world.controller(), 60)
    assert any(body.get("channel") == "#incidents" for _, body in kept)
    assert "Slack, PagerDuty did not take 'the primary is unhealthy" in caplog.text
    assert "canary" not in caplog.text
    broken[0] = True
    controller = world.controller()
    world.run(controller, MESSAGE_LIFE + 130)
    assert controller._read.outbox == ()
    assert world.writers() == [world.arns["us-west-2"]]
