"""The load balancer before the mesh: who comes in, by what TLS, and what is passed on."""

import json

import pulumi
import pytest
from pulumi_aws import acm

from components.aws.bucket import Bucket, BucketArgs
from components.aws.edge import HSTS, Edge, EdgeArgs, Kind, log_statements, priority
from components.aws.firewall import Firewall
from components.aws.place import Place
from tests.components.aws import parts
from tests.components.aws.parts import HERE

BALANCER, GROUP, LISTENER = (
    "aws:lb/loadBalancer:LoadBalancer",
    "aws:lb/targetGroup:TargetGroup",
    "aws:lb/listener:Listener",
)
INGRESS = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"
EGRESS = "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule"
HOSTS = {"api.example.com": ["api.example.com", "us-east-1.api.example.com"], "www.example.com": ["www.example.com"]}


def program(kind: Kind = "application", internal=False, region="us-east-1"):
    base = parts.ground()
    owner = pulumi.ComponentResource("tests:aws:Nodes", "nodes")
    nodes = Firewall("nodes", "nodes", "nodes", base.vpc_id, owner)
    certificates = {host: acm.Certificate(host, domain_name=host, validation_method="DNS").arn for host in HOSTS}
    bucket = BucketArgs(bucket="edge-logs", place=HERE, statements=log_statements(HERE, "edge-logs", kind))
    args = EdgeArgs(
        edge="platform-edge",
        place=Place(account=HERE.account, region=region),
        kind=kind,
        internal=internal,
        vpc_id=base.vpc_id,
        subnet_ids=base.subnet_ids,
        nodes_group_id=nodes.id,
        hosts=HOSTS,
        certificate_arns=certificates,
        logs=Bucket("edge-logs", bucket),
    )
    Edge("edge", args)


def listener(engine, what):
    return engine.one(LISTENER, f"edge-{what}").inputs


@pytest.mark.req("WAF-02")
def test_tls_is_1_3_and_browsers_are_told_to_stay_with_it(built):
    secure = listener(built(program), "https")
    assert (secure["port"], secure["protocol"]) == (443, "HTTPS")
    assert secure["sslPolicy"] == "ELBSecurityPolicy-TLS13-1-3-2021-06"
    assert secure["routingHttpResponseStrictTransportSecurityHeaderValue"] == HSTS
    assert int(HSTS.partition(";")[0].removeprefix("max-age=")) >= 180 * 86400
    assert secure["routingHttpResponseServerEnabled"] is False


@pytest.mark.req("WAF-02", "GOV-02")
def test_a_partition_that_must_have_validated_modules_gets_them(built):
    secure = listener(built(program, "application", False, "us-gov-west-1"), "https")
    assert secure["sslPolicy"] == "ELBSecurityPolicy-TLS13-1-3-FIPS-2023-04"


@pytest.mark.req("WAF-02")
def test_plain_http_is_sent_to_tls_for_good(built):
    plain = listener(built(program), "http")
    assert (plain["port"], plain["protocol"]) == (80, "HTTP")
    assert plain["defaultActions"] == [
        {"type": "redirect", "redirect": {"port": "443", "protocol": "HTTPS", "statusCode": "HTTP_301"}}
    ]


@pytest.mark.req("WAF-04", "C-29")
def test_only_known_names_are_passed_on(built):
    engine = built(program)
    (refused,) = listener(engine, "https")["defaultActions"]
    assert refused["fixedResponse"]["statusCode"] == "404"
    target = engine.one(GROUP).outputs["arn"]
    passed = {rule.name: rule.inputs for rule in engine.of("aws:lb/listenerRule:ListenerRule")}
    for host, names in HOSTS.items():
        rule = passed[f"edge-{host}"]
        assert rule["conditions"] == [{"hostHeader": {"values": names}}]
        assert rule["actions"] == [{"type": "forward", "targetGroupArn": target}]
        assert rule["priority"] == priority(host)
    assert 1 <= priority("api.example.com") <= 50000


@pytest.mark.req("WAF-02")
def test_each_name_has_its_certificate(built):
    engine = built(program)
    by_host = {each.name: each.outputs["arn"] for each in engine.of("aws:acm/certificate:Certificate")}
    assert listener(engine, "https")["certificateArn"] == by_host["api.example.com"]
    (more,) = engine.of("aws:lb/listenerCertificate:ListenerCertificate")
    assert more.inputs["certificateArn"] == by_host["www.example.com"]


@pytest.mark.req("WAF-01", "C-33")
def test_the_balancer_drops_what_is_malformed_keeps_a_log_and_is_not_deleted_by_mistake(built):
    balancer = built(program).one(BALANCER)
    assert balancer.inputs["dropInvalidHeaderFields"] is True
    assert balancer.inputs["desyncMitigationMode"] == "strictest"
    assert balancer.inputs["enableDeletionProtection"] is True
    assert balancer.inputs["accessLogs"] == {"bucket": "edge-logs", "prefix": "platform-edge", "enabled": True}
    assert balancer.inputs["internal"] is False
    assert balancer.inputs["tags"]["Name"] == "platform-edge"


@pytest.mark.req("WAF-04")
def test_an_internal_one_has_no_public_address(built):
    assert built(program, "application", True).one(BALANCER).inputs["internal"] is True


@pytest.mark.req("C-29")
def test_the_hop_to_the_gateway_is_encrypted_and_its_health_asked_on_its_own_port(built):
    group = built(program).one(GROUP).inputs
    assert (group["protocol"], group["port"], group["targetType"]) == ("HTTPS", 443, "ip")
    assert group["healthCheck"]["path"] == "/healthz/ready"
    assert group["healthCheck"]["port"] == "15021"


@pytest.mark.req("C-29", "NET-02")
def test_it_takes_web_requests_and_reaches_the_gateway_and_nothing_else(built):
    engine = built(program)
    rules = {rule.name: rule.inputs for rule in engine.of(INGRESS)}
    assert {name: rule["fromPort"] for name, rule in rules.items()} == {
        **{"edge-https": 443, "edge-http": 80},
        **{"edge-nodes-gateway": 443, "edge-nodes-readiness": 15021},
    }
    own = engine.one("aws:ec2/securityGroup:SecurityGroup", "edge").id
    assert rules["edge-nodes-gateway"]["referencedSecurityGroupId"] == own
    nodes = engine.one("aws:ec2/securityGroup:SecurityGroup", "nodes").id
    out = {rule.inputs["fromPort"]: rule.inputs["referencedSecurityGroupId"] for rule in engine.of(EGRESS)}
    assert out == {443: nodes, 15021: nodes}


@pytest.mark.req("WAF-03")
def test_a_network_load_balancer_ends_tls_and_passes_everything_on(built):
    engine = built(program, "network")
    assert engine.one(BALANCER).inputs["loadBalancerType"] == "network"
    (only,) = engine.of(LISTENER)
    assert (only.inputs["protocol"], only.inputs["sslPolicy"]) == ("TLS", "ELBSecurityPolicy-TLS13-1-3-2021-06")
    assert only.inputs["defaultActions"] == [{"type": "forward", "targetGroupArn": engine.one(GROUP).outputs["arn"]}]
    assert engine.one(GROUP).inputs["protocol"] == "TLS"


@pytest.mark.req("WAF-01", "WAF-03")
@pytest.mark.parametrize(
    ("kind", "service"), [("application", "logdelivery.elasticloadbalancing"), ("network", "delivery.logs")]
)
def test_access_logs_are_delivered_by_the_service_of_the_kind_into_the_accounts_own_folder(built, kind, service):
    (policy,) = built(program, kind).of("aws:s3/bucketPolicy:BucketPolicy")
    *_, write = json.loads(policy.inputs["policy"])["Statement"]
    assert write["Principal"] == {"Service": f"{service}.amazonaws.com"}
    assert write["Action"] == ["s3:PutObject"]
    assert write["Resource"].endswith(f"AWSLogs/{HERE.account}/*")
    assert HERE.account in json.dumps(write["Condition"])
