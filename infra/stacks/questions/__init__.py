"""What only the account can tell, asked all at once before anything is declared.

Answers are plain values: what components take lies in modules that are imported meanwhile.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass

import pulumi

from infra.config import RegionStack
from infra.stacks.questions.active import active_region
from infra.stacks.questions.asking import asking
from infra.stacks.questions.groups import Size, present
from infra.stacks.questions.names import Address, Zone, balancer, zone
from infra.stacks.questions.network import Network, peers_network
from infra.stacks.questions.writer import refuse_alone
from infra.stacks.questions.zones import refuse_unfit


@dataclass(frozen=True, kw_only=True)
class Answers:
    """What stands already of that on which a region's order depends; None where nothing is asked or nothing stands."""

    active_region: str
    groups: Mapping[str, Size]
    peer: Network | None
    zone: Zone | None
    balancer: Address | None


async def answers(stack: RegionStack, provider: pulumi.ProviderResource) -> Answers:
    """Ask; an answer that forbids the order stops the run with RunError or ConfigurationError."""
    ask = asking(provider)
    refusals = asyncio.gather(refuse_unfit(stack, ask), refuse_alone(stack, ask))
    found = asyncio.gather(
        active_region(stack, ask), present(stack, ask), peers_network(stack, ask), zone(stack), balancer(stack, ask)
    )
    (active, groups, peer, zoned, other), _ = await asyncio.gather(found, refusals)
    return Answers(active_region=active, groups=groups, peer=peer, zone=zoned, balancer=other)
