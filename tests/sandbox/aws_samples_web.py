"""Samples of what stands before a cluster: load balancers, certificates, web firewalls."""

from typing import Any

from sandbox.cloud.certificates import record
from tests.sandbox.aws_world import ABSENT, ACCOUNT, TAGS, Sample, World, replaces, updates

_NOT_FOUND = {"type": "fixed-response", "fixedResponse": {"contentType": "text/plain", "statusCode": "404"}}
_SEEN = {"cloudwatchMetricsEnabled": True, "metricName": "edge", "sampledRequestsEnabled": True}

_OFTEN = {"enabled": True, "interval": 10, "timeout": 5, "healthyThreshold": 2, "unhealthyThreshold": 3}


def _redirect(status: str) -> dict[str, Any]:
    return {"type": "redirect", "redirect": {"port": "443", "protocol": "HTTPS", "statusCode": status}}


def _balancer(world: World) -> str:
    return str(world.make("LoadBalancer", subnets=world.subnets, securityGroups=world.groups[:1])["arn"])


def _group(world: World) -> str:
    return str(world.make("TargetGroup", port=443, protocol="HTTPS", vpcId=world.vpc, targetType="ip")["arn"])


def _listener(world: World, **more: Any) -> str:
    return str(
        world.make(
            "lb/listener:Listener",
            loadBalancerArn=_balancer(world),
            port=80,
            protocol="HTTP",
            defaultActions=[_NOT_FOUND],
            **more,
        )["arn"]
    )


def _certificate(world: World, name: str, proved: bool = True) -> str:
    arn = str(world.make("acm/certificate:Certificate", domainName=name, validationMethod="DNS")["arn"])
    if proved:
        proof = record(ACCOUNT, name)
        zone = world.make("route53/zone:Zone", name=name)["id"]
        named = {"name": proof["Name"].rstrip("."), "type": proof["Type"], "records": [proof["Value"]]}
        world.make("Record", zoneId=zone, ttl=60, **named)
    return arn


def _secure(world: World, name: str) -> str:
    """A listener that has a certificate already, as each that takes more of them has."""
    shown = {"port": 443, "protocol": "HTTPS", "certificateArn": _certificate(world, name)}
    balancer = _balancer(world)
    made = world.make("lb/listener:Listener", loadBalancerArn=balancer, defaultActions=[_NOT_FOUND], **shown)
    return str(made["arn"])


def _acl(world: World) -> str:
    inputs = {"scope": "REGIONAL", "defaultAction": {"allow": {}}, "visibilityConfig": _SEEN}
    return str(world.make("WebAcl", **inputs)["arn"])


def _managed(name: str, priority: int) -> dict[str, Any]:
    return {
        "name": name,
        "priority": priority,
        "overrideAction": {"none": {}},
        "statement": {"managedRuleGroupStatement": {"name": name, "vendorName": "AWS"}},
        "visibilityConfig": _SEEN,
    }


_RATE = {
    "name": "rate",
    "priority": 9,
    "action": {"block": {}},
    "statement": {"rateBasedStatement": {"limit": 2000, "aggregateKeyType": "IP", "evaluationWindowSec": 300}},
    "visibilityConfig": _SEEN,
}


def _bucket(world: World, name: str) -> str:
    return str(world.make("s3/bucket:Bucket", bucket=name)["arn"])


SAMPLES: dict[str, Sample] = {
    "aws:lb/loadBalancer:LoadBalancer": lambda w: {
        "name": replaces("one", "two"),
        "loadBalancerType": replaces("application", "network"),
        "internal": replaces(False, True),
        "subnets": updates(w.subnets[:2], w.subnets),
        "securityGroups": updates(w.groups[:1], w.groups),
        "dropInvalidHeaderFields": updates(True, False),
        "enableDeletionProtection": updates(False, True),
        "desyncMitigationMode": updates("strictest", "defensive"),
        "accessLogs": updates(
            {"bucket": "logs", "enabled": True, "prefix": "edge"}, {"bucket": "logs", "enabled": False}
        ),
        **TAGS,
    },
    "aws:lb/targetGroup:TargetGroup": lambda w: {
        "name": replaces("one", "two"),
        "port": replaces(443, 8443),
        "protocol": replaces("HTTPS", "HTTP"),
        "vpcId": replaces(w.vpc, w.other_vpc),
        "targetType": replaces("ip", "instance"),
        "deregistrationDelay": updates(30, 60),
        "healthCheck": updates(
            {"path": "/healthz/ready", "port": "15021", "protocol": "HTTP", "matcher": "200", **_OFTEN},
            {"path": "/ready", "port": "15020", "protocol": "HTTP", "matcher": "200-299", **_OFTEN, "interval": 20},
        ),
        **TAGS,
    },
    "aws:lb/listener:Listener": lambda w: {
        "loadBalancerArn": replaces(_balancer(w), _balancer(w)),
        "port": updates(443, 8443),
        "protocol": updates("HTTPS", "HTTP", certificateArn=ABSENT, sslPolicy=ABSENT),
        "sslPolicy": updates("ELBSecurityPolicy-TLS13-1-3-2021-06", "ELBSecurityPolicy-TLS13-1-2-2021-06"),
        "certificateArn": updates(_certificate(w, "one.example"), _certificate(w, "two.example")),
        "defaultActions": updates([_NOT_FOUND], [_redirect("HTTP_301")]),
        "routingHttpResponseStrictTransportSecurityHeaderValue": updates("max-age=31536000", "max-age=60"),
        "routingHttpResponseServerEnabled": updates(False, True),
        **TAGS,
    },
    "aws:lb/listenerRule:ListenerRule": lambda w: {
        "listenerArn": replaces(_listener(w), _listener(w)),
        "priority": updates(1, 2),
        "conditions": updates(
            [{"hostHeader": {"values": ["api.example.com"]}}], [{"hostHeader": {"values": ["www.example.com"]}}]
        ),
        "actions": updates([{"type": "forward", "targetGroupArn": _group(w)}], [_redirect("HTTP_302")]),
        **TAGS,
    },
    "aws:lb/listenerCertificate:ListenerCertificate": lambda w: {
        "listenerArn": replaces(_secure(w, "three.example"), _secure(w, "four.example")),
        "certificateArn": replaces(_certificate(w, "one.example"), _certificate(w, "two.example")),
    },
    "aws:acm/certificate:Certificate": lambda w: {
        "domainName": replaces("api.example.com", "www.example.com"),
        "subjectAlternativeNames": replaces(["*.api.example.com"], ["*.www.example.com"]),
        "validationMethod": replaces("DNS", "EMAIL"),
        **TAGS,
    },
    "aws:acm/certificateValidation:CertificateValidation": lambda w: {
        "certificateArn": replaces(_certificate(w, "one.example"), _certificate(w, "two.example")),
        "validationRecordFqdns": replaces(["_one.one.example"], ["_two.two.example"]),
    },
    "aws:wafv2/webAcl:WebAcl": lambda w: {
        "name": replaces("one", "two"),
        "scope": replaces("REGIONAL", "CLOUDFRONT"),
        "description": updates("One", "Two"),
        "defaultAction": updates({"block": {"customResponse": {"responseCode": 403}}}, {"allow": {}}),
        "rules": updates([_managed("AWSManagedRulesCommonRuleSet", 1), _RATE], [_RATE]),
        "visibilityConfig": updates(_SEEN, {**_SEEN, "metricName": "other"}),
        **TAGS,
    },
    "aws:wafv2/webAclAssociation:WebAclAssociation": lambda w: {
        "webAclArn": replaces(_acl(w), _acl(w)),
        "resourceArn": replaces(_balancer(w), _balancer(w)),
    },
    "aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration": lambda w: {
        "resourceArn": replaces(_acl(w), _acl(w)),
        "logDestinationConfigs": updates([_bucket(w, "aws-waf-logs-one")], [_bucket(w, "aws-waf-logs-two")]),
        "redactedFields": updates(
            [{"singleHeader": {"name": "authorization"}}], [{"singleHeader": {"name": "cookie"}}]
        ),
    },
}
