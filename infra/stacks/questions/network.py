"""Whether the network of another region stands, which this one's is joined to (NET-10)."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass

import pulumi

from components.aws.partitions import region_of
from infra.config import RegionStack
from infra.stacks.questions.asking import Ask


@dataclass(frozen=True, kw_only=True)
class Network:
    """A network that stands, with the route table of each of its private subnets, by zone."""

    vpc_id: str
    route_table_ids: Mapping[str, str]


async def peers_network(stack: RegionStack, ask: Ask) -> Network | None:
    """The peer's, by the names that its own stack gives it; a warning and None where there is none."""
    peer = stack.network.peer
    if peer is None:
        return None
    vpcs = (await ask("aws:ec2/getVpcs:getVpcs", tags={"Name": peer.cluster}, region=peer.region))["ids"]
    if not vpcs:
        pulumi.log.warn(
            f"the network of {peer.cluster} is not in {peer.region} yet, so that nothing is joined; "
            "deploy its stack, and this one once more"
        )
        return None
    zones = region_of(peer.region).zones
    asked = (
        ask(
            "aws:ec2/getRouteTables:getRouteTables",
            vpcId=vpcs[0],
            tags={"Name": f"{peer.cluster}-private-{zone}"},
            region=peer.region,
        )
        for zone in zones
    )
    found = zip(zones, await asyncio.gather(*asked), strict=True)
    return Network(vpc_id=vpcs[0], route_table_ids={zone: table for zone, each in found for table in each["ids"]})
