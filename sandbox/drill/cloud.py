"""What the recovery stack would have made on the local AWS: the global database, the switch's record, the table."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.request import urlopen

import boto3
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import make_server

from sandbox.cloud import extensions, rds_global
from sandbox.cloud.server import Quiet
from services.failover.switch import METRIC, NAMESPACE

ACCOUNT, PRIMARY, RECOVERY = "123456789012", "us-east-1", "us-west-2"
NAME, ZONE, GLOBAL, TABLE = "api.drill.test", "drill.test", "drill", "failover"
FAILOVER = "drill"


def arn(region: str) -> str:
    """The Aurora cluster of a region."""
    return f"arn:aws:rds:{region}:{ACCOUNT}:cluster:drill-{region}"


@contextmanager
def local_aws(databases: rds_global.Databases) -> Iterator[str]:
    """A local AWS with these databases behind its global cluster; yields its address."""
    extensions.install()
    rds_global.databases = databases
    app = DomainDispatcherApplication(create_backend_app)
    serving = make_server("127.0.0.1", 0, app, threaded=True, request_handler=Quiet)
    threading.Thread(target=serving.serve_forever, daemon=True).start()
    address = f"http://127.0.0.1:{serving.server_port}"
    try:
        urlopen(f"{address}/moto-api/reset", data=b"", timeout=60).close()  # noqa: S310 moto's memory is this process's
        yield address
    finally:
        serving.shutdown()
        rds_global.databases = None


def session() -> boto3.Session:
    """A person's session in the drill's account."""
    return boto3.Session("drill", "drill", region_name=RECOVERY)


def client(aws: str, name: str, region: str = RECOVERY) -> Any:
    """A client of the local AWS."""
    return session().client(name, region_name=region, endpoint_url=aws)


def furnish(aws: str, ttl: int) -> tuple[str, str]:
    """Make everything; the hosted zone's id and the topic's ARN."""
    _global_database(aws)
    keys = [("failover", "HASH"), ("record", "RANGE")]
    client(aws, "dynamodb").create_table(
        TableName=TABLE,
        BillingMode="PAY_PER_REQUEST",
        KeySchema=[{"AttributeName": name, "KeyType": sort} for name, sort in keys],
        AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name, _ in keys],
    )
    topic = str(client(aws, "sns").create_topic(Name=FAILOVER)["TopicArn"])
    return _failover_record(aws, ttl), topic


def _global_database(aws: str) -> None:
    engine, primary = "aurora-postgresql", client(aws, "rds", PRIMARY)
    primary.create_global_cluster(GlobalClusterIdentifier=GLOBAL, Engine=engine)
    for region in (PRIMARY, RECOVERY):
        owner = {"MasterUsername": "postgres", "ManageMasterUserPassword": True} if region == PRIMARY else {}
        client(aws, "rds", region).create_db_cluster(
            DBClusterIdentifier=f"drill-{region}", Engine=engine, GlobalClusterIdentifier=GLOBAL, **owner
        )


def _failover_record(aws: str, ttl: int) -> str:
    """PRIMARY while the alarm on the switch is quiet, else SECONDARY."""
    alarm = "drill-recovery-active"
    client(aws, "cloudwatch").put_metric_alarm(
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
    route53 = client(aws, "route53")
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
