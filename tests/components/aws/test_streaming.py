"""A stream: brokers in each zone, over TLS, for clients that IAM knows."""

import pulumi
import pytest
from pulumi_aws import ec2

from components.aws.streaming import Streaming, StreamingArgs
from tests.components.aws.parts import ground, keys

CLUSTER, SETTINGS = "aws:msk/cluster:Cluster", "aws:msk/configuration:Configuration"
INGRESS = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"


def program(brokers_per_zone=1, protect=True):
    known = keys("streaming", "logs").arns
    base = ground()
    args = StreamingArgs(
        prefix="production-platform",
        vpc_id=base.vpc_id,
        subnet_ids=base.subnet_ids,
        clients={"pods": ec2.SecurityGroup("pods", vpc_id=base.vpc_id).id},
        key_arn=known["streaming"],
        log_key_arn=known["logs"],
        version="3.9.x",
        instance_type="kafka.m7g.large",
        brokers_per_zone=brokers_per_zone,
        volume_gb=100,
        protect=protect,
    )
    return Streaming("streaming", args)


@pytest.mark.req("DATA-02", "KMS-05")
def test_brokers_are_encrypted_at_rest_with_their_own_key_and_on_the_way(built):
    info = built(program).one(CLUSTER).inputs["encryptionInfo"]
    assert ":key/" in info["encryptionAtRestKmsKeyArn"]
    assert info["encryptionInTransit"] == {"clientBroker": "TLS", "inCluster": True}


@pytest.mark.req("DATA-02")
def test_clients_are_known_by_iam_and_nobody_else_is_let_in(built):
    engine = built(program)
    assert engine.one(CLUSTER).inputs["clientAuthentication"] == {"sasl": {"iam": True}, "unauthenticated": False}
    (way_in,) = engine.of(INGRESS)
    assert (way_in.inputs["fromPort"], way_in.inputs["toPort"]) == (9098, 9098)
    assert way_in.inputs["referencedSecurityGroupId"] == engine.one("aws:ec2/securityGroup:SecurityGroup", "pods").id


@pytest.mark.req("DATA-02")
@pytest.mark.parametrize(("per_zone", "brokers"), [(1, 2), (3, 6)])
def test_every_zone_has_as_many_brokers(built, per_zone, brokers):
    inputs = built(program, per_zone).one(CLUSTER).inputs
    assert inputs["numberOfBrokerNodes"] == brokers
    assert len(inputs["brokerNodeGroupInfo"]["clientSubnets"]) == 2


@pytest.mark.req("DATA-02")
def test_an_acknowledged_message_stands_in_two_zones_and_topics_are_made_on_purpose(built):
    engine = built(program)
    settings = engine.one(SETTINGS)
    lines = settings.inputs["serverProperties"].splitlines()
    assert "min.insync.replicas=2" in lines
    assert "unclean.leader.election.enable=false" in lines
    assert "auto.create.topics.enable=false" in lines
    chosen = engine.one(CLUSTER).inputs["configurationInfo"]
    assert chosen == {"arn": settings.outputs["arn"], "revision": 1}


@pytest.mark.req("DATA-02")
def test_brokers_log_into_a_group_with_key_and_end(built):
    engine = built(program)
    group = engine.one("aws:cloudwatch/logGroup:LogGroup").inputs
    assert group["retentionInDays"] == 365
    assert ":key/" in group["kmsKeyId"]
    logs = engine.one(CLUSTER).inputs["loggingInfo"]["brokerLogs"]["cloudwatchLogs"]
    assert logs == {"enabled": True, "logGroup": group["name"]}


@pytest.mark.req("DATA-02", "C-33")
def test_a_stream_is_protected_when_asked(built):
    assert built(program).one(CLUSTER).options["protect"] is True
    assert not built(program, 1, False).one(CLUSTER).options["protect"]


def opened():
    access = program().access("payment-service")
    pulumi.export("bridge", access.bridge)
    pulumi.export("statements", access.statements)


@pytest.mark.req("IAM-02", "DATA-02")
def test_a_workload_reads_and_writes_its_own_topics_of_this_stream(built):
    engine = built(opened)
    connect, topics, groups = engine.stack_outputs()["statements"]
    arn = engine.one(CLUSTER).outputs["arn"]
    assert connect["Resource"] == arn
    assert topics["Resource"] == arn.replace(":cluster/", ":topic/") + "/payment-service*"
    assert groups["Resource"] == arn.replace(":cluster/", ":group/") + "/payment-service*"
    assert engine.stack_outputs()["bridge"]["streaming_brokers"].startswith("b-1.production-platform-streaming.")
