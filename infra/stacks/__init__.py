"""What a stack is made of, by kind."""

import asyncio
from functools import partial
from importlib import import_module

import pulumi

from infra.config import RegionStack, StackConfig
from infra.stacks import questions
from infra.stacks.provider import aws_provider


def deploy(stack: StackConfig) -> None:
    """Have the stack's resources declared by the program that the engine runs."""
    pulumi.run(partial(declare, stack))


async def declare(stack: StackConfig) -> None:
    """Declare the stack's resources: one region, or what all regions share.

    The rest, most of a second of the SDK, is imported while the engine starts the first provider and the cloud answers.
    """
    provider = aws_provider(stack)
    if isinstance(stack, RegionStack):
        asked = questions.answers(stack, provider)
        found, region = await asyncio.gather(asked, asyncio.to_thread(import_module, "infra.stacks.region"))
        region.deploy(stack, provider, found)
    else:
        shared = await asyncio.to_thread(import_module, "infra.stacks.global_")
        shared.deploy(stack, provider)
