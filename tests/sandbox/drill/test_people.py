"""The chat and the pager of a drill keep what they were sent, and tell what they have not heard."""

from contextlib import ExitStack

import pytest

from sandbox.drill.people import People
from services.failover.machine import Event, Phase
from services.failover.notify import post

LOGGED = Event(at=1, phase=Phase.SUSPECT, text="a probe failed", urgency="log")
SAID = Event(at=2, phase=Phase.WAITING, text="the primary is unhealthy")
PAGED = Event(at=3, phase=Phase.BLOCKED, text="the lag is unknown", urgency="page")


@pytest.mark.req("C-37")
def test_what_nobody_was_sent_is_named_and_the_log_is_for_nobody():
    with ExitStack() as held:
        people = People(held)
        assert people.untold([LOGGED, SAID, PAGED]) == [SAID.text, PAGED.text]
        for event in (SAID, PAGED):
            post(people.chat, {"channel": "incidents", "text": f"*failover* {event.phase}: {event.text}"})
        assert people.untold([LOGGED, SAID, PAGED]) == [PAGED.text]
        post(people.pager, {"payload": {"summary": f"failover: {PAGED.text}"}})
        assert people.untold([LOGGED, SAID, PAGED]) == []
