"""The chat and the pager of a drill keep what they were sent, and tell what they have not heard."""

from contextlib import ExitStack

import pytest

from sandbox.drill.people import People
from services.failover.machine import Event, Phase
from services.failover.notify import message, post, summary

LOGGED = Event(at=1, phase=Phase.SUSPECT, text="a probe failed", urgency="log")
SAID = Event(at=2, phase=Phase.WAITING, text="the primary is unhealthy")
PAGED = Event(at=3, phase=Phase.BLOCKED, text="the lag is unknown", urgency="page")


@pytest.mark.req("C-37")
def test_what_nobody_was_sent_is_named_as_often_and_the_log_is_for_nobody():
    journal = [LOGGED, SAID, PAGED, PAGED]
    with ExitStack() as held:
        people = People(held)
        for event in (SAID, PAGED, PAGED):
            post(people.chat, {"channel": "incidents", "text": message("payment", event)})
        assert people.untold("payment", journal) == ["payment: the lag is unknown"] * 2
        post(people.pager, {"payload": {"summary": summary("payment", PAGED)}})
        assert people.untold("payment", journal) == ["payment: the lag is unknown"]
        post(people.pager, {"payload": {"summary": summary("payment", PAGED)}})
        assert people.untold("payment", journal) == []
        assert people.untold("another", [LOGGED, SAID]) == ["*another* Waiting: the primary is unhealthy"]
