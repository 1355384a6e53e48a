"""Shaping what providers answer."""

from typing import TypeVar

import pulumi

T = TypeVar("T")


def unknown() -> pulumi.Output[str]:
    """What a preview does not know yet."""

    async def nothing() -> str:
        return ""

    async def known() -> bool:
        return False

    return pulumi.Output(set(), nothing(), known())


def required(value: pulumi.Output[T | None], what: str) -> pulumi.Output[T]:
    """The value that the cloud always gives for an object that exists; ValueError names what is missing."""

    def check(known: T | None) -> T:
        if known is None:
            raise ValueError(f"{what} is missing from the cloud's answer; refresh the stack")
        return known

    return value.apply(check)
