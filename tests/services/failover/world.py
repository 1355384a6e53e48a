"""Two regions on the local AWS, a clock that only tests move, and controllers that see both."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from typing import Any

import boto3

from services.failover import spec
from services.failover.clients import connect
from services.failover.controller import Controller
from services.failover.database import GlobalDatabase
from services.failover.machine import Phase, State, Verdict
from services.failover.notify import Notifier
from services.failover.standby import Standby
from services.failover.steps import Steps
from tests import local_aws

PRIMARY, RECOVERY = "us-east-1", "us-west-2"
HOST, STANDBY = "https://api.us-east-1.example.com/health", "https://api.us-west-2.example.com/health"
START = 1_800_000_000.0

DOCUMENT: dict[str, Any] = {
    "apiVersion": "dr.company.com/v1",
    "kind": "Failover",
    "metadata": {"name": "payment-service-failover"},
    "spec": {
        "primary": {"cluster": "production-us-east-1", "namespace": "payment-service"},
        "secondary": {"cluster": "production-us-west-2", "namespace": "payment-service"},
        "healthChecks": [
            {"type": "http", "endpoint": HOST, "interval": "10s", "timeout": "5s", "failureThreshold": 3},
        ],
        "failoverPolicy": {"automatic": True, "delay": "5m"},
        "dataSync": {"database": {"replicationLagThreshold": "5s"}},
        "notifications": {"slack": "#incidents", "pagerduty": "payment-oncall"},
    },
}


SOON = {"automatic": True, "delay": "1m"}
"""Five minutes are many rounds; one is long enough to tell the same."""


def document(**spec_: Any) -> spec.Failover:
    """The payment document with its regional host, changed section by section."""
    return spec.Failover.model_validate({**DOCUMENT, "spec": {**DOCUMENT["spec"], **spec_}})


@cache
def session() -> boto3.Session:
    """The session of all; of an AWS of before it has nothing."""
    return boto3.Session()


@dataclass
class World:
    """What the controllers meet; `health` answers for hosts, `posted` holds what went to Slack and PagerDuty."""

    now: float = START
    health: dict[str, Verdict] = field(default_factory=lambda: {HOST: Verdict.HEALTHY, STANDBY: Verdict.HEALTHY})
    posted: list[tuple[str, Mapping[str, Any]]] = field(default_factory=list)
    failover: spec.Failover = field(default_factory=lambda: document(failoverPolicy=SOON))
    more: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.arns = {region: self._database(region) for region in (PRIMARY, RECOVERY)}
        self.aws = {name: local_aws.client(name, RECOVERY) for name in ("dynamodb", "cloudwatch", "rds", "sqs")}
        self.create_table("failover")
        self.topic = local_aws.client("sns", RECOVERY).create_topic(Name="failover")["TopicArn"]
        secrets = local_aws.client("secretsmanager", RECOVERY)
        for name, value in (("slack", "https://hooks.example.com/canary"), ("pagerduty", "canary-key")):
            secrets.create_secret(Name=name, SecretString=value)
        self.clients = connect(RECOVERY, session())
        self.calls: list[tuple[str, str]] = []
        """Operation and host of every request of the controllers."""
        self.hook("before-call", lambda model, params, **_: self.calls.append((model.name, params["url"])))

    def create_table(self, name: str) -> None:
        """Another table; moto copies a whole one at every transaction, so that long ones are slow."""
        keys = [("failover", "HASH"), ("record", "RANGE")]
        self.more["table"] = name
        self.aws["dynamodb"].create_table(
            TableName=name,
            BillingMode="PAY_PER_REQUEST",
            KeySchema=[{"AttributeName": name, "KeyType": sort} for name, sort in keys],
            AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name, _ in keys],
        )

    def hook(self, moment: str, do: Callable[..., object]) -> None:
        """Be called at `before-call` or `after-call` of every request of the controllers."""
        for client in vars(self.clients).values():
            client.meta.events.register(moment, lambda **given: do(**given) and None)

    def forget_hooks(self) -> None:
        """Controllers from here on run on clients that nobody listens to."""
        self.clients = connect(RECOVERY, session())

    def _database(self, region: str) -> str:
        rds = local_aws.client("rds", region)
        if region == PRIMARY:
            rds.create_global_cluster(GlobalClusterIdentifier="platform", Engine="aurora-postgresql")
        cluster = rds.create_db_cluster(
            DBClusterIdentifier=f"platform-{region}",
            Engine="aurora-postgresql",
            GlobalClusterIdentifier="platform",
            **({"MasterUsername": "root", "MasterUserPassword": "not-a-secret"} if region == PRIMARY else {}),
        )["DBCluster"]
        return str(cluster["DBClusterArn"])

    @property
    def wiring(self) -> spec.Wiring:
        """As the recovery stack would write it."""
        given: dict[str, Any] = {
            "primary_region": PRIMARY,
            "recovery_region": RECOVERY,
            "public_host": "api.example.com",
            "recovery_endpoint": STANDBY,
            "table": "failover",
            "global_cluster": "platform",
            "primary_database": self.arns[PRIMARY],
            "recovery_database": self.arns[RECOVERY],
            "topic": self.topic,
            "slack_secret": "slack",
            "pagerduty_secret": "pagerduty",
            "rto": 900,
        }
        return spec.Wiring(**{**given, **self.more})

    def clock(self) -> float:
        """The time that only tests move."""
        return self.now

    def controller(self) -> Controller:
        """Another controller, as after a restart: it knows nothing but the table."""
        wiring, clients = self.wiring, self.clients
        standby = Standby(clients, wiring, "payment-service", None)
        steps = Steps(self.failover.spec, wiring, GlobalDatabase(clients, wiring), standby, self.clock)
        notifier = Notifier(clients, self.failover, wiring, lambda url, body: self.posted.append((url, body)))
        return Controller(self.failover, wiring, clients, steps, notifier, self.clock)

    def lag(self, seconds: float) -> None:
        """The replica is so far behind, as measured now."""
        self.aws["cloudwatch"].put_metric_data(
            Namespace="AWS/RDS",
            MetricData=[
                {
                    "MetricName": "AuroraGlobalDBReplicationLag",
                    "Dimensions": [{"Name": "DBClusterIdentifier", "Value": f"platform-{RECOVERY}"}],
                    "Value": seconds * 1000,
                    "Timestamp": datetime.fromtimestamp(self.now, UTC),
                }
            ],
        )

    def run(self, controller: Controller, seconds: float, lag: float | None = None) -> list[Phase]:
        """Let it work for so long; the phases that it went through."""
        phases = [controller.state.phase]
        until = self.now + seconds
        while self.now < until:
            if lag is not None:
                self.lag(lag)
            controller.tick()
            if controller.state.phase is not phases[-1]:
                phases.append(controller.state.phase)
            self.now += controller.spec.interval
        return phases

    def lose_primary(self) -> None:
        """The primary region answers no more."""
        self.health[HOST] = Verdict.UNHEALTHY

    def writers(self) -> list[str]:
        """ARNs of what writes, as the local AWS has it."""
        (found,) = self.aws["rds"].describe_global_clusters()["GlobalClusters"]
        return [member["DBClusterArn"] for member in found["GlobalClusterMembers"] if member["IsWriter"]]

    def state(self) -> State:
        """As it is in the table."""
        return self.controller().current()

    def pages(self) -> list[str]:
        """What woke somebody."""
        return [body["payload"]["summary"] for _, body in self.posted if "payload" in body]
