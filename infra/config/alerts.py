"""Who hears of what fails or is found in an account (BDR-06, AUD-08)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING

from pydantic import Field

from infra.config.errors import Problem
from infra.config.section import Section, repeated
from infra.config.types import Email

if TYPE_CHECKING:
    from infra.config.base import Stack


class AlertsConfig(Section):
    """E-mail addresses, each of which confirms once; the other region of a pair tells the same people."""

    subscribers: tuple[Email, ...] = Field(min_length=1, max_length=10)

    def problems(self, today: date) -> Iterator[Problem]:
        """Everybody is told once."""
        yield from repeated(("subscribers",), self.subscribers)


def problems(stack: Stack) -> Iterator[Problem]:
    """What can fail unnoticed has somebody who is told."""
    if stack.watched and stack.alerts is None:
        rule = (
            f"is required beside {' and '.join(stack.watched)}, or nobody hears of what fails there; name subscribers"
        )
        yield Problem(("alerts",), rule)
