"""The way in from outside: certificates, load balancers, a web firewall, and the names that lead to them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pulumi
from pulumi_aws import lb, route53

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
from infra.stacks.provider import zone_provider

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
    aws: pulumi.ResourceOptions,
    ask: pulumi.InvokeOptions,
) -> Doors | None:
    """Declare them; a region that orders no ingress has none. A standby writes no record: Route 53 answers to
    us-east-1 alone when it is asked to change one, and so the primary writes them for both."""
    order = stack.ingress
    if order is None:
        return None
    zone = None if _stands_by(stack) else _zone(stack, order)
    topics = [told.topic_arn] if told else []
    certificates = {host: _certificate(host, order, zone, topics, aws).arn for host in order.hosts}
    doors = _doors(stack, order, base, control, certificates, aws)
    if zone is not None:
        _names(stack, order, base, zone, doors, topics, aws, ask)
    return Doors(target_group_arns={what: door.target_group_arn for what, door in doors.items()})


def _stands_by(stack: RegionStack) -> bool:
    return stack.recovery is not None and stack.recovery.role == "standby"


def _zone(stack: RegionStack, order: IngressConfig) -> Zoned:
    """The zone by its name. A preview goes on without it, as everything does that stands in another stack."""
    provider = zone_provider(stack, order.zone, order.zone_account or stack.account)
    ask = pulumi.InvokeOptions(provider=provider)
    known = (route53.get_zone(zone_id=each, opts=ask) for each in route53.get_zones(opts=ask).ids)
    found = next((each.zone_id for each in known if each.name.rstrip(".") == order.zone), None)
    if found is None and not pulumi.runtime.is_dry_run():
        raise pulumi.RunError(
            f"account {order.zone_account or stack.account} has no zone {order.zone}; deploy its stack first: "
            "`pulumi up --stack global`"
        )
    return Zoned(zone_id=found or unknown(), provider=provider)


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
    topics: Sequence[pulumi.Output[str]],
    aws: pulumi.ResourceOptions,
    ask: pulumi.InvokeOptions,
) -> None:
    recovery = stack.recovery
    failover = recovery.failover if recovery else None
    peer = recovery.peer if recovery else None
    for host, each in order.hosts.items():
        door = doors["internal" if each.access == "internal" else "public"]
        balancers = {stack.region: Balancer(dns_name=door.dns_name, zone_id=door.zone_id)}
        moves = failover is not None and peer is not None and host == failover.host
        if moves and peer and (there := find(stack, peer, ask)):
            balancers[peer] = there
        args = NamesArgs(
            host=host,
            place=base.place,
            zone=zone,
            balancers=balancers,
            ttl_seconds=failover.dns.ttl_seconds if moves and failover else SINGLE_TTL_SECONDS,
            location=order.location,
            switch=Switch(region=peer, alarm=stack.failover_alarm) if moves and peer else None,
            probe=Probe(path=failover.detection.path) if moves and failover else None,
            alarm_topics=topics if stack.region == base.place.partition.metrics_region else (),
        )
        Names(f"names-{host}", args, aws)


def find(stack: RegionStack, region: str, ask: pulumi.InvokeOptions) -> Balancer | None:
    """The other region's load balancer by the name that its own stack gives it; a warning and None if there is none."""
    arns = lb.get_lbs(tags={"Name": stack.edge_name}, region=region, opts=ask).arns
    if not arns:
        pulumi.log.warn(
            f"{region} has no load balancer {stack.edge_name} yet, so that no name leads there; deploy its stack, and "
            "this one once more"
        )
        return None
    found = lb.get_load_balancer(arn=arns[0], region=region, opts=ask)
    return Balancer(dns_name=found.dns_name, zone_id=found.zone_id)
