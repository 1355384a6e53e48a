"""The `Failover` resource, as an application's team writes it, and the wiring that the platform hands over."""

import re
from collections.abc import Mapping
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema, model_validator
from pydantic.alias_generators import to_camel

_UNITS = {"ms": 0.001, "s": 1, "m": 60, "h": 3600}


def _seconds(value: object) -> object:
    """`10s`, `5m`, `1h` as Kubernetes writes durations; plain numbers are seconds."""
    if not isinstance(value, str):
        return value
    match = re.fullmatch(r"(\d+(?:\.\d+)?)(ms|s|m|h)", value)
    if match is None:
        raise ValueError(f"{value!r} is not a duration; write it like 10s, 5m or 1h")
    return float(match[1]) * _UNITS[match[2]]


_DURATION = {"type": "string", "pattern": r"^\d+(\.\d+)?(ms|s|m|h)$"}
Seconds = Annotated[float, BeforeValidator(_seconds), Field(gt=0), WithJsonSchema(_DURATION)]


class Section(BaseModel):
    """A misspelt key must stop the controller, not be ignored."""

    model_config = ConfigDict(extra="forbid", frozen=True, alias_generator=to_camel, populate_by_name=True)


class Site(Section):
    """Where the application runs."""

    cluster: str
    namespace: str


class HttpCheck(Section):
    """Any answer but 2xx within `timeout` is a failure; so many in a row make the primary unhealthy."""

    type: Literal["http"]
    endpoint: Annotated[str, Field(pattern=r"^https?://")]
    interval: Seconds = 10
    timeout: Seconds = 5
    failure_threshold: int = Field(3, ge=1)

    @model_validator(mode="after")
    def _answers_before_the_next_is_asked(self) -> Self:
        if self.timeout > self.interval:
            raise ValueError(f"timeout {self.timeout:g}s is longer than interval {self.interval:g}s; make it shorter")
        return self


class MetricCheck(Section):
    """A PromQL query that must stay at or below its threshold: errors a second, or with `ratio_to` their share."""

    type: Literal["metric"]
    query: str
    threshold: float = Field(0.01, ge=0)
    ratio_to: str | None = None


class Policy(Section):
    """Without `automatic` the controller only notifies."""

    automatic: bool
    delay: Seconds = 300


class Database(Section):
    replication_lag_threshold: Seconds = 5


class DataSync(Section):
    database: Database = Database()


class Notifications(Section):
    """A Slack channel and a PagerDuty service; their credentials are secrets that the wiring names."""

    slack: str | None = None
    pagerduty: str | None = None


class Spec(Section):
    primary: Site
    secondary: Site
    health_checks: tuple[Annotated[HttpCheck | MetricCheck, Field(discriminator="type")], ...] = Field(min_length=1)
    failover_policy: Policy
    data_sync: DataSync = DataSync()
    notifications: Notifications = Notifications()

    @model_validator(mode="after")
    def _are_probed_together(self) -> Self:
        intervals = {check.interval for check in self.health_checks if isinstance(check, HttpCheck)}
        if len(intervals) != 1:
            raise ValueError(
                f"healthChecks have {len(intervals)} http intervals; checks are probed together: "
                "give at least one http check, and all of them the same interval"
            )
        return self

    @property
    def interval(self) -> float:
        """Seconds between two rounds of probes."""
        return next(check.interval for check in self.health_checks if isinstance(check, HttpCheck))


class Metadata(BaseModel):
    """What Kubernetes adds to it is nobody's mistake."""

    model_config = ConfigDict(frozen=True)

    name: str
    namespace: str = "default"


class Failover(Section):
    api_version: Literal["dr.company.com/v1"]
    kind: Literal["Failover"]
    metadata: Metadata
    spec: Spec
    status: Mapping[str, object] = {}


class Size(Section):
    """Least nodes, or least replicas: `warm` while the region stands by, `full` while it carries the load."""

    warm: int = Field(ge=0)
    full: int = Field(ge=1)

    @model_validator(mode="after")
    def _grows(self) -> Self:
        if self.full < self.warm:
            raise ValueError(f"full {self.full} is less than warm {self.warm}; a failover must not shrink the standby")
        return self


class Wiring(Section):
    """The names of what the controller uses, all of it in the recovery region; written by the recovery stack."""

    primary_region: str
    recovery_region: str
    public_host: str
    recovery_endpoint: str
    """Health of the application in the recovery region, by that region's own host."""
    table: str
    global_cluster: str
    primary_database: str
    """ARN of the Aurora cluster in the primary region."""
    recovery_database: str
    cluster: str = ""
    node_groups: Mapping[str, Size] = {}
    """Node group of the recovery cluster -> its sizes."""
    workloads: Mapping[str, Size] = {}
    """Deployment in the application's namespace -> its sizes."""
    metrics_url: str | None = None
    """Prometheus' API in the recovery region."""
    topic: str
    slack_secret: str | None = None
    pagerduty_secret: str | None = None
    pagerduty_url: str = "https://events.pagerduty.com/v2/enqueue"
    """Of PagerDuty's Events API; only a drill has another, which is its own."""
    rto: Seconds
    fence_seconds: float = Field(15, ge=0)
    """How long the guard in the primary region has to see the fence, if anything there still lives."""
    step_budget: Seconds = 120
    """A step that takes longer is paged; it goes on."""

    @model_validator(mode="after")
    def _has_two_regions(self) -> Self:
        if self.primary_region == self.recovery_region:
            raise ValueError(f"recoveryRegion {self.recovery_region} is the primary region; name another one")
        return self


def check(failover: Failover, wiring: Wiring) -> None:
    """Refuse what only both together show; raises ValueError with setting, value and remedy."""
    for probe in failover.spec.health_checks:
        if isinstance(probe, HttpCheck) and urlsplit(probe.endpoint).hostname == wiring.public_host:
            raise ValueError(
                f"healthChecks endpoint {probe.endpoint} is the name that moves with a failover; "
                "probe the primary region's own host"
            )
        if isinstance(probe, MetricCheck) and wiring.metrics_url is None:
            raise ValueError(f"healthChecks asks {probe.query!r} and metricsUrl is not set; set it or drop the check")
    said = failover.spec.notifications
    for channel, secret in (("slack", wiring.slack_secret), ("pagerduty", wiring.pagerduty_secret)):
        if getattr(said, channel) and not secret:
            raise ValueError(f"notifications name {channel} and {channel}Secret is not set; name its secret")
