"""Tell people: a topic, Slack, PagerDuty. Credentials come from Secrets Manager and go nowhere else."""

import json
from collections.abc import Callable, Mapping
from typing import Any
from urllib.request import Request, urlopen

from services.failover.clients import Clients
from services.failover.machine import Event
from services.failover.spec import Failover, Wiring


class NotifyError(RuntimeError):
    """A channel that did not take a message; names the channel, never its address."""


class Notifier:
    """Sends an event to every channel that wants it: pages go to all, the rest to the topic and Slack."""

    def __init__(
        self, clients: Clients, failover: Failover, wiring: Wiring, post: Callable[[str, Mapping[str, Any]], None]
    ) -> None:
        self._sns, self._secrets, self._wiring, self._post = clients.sns, clients.secretsmanager, wiring, post
        self._name, self._said = failover.metadata.name, failover.spec.notifications
        self._took: dict[Event, set[str]] = {}

    def send(self, event: Event) -> None:
        """Tell every channel; raise NotifyError, after all were tried, if one did not take it.

        Sent again, an event goes to those only that have not taken it: nobody is woken twice for another's silence.
        """
        channels: dict[str, Callable[[Event], None]] = {"SNS": self._topic}
        if self._said.slack:
            channels["Slack"] = self._slack
        if self._said.pagerduty and event.urgency == "page":
            channels["PagerDuty"] = self._pagerduty
        took = self._took.setdefault(event, set())
        took.update(name for name, tell in channels.items() if name not in took and _told(tell, event))
        if failed := [name for name in channels if name not in took]:
            raise NotifyError(f"{', '.join(failed)} did not take {event.text!r}")
        del self._took[event]

    def _topic(self, event: Event) -> None:
        body = {"failover": self._name, **event.model_dump(mode="json")}
        subject = f"{self._name}: {event.phase}"[:100]
        self._sns.publish(TopicArn=self._wiring.topic, Subject=subject, Message=json.dumps(body))

    def _slack(self, event: Event) -> None:
        said = {"channel": self._said.slack, "text": message(self._name, event)}
        self._post(self._secret(self._wiring.slack_secret), said)

    def _pagerduty(self, event: Event) -> None:
        payload = {"summary": summary(self._name, event), "source": self._name, "severity": "critical"}
        self._post(
            self._wiring.pagerduty_url,
            {
                "routing_key": self._secret(self._wiring.pagerduty_secret),
                "event_action": "trigger",
                "dedup_key": self._name,
                "payload": payload | {"component": self._said.pagerduty},
            },
        )

    def _secret(self, name: str | None) -> str:
        return str(self._secrets.get_secret_value(SecretId=name)["SecretString"])


def message(failover: str, event: Event) -> str:
    """An event as the chat has it."""
    return f"*{failover}* {event.phase}: {event.text}"


def summary(failover: str, event: Event) -> str:
    """An event as the pager has it."""
    return f"{failover}: {event.text}"


def _told(tell: Callable[[Event], None], event: Event) -> bool:
    """Errors of a channel may carry its address, which is a secret: only its name goes on."""
    try:
        tell(event)
    except Exception:
        return False
    return True


def post(address: str, body: Mapping[str, Any]) -> None:
    """Send JSON; any answer but 2xx raises."""
    request = Request(address, json.dumps(body).encode(), {"Content-Type": "application/json"})  # noqa: S310 https by secret
    with urlopen(request, timeout=5) as answer:  # noqa: S310
        answer.read()
