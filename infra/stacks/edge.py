"""The way in from outside: certificates, load balancers, a web firewall, and the names that lead to them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pulumi

from components.aws.alerts import Alerts
from components.aws.bucket import Bucket, BucketArgs
from components.aws.certificate import Certificate, CertificateArgs, Zoned
from components.aws.edge import Edge, EdgeArgs, log_statements
from components.aws.names import Balancer, Names, NamesArgs, Probe, Switch
from components.aws.outputs import unknown
from components.aws.web_firewall import WebFirewall, WebFirewallArgs
from infra.config import RegionStack
from infra.config.ingress import IngressConfig, WebFirewallConfig
from infra.stacks.cluster import RegionCluster
from infra.stacks.foundation import Foundation
from infra.stacks.questions import Address, Answers

LOG_DAYS = 365
SINGLE_TTL_SECONDS = 300  # of a name that never moves


@dataclass(frozen=True, kw_only=True)
class Doors:
    """The target groups that the gateway's pods belong to, by who comes through them."""

    target_group_arns: Mapping[str, pulumi.Output[str]]


def edge(
    stack: RegionStack,
    base: Foundation,
    control: RegionCluster,
    told: Alerts | None,
    found: Answers,
    aws: pulumi.ResourceOptions,
) -> Doors | None:
    """Declare them; a region that orders no ingress has none. A standby writes no record: Route 53 answers to
    us-east-1 alone when it is asked to change one, and so the primary writes them for both."""
    order = stack.ingress
    if order is None:
        return None
    zone = Zoned(zone_id=found.zone.zone_id or unknown(), provider=found.zone.provider) if found.zone else None
    topics = [told.topic_arn] if told else []
    certificates = {host: _certificate(host, order, zone, topics, aws).arn for host in order.hosts}
    doors = _doors(stack, order, base, control, certificates, aws)
    if zone is not None:
        _names(stack, order, base, zone, doors, found.balancer, topics, aws)
    return Doors(target_group_arns={what: door.target_group_arn for what, door in doors.items()})


def _certificate(
    host: str,
    order: IngressConfig,
    zone: Zoned | None,
    topics: Sequence[pulumi.Output[str]],
    aws: pulumi.ResourceOptions,
) -> Certificate:
    args = CertificateArgs(host=host, zone=zone, expiry_alarm_days=order.expiry_alarm_days, alarm_topics=topics)
    return Certificate(f"certificate-{host}", args, aws)


def _doors(
    stack: RegionStack,
    order: IngressConfig,
    base: Foundation,
    control: RegionCluster,
    certificates: Mapping[str, pulumi.Output[str]],
    aws: pulumi.ResourceOptions,
) -> dict[str, Edge]:
    """One load balancer for what the internet reaches, one within the network for what it does not (WAF-04)."""
    wanted = {"public": order.open_to("public", "sso"), "internal": order.open_to("internal")}
    physical = f"{stack.name}-{stack.account}-edge-logs"
    args = BucketArgs(
        bucket=physical,
        place=base.place,
        expire_days=LOG_DAYS,
        statements=log_statements(base.place, physical, order.kind),
        protect=stack.production,
    )
    logs = Bucket("edge-logs", args, aws)
    doors = {}
    for what, hosts in wanted.items():
        if not hosts:
            continue
        inside = what == "internal"
        door = EdgeArgs(
            edge=f"{stack.edge_name}-internal" if inside else stack.edge_name,
            place=base.place,
            kind=order.kind,
            internal=inside,
            vpc_id=base.network.vpc_id,
            subnet_ids=base.network.subnet_ids["private" if inside else "public"],
            nodes_group_id=control.nodes_group_id,
            hosts={host: [host, f"{stack.region}.{host}"] for host in hosts},
            certificate_arns={host: certificates[host] for host in hosts},
            allowed_cidrs=[stack.network.cidr] if inside else order.allowed_cidrs,
            logs=logs,
            deletion_protection=stack.production,
            after=[base.network],
        )
        doors[what] = Edge("edge-internal" if inside else "edge", door, aws)
    if order.firewall and "public" in doors:
        _firewall(stack, order.firewall, base, aws).cover("edge", doors["public"].arn)
    return doors


def _firewall(
    stack: RegionStack, asked: WebFirewallConfig, base: Foundation, aws: pulumi.ResourceOptions
) -> WebFirewall:
    args = WebFirewallArgs(
        prefix=f"{stack.name}-edge",
        place=base.place,
        rate_limit=asked.rate_limit,
        log_key_arn=base.keys.arns["logs"],
        log_days=asked.log_days,
        log_lock=asked.log_lock,
        protect=stack.production,
    )
    return WebFirewall("web-firewall", args, aws)


def _names(
    stack: RegionStack,
    order: IngressConfig,
    base: Foundation,
    zone: Zoned,
    doors: Mapping[str, Edge],
    other: Address | None,
    topics: Sequence[pulumi.Output[str]],
    aws: pulumi.ResourceOptions,
) -> None:
    recovery = stack.recovery
    failover = recovery.failover if recovery else None
    peer = recovery.peer if recovery else None
    for host, each in order.hosts.items():
        door = doors["internal" if each.access == "internal" else "public"]
        balancers = {stack.region: Balancer(dns_name=door.dns_name, zone_id=door.zone_id)}
        moves = failover is not None and peer is not None and host == failover.host
        if moves and peer and other:
            balancers[peer] = Balancer(dns_name=other.dns_name, zone_id=other.zone_id)
        args = NamesArgs(
            host=host,
            place=base.place,
            zone=zone,
            balancers=balancers,
            ttl_seconds=failover.dns.ttl_seconds if moves and failover else SINGLE_TTL_SECONDS,
            location=order.location,
            switch=Switch(region=peer, alarm=stack.failover_alarm) if moves and peer else None,
            probe=Probe(path=failover.detection.path) if moves and failover else None,
            alarm_topics=topics if stack.region == base.place.partition.home_region else (),
        )
        Names(f"names-{host}", args, aws)
