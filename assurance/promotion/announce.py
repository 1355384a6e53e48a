"""Tell people of refusals and deployments: a Slack webhook, and PagerDuty's change events."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from assurance.promotion.service import Service, SourceError

CHANGES = "/v2/change/enqueue"


@dataclass(frozen=True, kw_only=True)
class Announcer:
    """The channels that are wired; `routing_key` is PagerDuty's, and in no message."""

    slack: Service | None = None
    pagerduty: Service | None = None
    routing_key: str = field(default="", repr=False)

    def tell(self, channels: Sequence[str], text: str, details: Mapping[str, str]) -> list[str]:
        """Tell every channel that is wanted; what came of those that could not be told."""
        failed = []
        for channel in channels:
            try:
                self._tell(channel, text, details)
            except SourceError as error:
                failed.append(f"{channel} was not told: {error}")
        return failed

    def _tell(self, channel: str, text: str, details: Mapping[str, str]) -> None:
        service = self.slack if channel == "slack" else self.pagerduty
        if service is None:
            raise SourceError("its address was not given to this run")
        if channel == "slack":
            return service.post("", {"text": text})
        payload = {"summary": text, "source": "pulumi", "custom_details": details}
        return service.post(CHANGES, {"routing_key": self.routing_key, "payload": payload})
