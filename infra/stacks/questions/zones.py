"""What only the account can tell of its zones."""

from collections.abc import Iterator

import pulumi

from components.aws.partitions import region_of
from infra.config import ConfigurationError, RegionStack
from infra.config.errors import Problem
from infra.stacks.questions.asking import Ask


async def refuse_unfit(stack: RegionStack, ask: Ask) -> None:
    """A zone's letter means another building in each account, and EKS makes no control plane in some buildings."""
    if not region_of(stack.region).without_eks:
        return
    known = await ask("aws:index/getAvailabilityZones:getAvailabilityZones", region=stack.region)
    buildings = dict(zip(known["names"], known["zoneIds"], strict=True))
    if found := list(problems(stack, buildings)):
        data = stack.model_dump(mode="json")
        raise ConfigurationError(f"Pulumi.{pulumi.get_stack()}.yaml", found, data)


def problems(stack: RegionStack, buildings: dict[str, str]) -> Iterator[Problem]:
    """`buildings` are the ids of the account's zones by name, such as use1-az3."""
    refused = region_of(stack.region).without_eks
    fit = sorted(zone for zone, building in buildings.items() if building not in refused)
    for position, zone in enumerate(stack.network.zones):
        if buildings.get(zone) in refused:
            rule = f"is {buildings[zone]} in account {stack.account}, where EKS makes no control plane; choose from "
            yield Problem(("network", "zones", position), rule + ", ".join(fit))
