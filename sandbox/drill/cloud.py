"""A small world of a drill's own: what the recovery stack would have made, on a local AWS in this process."""

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import boto3
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import make_server

from infra.config.failover import (
    DetectionConfig,
    FailoverConfig,
    NotificationsConfig,
    PagerdutyConfig,
    SiteConfig,
    SlackConfig,
)
from infra.config.recovery import BackupConfig, RecoveryConfig, StoreConfig, TargetConfig
from sandbox.cloud import extensions, rds_global
from sandbox.cloud.server import Quiet
from sandbox.drill import plan
from sandbox.drill.ground import Ground, Post
from sandbox.drill.pair import Pair
from services.failover.switch import KEYS, METRIC, NAMESPACE

ACCOUNT, PRIMARY, RECOVERY = "123456789012", "us-east-1", "us-west-2"
NAME, ZONE, GLOBAL, TABLE = "api.drill.test", "drill.test", "drill", "failover"
FAILOVER = "drill"
SECRETS = {"slackSecret": "drill/slack", "pagerdutySecret": "drill/pagerduty"}
"""Where the wiring says that an address, or a key, is."""
TOLD = "The policy's delays were shortened to seconds, and no cluster had to grow."


class Small(Ground):
    """Without clusters and stacks, made within a second."""

    def client(self, service: str, region: str) -> Any:
        return _client(self.aws, service, region)

    @contextmanager
    def lend(self, pair: Pair) -> Iterator[None]:
        rds_global.behind = lambda _: pair
        try:
            yield
        finally:
            rds_global.behind = rds_global.nothing

    def controller(self, folder: Path) -> Post:
        keys = {"AWS_ACCESS_KEY_ID": "drill", "AWS_SECRET_ACCESS_KEY": "drill", "AWS_CONFIG_FILE": os.devnull}
        return Post(identity=keys)


@contextmanager
def small(delay: int) -> Iterator[Ground]:
    """A small world for as long as a drill needs it."""
    order = policy(delay)
    with _local_aws() as aws:
        _global_database(aws)
        _table(aws)
        for secret in SECRETS.values():
            _client(aws, "secretsmanager", RECOVERY).create_secret(Name=secret)
        topic = str(_client(aws, "sns", RECOVERY).create_topic(Name=FAILOVER)["TopicArn"])
        zone = _failover_record(aws, order.dns.ttl_seconds)
        promise = recovery(order)
        wired = plan.wiring(_wiring(topic), promise, order)
        yield Small(failover=_failover(order), wiring=wired, promise=promise, aws=aws, zone=zone, told=TOLD)


def policy(delay: int) -> FailoverConfig:
    """As the payment stack has it, shortened, and with nothing to scale."""
    ordered = FailoverConfig(
        host=NAME,
        primary=SiteConfig(environment="drill", cluster=f"drill-{PRIMARY}"),
        secondary=SiteConfig(environment="drill", cluster=f"drill-{RECOVERY}"),
        detection=DetectionConfig(host=f"api.{PRIMARY}.drill.test"),
        promotion_seconds=30,
        scale_up_seconds=1,
        notifications=NotificationsConfig(
            slack=SlackConfig(secret=SECRETS["slackSecret"]),
            pagerduty=PagerdutyConfig(service="drill", secret=SECRETS["pagerdutySecret"]),
        ),
    )
    return plan.shortened(ordered, delay)


def recovery(order: FailoverConfig) -> RecoveryConfig:
    """A database that follows asynchronously, bound by what payment was promised."""
    store = StoreConfig(replication="asynchronous", backups={"daily": BackupConfig(schedule="0 2 * * *")})
    return RecoveryConfig(peer=RECOVERY, targets={"payment": TargetConfig()}, failover=order, data={"database": store})


@contextmanager
def _local_aws() -> Iterator[str]:
    """An empty local AWS in this process; yields its address."""
    extensions.install()
    app = DomainDispatcherApplication(create_backend_app)
    serving = make_server("127.0.0.1", 0, app, threaded=True, request_handler=Quiet)
    threading.Thread(target=serving.serve_forever, daemon=True).start()
    address = f"http://127.0.0.1:{serving.server_port}"
    try:
        urlopen(f"{address}/moto-api/reset", data=b"", timeout=60).close()  # noqa: S310 moto's memory is this process's
        yield address
    finally:
        serving.shutdown()


def _client(aws: str, service: str, region: str) -> Any:
    return boto3.Session("drill", "drill", region_name=region).client(service, endpoint_url=aws)


def _arn(region: str) -> str:
    return f"arn:aws:rds:{region}:{ACCOUNT}:cluster:drill-{region}"


def _global_database(aws: str) -> None:
    engine, primary = "aurora-postgresql", _client(aws, "rds", PRIMARY)
    primary.create_global_cluster(GlobalClusterIdentifier=GLOBAL, Engine=engine)
    for region in (PRIMARY, RECOVERY):
        owner = {"MasterUsername": "postgres", "ManageMasterUserPassword": True} if region == PRIMARY else {}
        _client(aws, "rds", region).create_db_cluster(
            DBClusterIdentifier=f"drill-{region}", Engine=engine, GlobalClusterIdentifier=GLOBAL, **owner
        )


def _table(aws: str) -> None:
    _client(aws, "dynamodb", RECOVERY).create_table(
        TableName=TABLE,
        BillingMode="PAY_PER_REQUEST",
        KeySchema=[{"AttributeName": key, "KeyType": sort} for key, sort in zip(KEYS, ("HASH", "RANGE"), strict=True)],
        AttributeDefinitions=[{"AttributeName": key, "AttributeType": "S"} for key in KEYS],
    )


def _failover_record(aws: str, ttl: int) -> str:
    """PRIMARY while the alarm on the switch is quiet, else SECONDARY."""
    alarm = "drill-recovery-active"
    _client(aws, "cloudwatch", RECOVERY).put_metric_alarm(
        AlarmName=alarm,
        Namespace=NAMESPACE,
        MetricName=METRIC,
        Dimensions=[{"Name": "Failover", "Value": FAILOVER}],
        Statistic="Maximum",
        Period=60,
        EvaluationPeriods=1,
        Threshold=1,
        ComparisonOperator="GreaterThanOrEqualToThreshold",
        TreatMissingData="ignore",
    )
    route53 = _client(aws, "route53", RECOVERY)
    zone = route53.create_hosted_zone(Name=ZONE, CallerReference="drill")["HostedZone"]["Id"]
    check = route53.create_health_check(
        CallerReference="drill",
        HealthCheckConfig={
            "Type": "CLOUDWATCH_METRIC",
            "AlarmIdentifier": {"Region": RECOVERY, "Name": alarm},
            "InsufficientDataHealthStatus": "LastKnownStatus",
        },
    )["HealthCheck"]["Id"]
    changes = [_record("PRIMARY", PRIMARY, ttl) | {"HealthCheckId": check}, _record("SECONDARY", RECOVERY, ttl)]
    route53.change_resource_record_sets(
        HostedZoneId=zone,
        ChangeBatch={"Changes": [{"Action": "CREATE", "ResourceRecordSet": record} for record in changes]},
    )
    return str(zone)


def _record(role: str, region: str, ttl: int) -> dict[str, Any]:
    target = [{"Value": f"{region}.{ZONE}"}]
    same = {"Name": NAME, "Type": "CNAME", "TTL": ttl, "ResourceRecords": target}
    return {**same, "SetIdentifier": role.lower(), "Failover": role}


def _failover(order: FailoverConfig) -> dict[str, Any]:
    sides = ({"cluster": f"drill-{region}", "namespace": "drill"} for region in (PRIMARY, RECOVERY))
    metadata = {"name": FAILOVER, "namespace": FAILOVER}
    kind = {"apiVersion": "dr.company.com/v1", "kind": "Failover", "metadata": metadata}
    return plan.resource({**kind, "spec": order.spec(*sides)}, order)


def _wiring(topic: str) -> dict[str, Any]:
    return {
        "primaryRegion": PRIMARY,
        "recoveryRegion": RECOVERY,
        "publicHost": NAME,
        "table": TABLE,
        "globalCluster": GLOBAL,
        "primaryDatabase": _arn(PRIMARY),
        "recoveryDatabase": _arn(RECOVERY),
        "topic": topic,
        **SECRETS,
    }
