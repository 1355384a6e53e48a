"""How slow and how faulty a revision under load may be: what the stack file says, else its mode, else everybody's."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal

from pydantic import Field

from infra.config.errors import Problem
from infra.config.section import Section

if TYPE_CHECKING:
    from infra.config.base import Stack

Mode = Literal["standard", "compliance"]


class ThresholdsConfig(Section):
    """Bounds on a test under load; one that is left out follows from the stack's mode (ENV-07)."""

    error_percent: float | None = Field(default=None, gt=0, le=100)
    """Failed requests of all; a revision with so many, or more, is refused."""
    slowdown_percent: float | None = Field(default=None, ge=0, le=100)
    """By how much the 95th percentile of latency may be above the baseline's."""


EVERYBODY: Mapping[str, float] = MappingProxyType({"error_percent": 1.0, "slowdown_percent": 10.0})
MODES: Mapping[Mode, Mapping[str, float]] = MappingProxyType({"standard": {}, "compliance": {"error_percent": 0.5}})
"""What a mode has of its own."""


def mode(stack: Stack) -> Mode:
    """A stack that answers to any framework is in compliance mode."""
    return "compliance" if stack.compliance else "standard"


def thresholds(stack: Stack) -> dict[str, float]:
    """The bounds that hold: the stack's own before its mode's, its mode's before everybody's."""
    return {**_given(stack), **_own(stack)}


def _given(stack: Stack) -> dict[str, float]:
    return {**EVERYBODY, **MODES[mode(stack)]}


def _own(stack: Stack) -> dict[str, float]:
    return stack.promotion.thresholds.model_dump(exclude_none=True)


def problems(stack: Stack) -> Iterator[Problem]:
    """In compliance mode a stack is free to be stricter only."""
    if mode(stack) != "compliance":
        return
    bounds = _given(stack)
    for name, own in _own(stack).items():
        if own > bounds[name]:
            rule = (
                f"is looser than the {bounds[name]:g} of every stack with a framework in compliance; give at most that"
            )
            yield Problem(("promotion", "thresholds", name), rule)
