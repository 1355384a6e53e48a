"""What a stack is made of, by kind."""

import asyncio
from functools import partial

import pulumi
import pulumi_aws

from infra.config import RegionStack, StackConfig
from infra.stacks.provider import aws_provider

_HAND_OVER_SECONDS = 0.01


def deploy(stack: StackConfig) -> None:
    """Have the stack's resources declared by the program that the engine runs."""
    pulumi.run(partial(_deploy, stack))


async def _deploy(stack: StackConfig) -> None:
    """The engine starts the first provider while the rest, most of a second of the SDK, is imported."""
    provider = aws_provider(stack)
    await asyncio.sleep(_HAND_OVER_SECONDS)
    declare(stack, provider)


def declare(stack: StackConfig, provider: pulumi_aws.Provider) -> None:
    """Declare the stack's resources: one region, or what all regions share."""
    if isinstance(stack, RegionStack):
        from infra.stacks import region

        region.deploy(stack, provider)
    else:
        from infra.stacks import global_

        global_.deploy(stack, provider)
