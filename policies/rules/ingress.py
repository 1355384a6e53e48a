"""Nobody comes in from everywhere, but through the web's own doors."""

from collections.abc import Iterator, Mapping
from typing import Any

from policies.profiles import Profile
from policies.rule import Resource, Rule, blocks
from policies.rules.exposure import ANYWHERE

_SOURCES = ("cidrIpv4", "cidrIpv6", "cidrBlocks", "ipv6CidrBlocks")


def _open(rule: Mapping[str, Any]) -> str | None:
    """The range by which a rule lets everybody in, None if it does not."""
    for key in _SOURCES:
        value = rule.get(key)
        for cidr in value if isinstance(value, list) else [value]:
            if cidr in ANYWHERE or str(cidr).endswith("/0"):
                return str(cidr)
    return None


def _at_web_door(rule: Mapping[str, Any]) -> bool:
    ports = (rule.get("fromPort"), rule.get("toPort"))
    return rule.get("ipProtocol", rule.get("protocol")) in ("tcp", 6, "6") and ports in ((80, 80), (443, 443))


def _rules(resource: Resource) -> list[Mapping[str, Any]]:
    match resource.type:
        case "aws:ec2/securityGroup:SecurityGroup" | "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup":
            return blocks(resource.props, "ingress")
        case "aws:ec2/securityGroupRule:SecurityGroupRule" if resource.props.get("type") != "ingress":
            return []
        case _:
            return [resource.props]


def _closed(resource: Resource, profile: Profile) -> Iterator[str]:
    for rule in _rules(resource):
        if (cidr := _open(rule)) is not None and not _at_web_door(rule):
            ports = f"{rule.get('fromPort', 'all')} to {rule.get('toPort', 'all')}"
            yield f"lets {cidr} in at ports {ports}; name the networks or groups that may come"


RULE = Rule(
    name="open-ingress",
    promise="Nothing is open to every address but TCP 443, and 80 to lead there.",
    types=frozenset(
        {
            "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup",
            "aws:ec2/securityGroup:SecurityGroup",
            "aws:ec2/securityGroupRule:SecurityGroupRule",
            "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
        }
    ),
    judge=_closed,
)
