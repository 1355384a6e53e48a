"""Security groups and their rules, each rule a resource of its own, so that groups may name each other."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Network
from typing import Any

import pulumi
from pulumi_aws import ec2, vpc

Ports = int | tuple[int, int]
HTTPS = 443
DNS = 53
EPHEMERAL = (1025, 65535)
EVERYWHERE = IPv4Network("0.0.0.0/0")


@dataclass(frozen=True, kw_only=True)
class Rule:
    """What may pass and why; exactly one of cidr, group and prefix_list is the peer; protocol -1 is all of them."""

    description: str
    protocol: str = "tcp"
    ports: Ports | None = None
    cidr: IPv4Network | None = None
    group: pulumi.Input[str] | None = None
    prefix_list: pulumi.Input[str] | None = None

    def inputs(self) -> dict[str, Any]:
        """The rule as EC2 takes it."""
        first, last = self.ports if isinstance(self.ports, tuple) else (self.ports, self.ports)
        return {
            "description": self.description,
            "ip_protocol": self.protocol,
            "from_port": first,
            "to_port": last,
            "cidr_ipv4": str(self.cidr) if self.cidr else None,
            "referenced_security_group_id": self.group,
            "prefix_list_id": self.prefix_list,
        }


class Firewall:
    """A security group within a component; without a rule it lets nothing through. `tags` join its Name.

    It comes after `after`, and goes before it.
    """

    def __init__(
        self,
        name: str,
        physical: str,
        description: str,
        vpc_id: pulumi.Input[str],
        parent: pulumi.Resource,
        *,
        tags: Mapping[str, str] | None = None,
        after: Sequence[pulumi.Resource] = (),
    ) -> None:
        self._name, self._child = name, pulumi.ResourceOptions(parent=parent)
        group = ec2.SecurityGroup(
            name,
            name=physical,
            description=description,
            vpc_id=vpc_id,
            tags={"Name": physical, **(tags or {})},
            opts=pulumi.ResourceOptions(parent=parent, depends_on=list(after)),
        )
        self.id = group.id

    def ingress(self, what: str, rule: Rule) -> None:
        """Let in; `what` names the rule within the group."""
        let_in(f"{self._name}-{what}", self.id, rule, self._child)

    def egress(self, what: str, rule: Rule) -> None:
        """Let out; `what` names the rule within the group."""
        name = f"{self._name}-{what}"
        vpc.SecurityGroupEgressRule(
            name, security_group_id=self.id, tags={"Name": name}, opts=self._child, **rule.inputs()
        )


def let_in(name: str, group_id: pulumi.Input[str], rule: Rule, opts: pulumi.ResourceOptions) -> None:
    """Add a rule to a group that somebody else made."""
    vpc.SecurityGroupIngressRule(name, security_group_id=group_id, tags={"Name": name}, opts=opts, **rule.inputs())
