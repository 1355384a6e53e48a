"""The people whom a failover tells: a chat and a pager on the loopback that keep what they were sent (C-37)."""

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from contextlib import ExitStack

from sandbox.answering import LOOPBACK, Answering, serving
from services.failover.machine import Event
from services.failover.notify import message, summary


class People:
    """Told until the stack that holds them is closed."""

    def __init__(self, held: ExitStack) -> None:
        self.read: list[str] = []
        """What the chat was sent."""
        self.woken: list[str] = []
        """What the pager was sent."""
        url = f"http://{LOOPBACK}:{held.enter_context(serving(_Handler, people=self))}"
        self.chat, self.pager = f"{url}/chat", f"{url}/pager"

    def untold(self, failover: str, events: Iterable[Event]) -> Sequence[str]:
        """What a journal says and they have not heard as often: the chat of more than the log, the pager of pages."""
        said = list(events)
        chat = Counter(message(failover, event) for event in said if event.urgency != "log")
        pager = Counter(summary(failover, event) for event in said if event.urgency == "page")
        return [*(chat - Counter(self.read)).elements(), *(pager - Counter(self.woken)).elements()]


class _Handler(Answering):
    people: People

    def do_POST(self) -> None:
        """Slack's webhook, or PagerDuty's Events API."""
        said = json.loads(self.read_body())
        if self.path == "/pager":
            self.people.woken.append(said["payload"]["summary"])
        else:
            self.people.read.append(said["text"])
        return self.answer_json(202, {"status": "success"})
