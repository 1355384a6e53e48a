"""Whom the rules spare, and which destruction of data is meant: each with an owner, a reason and an end."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Annotated, Literal

from infra.config.errors import Problem
from infra.config.section import Section, repeated
from infra.config.types import DnsLabel, Shape, TagValue

LONGEST_EXEMPTION = timedelta(days=366)
LONGEST_APPROVAL = timedelta(days=30)

ResourceLabel = Annotated[
    str,
    Shape(
        r"[^\s:]+:[^\s]+::[^\s]+",
        "is no resource; copy what the refusal prints: its type, below its parents' types, then :: and its name",
    ),
]
Reason = Annotated[
    str,
    Shape(r"(?=.{10,300}$)\S.*\S", "says too little or too much; write in 10 to 300 characters why this is right"),
]


class _Granted(Section):
    """What somebody answers for, until a day; afterwards it counts for nothing and can be removed."""

    resource: ResourceLabel
    owner: TagValue
    reason: Reason
    expires: date
    """The last day on which it counts."""


class Exemption(_Granted):
    """One resource that one rule of the policy pack spares."""

    rule: DnsLabel

    def problems(self, today: date) -> Iterator[Problem]:
        """For a year at most."""
        if self.expires > today + LONGEST_EXEMPTION:
            yield Problem(("expires",), "lies more than a year ahead; give an earlier day, and renew it then")


class Approval(_Granted):
    """One change to one resource that may destroy data."""

    change: Literal["delete", "replace", "weaken"]

    def problems(self, today: date) -> Iterator[Problem]:
        """For a month at most: long enough to do it, too short to be forgotten."""
        if self.expires > today + LONGEST_APPROVAL:
            yield Problem(("expires",), "lies more than 30 days ahead; give an earlier day, and renew it then")


class PoliciesConfig(Section):
    """How strict the policy pack is with this stack."""

    advisory: tuple[DnsLabel, ...] = ()
    """Rules that warn and do not stop."""
    exemptions: tuple[Exemption, ...] = ()

    def problems(self, today: date) -> Iterator[Problem]:
        """Each rule, and each resource under it, is named once."""
        yield from repeated(("advisory",), self.advisory)
        yield from repeated(("exemptions",), [f"{each.rule} of {each.resource}" for each in self.exemptions])
