"""A database: encrypted, private, over TLS only, and with an administrator whose password nobody sees."""

import json

import pulumi
import pytest
from pulumi_aws import ec2

from components.aws.database import Database, DatabaseArgs
from components.aws.membership import Membership
from tests.components.aws.parts import HERE, ground, keys

CLUSTER, INSTANCE = "aws:rds/cluster:Cluster", "aws:rds/clusterInstance:ClusterInstance"
GLOBAL, ALARM = "aws:rds/globalCluster:GlobalCluster", "aws:cloudwatch/metricAlarm:MetricAlarm"
ROTATION = "aws:secretsmanager/secretRotation:SecretRotation"
TOPIC = "arn:aws:sns:us-east-1:000000000103:alerts"
INGRESS = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"


def program(membership=None, protect=True, instances=2):
    known = keys("rds", "secrets", "logs").arns
    base = ground()
    args = DatabaseArgs(
        prefix="production-platform",
        place=HERE,
        vpc_id=base.vpc_id,
        subnet_ids=base.subnet_ids,
        clients={"pods": ec2.SecurityGroup("pods", vpc_id=base.vpc_id).id},
        key_arn=known["rds"],
        secrets_key_arn=known["secrets"],
        log_key_arn=known["logs"],
        version="16.6",
        instance_class="db.r7g.large",
        instances=instances,
        membership=membership,
        alarm_topics=[TOPIC],
        protect=protect,
    )
    return Database("database", args)


def opened(membership=None):
    access = program(membership).access("payment-service")
    pulumi.export("bridge", access.bridge)
    pulumi.export("statements", access.statements)


WRITER = Membership(role="writer", name="platform-global", max_lag_seconds=5)
READER = Membership(role="reader", name="platform-global", max_lag_seconds=7)


@pytest.mark.req("DATA-01", "KMS-05")
def test_a_database_is_encrypted_protected_and_keeps_five_weeks_of_moments(built):
    inputs = built(program).one(CLUSTER).inputs
    assert inputs["storageEncrypted"] is True
    assert ":key/" in inputs["kmsKeyId"]
    assert inputs["deletionProtection"] is True
    assert inputs["backupRetentionPeriod"] == 35
    assert inputs["copyTagsToSnapshot"] is True
    assert inputs["skipFinalSnapshot"] is False
    assert inputs["finalSnapshotIdentifier"] == "production-platform-database-final"


@pytest.mark.req("DATA-01")
def test_clients_without_tls_are_refused_and_schema_changes_are_audited(built):
    engine = built(program)
    group = engine.one("aws:rds/clusterParameterGroup:ClusterParameterGroup")
    values = {each["name"]: each["value"] for each in group.inputs["parameters"]}
    assert values["rds.force_ssl"] == "1"
    assert values["pgaudit.log"] == "ddl,role"
    assert engine.one(CLUSTER).inputs["dbClusterParameterGroupName"] == group.inputs["name"]


@pytest.mark.req("DATA-01")
def test_a_second_instance_takes_over_in_the_database_subnets_and_neither_is_public(built):
    engine = built(program)
    instances = engine.of(INSTANCE)
    assert [each.inputs["promotionTier"] for each in instances] == [0, 1]
    assert not any(each.inputs["publiclyAccessible"] for each in instances)
    subnets = engine.one("aws:rds/subnetGroup:SubnetGroup").inputs["subnetIds"]
    assert set(subnets) == {each.id for each in engine.of("aws:ec2/subnet:Subnet")}
    assert len(subnets) == 2


@pytest.mark.req("DATA-01", "SEC-07")
def test_a_database_that_stands_alone_manages_its_own_password(built):
    engine = built(program)
    inputs = engine.one(CLUSTER).inputs
    assert inputs["manageMasterUserPassword"] is True
    assert ":key/" in inputs["masterUserSecretKmsKeyId"]
    assert "masterPassword" not in inputs
    assert engine.none_of(ROTATION)


@pytest.mark.req("DATA-03", "C-03")
def test_the_writer_makes_the_global_database_and_the_reader_joins_it_by_name(built):
    writer = built(program, WRITER)
    made = writer.one(GLOBAL).inputs
    assert made["globalClusterIdentifier"] == "platform-global"
    assert made["storageEncrypted"] is True
    assert made["deletionProtection"] is True
    assert writer.one(CLUSTER).inputs["globalClusterIdentifier"] == "platform-global"
    reader = built(program, READER)
    assert reader.none_of(GLOBAL)
    assert reader.one(CLUSTER).inputs["globalClusterIdentifier"] == "platform-global"
    assert "masterUsername" not in reader.one(CLUSTER).inputs


@pytest.mark.req("C-03", "BDR-13", "DATA-03")
def test_somebody_hears_when_the_reader_is_too_far_behind_or_nobody_knows_how_far(built):
    engine = built(program, READER)
    assert engine.one(ALARM).inputs == {
        "name": "production-platform-database-lag",
        "alarmDescription": (
            "production-platform-database is more than 7 s behind, or nobody knows; no failover happens by itself"
        ),
        "namespace": "AWS/RDS",
        "metricName": "AuroraGlobalDBReplicationLag",
        "dimensions": {"DBClusterIdentifier": engine.one(CLUSTER).inputs["clusterIdentifier"]},
        "statistic": "Maximum",
        "comparisonOperator": "GreaterThanThreshold",
        "threshold": 7000,
        "period": 60,
        "evaluationPeriods": 3,
        "treatMissingData": "breaching",
        "alarmActions": [TOPIC],
        "okActions": [TOPIC],
        "tags": {"Name": "production-platform-database-lag"},
    }
    assert built(program, WRITER).none_of(ALARM)


@pytest.mark.req("SEC-07")
def test_clients_are_let_in_only_after_the_first_password_was_replaced(built):
    engine = built(program, WRITER)
    rotation = engine.one(ROTATION)
    assert rotation.inputs["rotateImmediately"] is True
    (way_in,) = [each for each in engine.of(INGRESS) if each.name == "database-pods"]
    assert rotation.urn in way_in.depends_on
    first = json.loads(engine.one("aws:secretsmanager/secretVersion:SecretVersion").inputs["secretString"])
    assert first == {"username": "platform"}


@pytest.mark.req("DATA-03", "C-34")
@pytest.mark.parametrize(("membership", "read"), [(None, "endpoint"), (WRITER, "endpoint"), (READER, "readerEndpoint")])
def test_a_standbys_database_is_read_from_its_reader_endpoint(built, membership, read):
    engine = built(opened, membership)
    bridge = engine.stack_outputs()["bridge"]
    cluster = engine.one(CLUSTER).outputs
    assert cluster["endpoint"] != cluster["readerEndpoint"]
    assert bridge["database_host"] == cluster["endpoint"]
    assert bridge["database_read_host"] == cluster[read]


@pytest.mark.req("IAM-02", "DATA-01")
def test_a_workload_connects_to_this_database_as_its_own_user(built):
    engine = built(opened)
    [statement] = engine.stack_outputs()["statements"]
    id_ = engine.one(CLUSTER).outputs["clusterResourceId"]
    assert statement["Action"] == ["rds-db:connect"]
    assert statement["Resource"] == f"arn:aws:rds-db:{HERE.region}:{HERE.account}:dbuser:{id_}/payment-service"
