"""Samples of the ways in: zones, records and health checks."""

from tests.sandbox.aws_world import ABSENT, TAGS, Sample, World, replaces, updates


def _zone(world: World) -> str:
    return str(world.make("route53/zone:Zone", name="example.com")["id"])


def _check(world: World) -> str:
    inputs = {"fqdn": "one.example.com", "port": 443, "requestInterval": 10, "failureThreshold": 3}
    return str(world.make("HealthCheck", type="HTTPS", **inputs)["id"])


def _target(world: World) -> dict[str, object]:
    """An alias leads to a name of the same type in the same zone, or to a load balancer."""
    return {"name": "other.example.com", "zoneId": _zone(world), "evaluateTargetHealth": False}


SAMPLES: dict[str, Sample] = {
    "aws:route53/zone:Zone": lambda w: {
        "name": replaces("example.com", "example.org"),
        "comment": updates("One", "Two"),
        **TAGS,
    },
    "aws:route53/record:Record": lambda w: {
        "zoneId": replaces(_zone(w), "Z2"),
        "name": replaces("api.example.com", "www.example.com"),
        "type": replaces("CNAME", "A"),
        "setIdentifier": replaces("one", "two"),
        "ttl": updates(60, 30),
        "records": updates(["one.example.com"], ["two.example.com"]),
        "aliases": updates(ABSENT, [_target(w)], records=ABSENT, ttl=ABSENT),
        "failoverRoutingPolicies": updates([{"type": "PRIMARY"}], [{"type": "SECONDARY"}]),
        "geolocationRoutingPolicies": updates(ABSENT, [{"continent": "EU"}], failoverRoutingPolicies=ABSENT),
        "healthCheckId": updates(_check(w), _check(w)),
    },
    "aws:route53/healthCheck:HealthCheck": lambda w: {
        "type": replaces("HTTPS", "HTTP"),
        "requestInterval": replaces(10, 30),
        "fqdn": updates("one.example.com", "two.example.com"),
        "port": updates(443, 8443),
        "resourcePath": updates("/health", "/ready"),
        "failureThreshold": updates(3, 5),
        "insufficientDataHealthStatus": updates("LastKnownStatus", "Healthy"),
        "cloudwatchAlarmName": updates("one", "two"),
        "cloudwatchAlarmRegion": replaces("us-west-2", "us-east-1"),
        **TAGS,
    },
}
