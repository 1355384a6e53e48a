"""How the service moves to the other region: what the failover controller is told (S-04)."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Annotated, Any

from pydantic import Field

from infra.config.errors import Problem
from infra.config.section import Section, repeated
from infra.config.types import DnsLabel, Domain, Email, Environment, HttpUrl, Shape, SlackChannel

SecretPath = Annotated[
    str,
    Shape(r"[\w/+=.@-]{1,256}", "is no name of a secret in Secrets Manager; give its name, never its value"),
]
HealthPath = Annotated[str, Shape(r"/[\w./-]*", "is no path; write it from the root, such as /health")]
MOST_TTL_SECONDS = 60  # DNS-01
LAG_SECONDS = 5  # C-03, unless a stack says otherwise


class ErrorRateConfig(Section):
    """A second sign of trouble: what a query counts, above a threshold (BDR-12); no data is no health."""

    query: str = Field(min_length=1, max_length=500)
    prometheus: HttpUrl
    """Where the recovery region keeps the metrics of both."""
    ratio_to: str | None = Field(default=None, min_length=1, max_length=500)
    """A query of all requests, where errors count as a share of them."""
    threshold: float = Field(default=0.01, gt=0)
    """Errors a second, or the share."""


class DetectionConfig(Section):
    """Checks of the active region by the controller; down is `failure_threshold` failures in a row (BDR-11)."""

    host: Domain
    """The active region's own name, never the one that moves with the failover."""
    path: HealthPath = "/health"
    interval_seconds: int = Field(default=10, ge=1)
    timeout_seconds: int = Field(default=5, ge=1)
    failure_threshold: int = Field(default=3, ge=1)
    error_rate: ErrorRateConfig | None = None

    def checks(self) -> list[dict[str, Any]]:
        """The health checks as the controller's Failover resource has them."""
        http = {
            "type": "http",
            "endpoint": f"https://{self.host}{self.path}",
            "interval": f"{self.interval_seconds}s",
            "timeout": f"{self.timeout_seconds}s",
            "failureThreshold": self.failure_threshold,
        }
        errors = self.error_rate
        if errors is None:
            return [http]
        share = {"ratioTo": errors.ratio_to} if errors.ratio_to else {}
        return [http, {"type": "metric", "query": errors.query, "threshold": errors.threshold, **share}]

    def problems(self, today: date) -> Iterator[Problem]:
        """One check ends before the next begins."""
        if self.timeout_seconds > self.interval_seconds:
            rule = f"outlasts the {self.interval_seconds} s between two checks; lower it, or raise interval_seconds"
            yield Problem(("timeout_seconds",), rule)


class SwitchConfig(Section):
    """The failover record, and the health check that watches the alarm on the controller's switch (C-32)."""

    ttl_seconds: int = Field(default=MOST_TTL_SECONDS, ge=1, le=MOST_TTL_SECONDS)
    poll_seconds: int = Field(default=60, ge=1)
    """From the end of the alarm's period until Route 53 has seen it."""


class SlackConfig(Section):
    """A channel, and the secret that holds its webhook."""

    channel: SlackChannel = "incidents"
    secret: SecretPath


class PagerdutyConfig(Section):
    """A service, and the secret that holds its integration key."""

    service: DnsLabel
    secret: SecretPath


class NotificationsConfig(Section):
    """Who is told, and who is woken when the controller may not act (BDR-13)."""

    slack: SlackConfig | None = None
    pagerduty: PagerdutyConfig | None = None
    subscribers: tuple[Email, ...] = Field(default=(), max_length=10)
    """Who hears by mail too, and of a controller that is silent."""

    @property
    def secrets(self) -> dict[str, str]:
        """The secrets that hold an address, by channel."""
        told = {"slack": self.slack, "pagerduty": self.pagerduty}
        return {channel: order.secret for channel, order in told.items() if order}

    def problems(self, today: date) -> Iterator[Problem]:
        """Everybody is told once."""
        yield from repeated(("subscribers",), self.subscribers)


class SiteConfig(Section):
    """One region of the pair, by what its own stack file says of it and the other one cannot derive."""

    environment: Environment
    cluster: DnsLabel


class FailoverConfig(Section):
    """The controller's policy, and the time that each of its steps may take."""

    host: Domain
    """The name that clients use and that moves."""
    primary: SiteConfig
    secondary: SiteConfig
    detection: DetectionConfig
    automatic: bool = True
    response_minutes: int | None = Field(default=None, ge=1)
    """Where a person decides: how long until they have."""
    delay_seconds: int = Field(default=300, ge=0)
    """Failure without a break before anything is done."""
    lag_threshold_seconds: int = Field(default=LAG_SECONDS, ge=1)
    """Above this lag of the database nothing is promoted unless a person forces it (C-03)."""
    lag_sample_seconds: int = Field(default=60, ge=1)
    """How old the last measured lag may be."""
    fence_seconds: int = Field(default=30, ge=0)
    promotion_seconds: int = Field(default=120, ge=1)
    scale_up_seconds: int = Field(default=180, ge=0)
    dns: SwitchConfig = SwitchConfig()
    notifications: NotificationsConfig

    def regional(self, region: str) -> str:
        """The host of the application in one region, which never moves."""
        return f"{region}.{self.host}"

    def problems(self, today: date) -> Iterator[Problem]:
        """Somebody is told, and a decision takes its time only where a person takes it."""
        if self.automatic and self.response_minutes is not None:
            rule = "is the time of a person, and automatic: true asks nobody; remove it, or set automatic: false"
            yield Problem(("response_minutes",), rule)
        if not self.automatic and self.response_minutes is None:
            rule = "is required where a person decides; say how long they may take, or set automatic: true"
            yield Problem(("response_minutes",), rule)
        if not (self.notifications.slack or self.notifications.pagerduty):
            rule = "tell nobody, and a failover that is blocked waits for a person; add pagerduty or slack"
            yield Problem(("notifications",), rule)

    def spec(self, primary: Mapping[str, str], secondary: Mapping[str, str]) -> dict[str, Any]:
        """The `spec` of the controller's Failover resource; each side is a cluster and a namespace (BDR-10)."""
        told = self.notifications
        return {
            "primary": dict(primary),
            "secondary": dict(secondary),
            "healthChecks": self.detection.checks(),
            "failoverPolicy": {"automatic": self.automatic, "delay": f"{self.delay_seconds}s"},
            "dataSync": {"database": {"replicationLagThreshold": f"{self.lag_threshold_seconds}s"}},
            "notifications": {
                **({"slack": f"#{told.slack.channel}"} if told.slack else {}),
                **({"pagerduty": told.pagerduty.service} if told.pagerduty else {}),
            },
        }
