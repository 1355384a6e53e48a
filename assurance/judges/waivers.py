"""Findings that somebody answers for, and the rules that count for less: both tables are data, with reasons."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import yaml
from pydantic import Field, TypeAdapter, ValidationError

from assurance.judges.findings import Finding
from infra.config.errors import Problem
from infra.config.policies import LONGEST_EXEMPTION, Reason
from infra.config.section import Section
from infra.config.types import TagValue

FILE = Path(__file__).with_name("waivers.yaml")
LOW_FILE = Path(__file__).with_name("low.yaml")


class WaiverError(ValueError):
    """A table that cannot stand; says which entry, what is wrong with it and what helps."""


class Waiver(Section):
    """One rule that the named resources may break, until a day."""

    rule: str = Field(min_length=1)
    resources: tuple[str, ...] = Field(min_length=1)
    """Labels as findings print them; `*` stands for any text, such as the zone at the end of a name."""
    stacks: tuple[str, ...] = ()
    """Where they may; empty is wherever they stand."""
    owner: TagValue
    reason: Reason
    expires: date
    """The last day on which it counts."""

    def problems(self, today: date) -> Iterator[Problem]:
        """For a year at most, and for no whole type."""
        if self.expires > today + LONGEST_EXEMPTION:
            yield Problem(("expires",), "lies more than a year ahead; give an earlier day, and renew it then")
        for number, label in enumerate(self.resources):
            if not label.partition("::")[2].strip("*"):
                yield Problem(("resources", number), f"{label} is every resource of a type; name those that are meant")

    def covers(self, stack: str, finding: Finding) -> bool:
        """Whether it speaks of this finding, expired or not."""
        return self.rule == finding.rule and self.names(stack, finding.resource)

    def names(self, stack: str, label: str) -> bool:
        """Whether it speaks of a resource of a stack."""
        return stack in (self.stacks or (stack,)) and any(fnmatchcase(label, each) for each in self.resources)


class Low(Section):
    """A rule whose findings are counted, and stop nothing."""

    rule: str = Field(min_length=1)
    reason: Reason


def read(path: Path = FILE, today: date | None = None) -> tuple[Waiver, ...]:
    """The waivers of a file; WaiverError names every entry that cannot stand."""
    return _read(TypeAdapter(tuple[Waiver, ...]), path, today)


def low(path: Path = LOW_FILE) -> tuple[Low, ...]:
    """The rules that count for less; every other rule counts as high."""
    return _read(TypeAdapter(tuple[Low, ...]), path, None)


def _read(adapter: TypeAdapter[Any], path: Path, today: date | None) -> Any:
    entries = yaml.safe_load(path.read_text()) or []
    try:
        return adapter.validate_python(entries, context={"today": today})
    except ValidationError as error:
        said = [f"  entry {_place(each['loc'])}: {each['msg']}" for each in error.errors(include_url=False)]
        raise WaiverError("\n".join([f"{path.name} cannot stand", *said])) from error


def _place(at: Sequence[int | str]) -> str:
    number, *rest = at
    return ".".join([str(int(number) + 1), *map(str, rest)])


def number(waivers: Iterable[Waiver], stack: str, labels: Iterable[str]) -> int:
    """How many waivers speak of any resource of a stack."""
    known = list(labels)
    return sum(any(waiver.names(stack, label) for label in known) for waiver in waivers)
