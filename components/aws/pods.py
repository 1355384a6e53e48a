"""The security group of pods: what they may reach."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import IPv4Network
from typing import Literal

import pulumi

from components.aws.firewall import DNS, EVERYWHERE, HTTPS, Firewall, Rule

Egress = Literal["open", "vpc_endpoints"]


@dataclass(frozen=True, kw_only=True)
class PodsArgs:
    """`open` lets pods reach everything; `vpc_endpoints` only each other, name resolution and the endpoints (C-07).

    `prefix_list_ids` are the addresses behind gateway endpoints, by service.
    """

    cluster: str
    vpc_id: pulumi.Input[str]
    cidr: IPv4Network
    egress: Egress
    endpoints_security_group_id: pulumi.Input[str]
    prefix_list_ids: Mapping[str, pulumi.Input[str]] = field(default_factory=dict)


class Pods(pulumi.ComponentResource):
    """The group `{cluster}-pods` (NET-09), carried by nodes too: a pod without one of its own uses its node's."""

    security_group_id: pulumi.Output[str]

    def __init__(self, name: str, args: PodsArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("platform:aws:Pods", name, None, opts)
        group = Firewall(name, f"{args.cluster}-pods", "Security group for EKS pods", args.vpc_id, self)
        among = Rule(description="Pods to pods", protocol="-1", group=group.id)
        group.ingress("pods", among)
        if args.egress == "open":
            group.egress("everything", Rule(description="Allow all outbound", protocol="-1", cidr=EVERYWHERE))
        else:
            group.egress("pods", among)
            for what, rule in endpoints_only(args).items():
                group.egress(what, rule)
        self._group, self._open = group, args.egress == "open"
        self.security_group_id = group.id
        self.register_outputs({"security_group_id": self.security_group_id})

    def reach(self, what: str, port: int, group: pulumi.Input[str]) -> None:
        """Let pods out to a neighbour that was made after them; those that reach everything reach it already."""
        if not self._open:
            self._group.egress(what, Rule(description=f"The {what} of the region", ports=port, group=group))


def endpoints_only(args: PodsArgs) -> dict[str, Rule]:
    """What is left of the outside: names, and AWS by private ways."""
    rules = {
        f"dns-{protocol}": Rule(description="Name resolution", protocol=protocol, ports=DNS, cidr=args.cidr)
        for protocol in ("tcp", "udp")
    }
    rules["endpoints"] = Rule(description="AWS by VPC endpoints", ports=HTTPS, group=args.endpoints_security_group_id)
    for service, addresses in args.prefix_list_ids.items():
        rules[service] = Rule(description=f"{service} by its gateway", ports=HTTPS, prefix_list=addresses)
    return rules
