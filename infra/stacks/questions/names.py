"""Where names are written, and whether the other region of a pair has something for them to lead to (DNS-01)."""

import asyncio
from dataclasses import dataclass

import pulumi

from infra.config import RegionStack
from infra.stacks.provider import zone_provider
from infra.stacks.questions.asking import Ask, asking, is_refused


@dataclass(frozen=True, kw_only=True)
class Zone:
    """A zone, and the provider that may write into it; a preview may not know the zone yet."""

    zone_id: str | None
    provider: pulumi.ProviderResource


@dataclass(frozen=True, kw_only=True)
class Address:
    """Where a load balancer answers."""

    dns_name: str
    zone_id: str


async def zone(stack: RegionStack) -> Zone | None:
    """The zone by its name, asked for as who writes into it. A preview goes on without it, but not without the role."""
    order = None if stack.stands_by else stack.ingress
    if order is None:
        return None
    account = order.zone_account or stack.account
    provider = zone_provider(stack, order.zone, account)
    ask = asking(provider)
    try:
        zones = (await ask("aws:route53/getZones:getZones"))["ids"]
    except Exception as error:
        if not is_refused(error):
            raise
        raise pulumi.RunError(
            f"account {account} lets nobody of {stack.account} write in its zone {order.zone}; deploy its stack first, "
            f"with this account among zones.{order.zone}.writers: `pulumi up --stack global`. It was told: {error}"
        ) from error
    known = await asyncio.gather(*(ask("aws:route53/getZone:getZone", zoneId=each) for each in zones))
    found = next((each["zoneId"] for each in known if each["name"].rstrip(".") == order.zone), None)
    if found is None and not pulumi.runtime.is_dry_run():
        raise pulumi.RunError(
            f"account {account} has no zone {order.zone}; deploy its stack first: `pulumi up --stack global`"
        )
    return Zone(zone_id=found, provider=provider)


async def balancer(stack: RegionStack, ask: Ask) -> Address | None:
    """The other region's load balancer by the name that its own stack gives it; a warning and None if there is none."""
    order, recovery = stack.ingress, stack.recovery
    if order is None or stack.stands_by or recovery is None or recovery.peer is None:
        return None
    if recovery.failover is None or recovery.failover.host not in order.hosts:
        return None
    there = recovery.peer
    arns = (await ask("aws:lb/getLbs:getLbs", tags={"Name": stack.edge_name}, region=there))["arns"]
    if not arns:
        pulumi.log.warn(
            f"{there} has no load balancer {stack.edge_name} yet, so that no name leads there; deploy its stack, and "
            "this one once more"
        )
        return None
    found = await ask("aws:lb/getLoadBalancer:getLoadBalancer", arn=arns[0], region=there)
    return Address(dns_name=found["dnsName"], zone_id=found["zoneId"])
