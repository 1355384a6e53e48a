"""What the rules must know of the stack: where it may be, how strict they are, and whom they spare."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from infra.config.policies import Exemption

TAGS = ("Environment", "Application", "ManagedBy", "Compliance", "CostCenter")  # PLT-04
_CLOSED = ("eu-", "us-gov-")


@dataclass(frozen=True, kw_only=True)
class Profile:
    """The strictest, unless a stack says otherwise."""

    region: str = ""
    """The stack's own, empty where no stack file says so."""
    regions: frozenset[str] = frozenset()
    """Every region that the stack file names."""
    production: bool = True
    compliance: frozenset[str] = frozenset()
    advisory: frozenset[str] = frozenset()
    exemptions: "tuple[Exemption, ...]" = ()
    today: date = date.max

    @property
    def boundary(self) -> str:
        """What regions begin with that its data may be in; empty where nothing binds it."""
        return next((prefix for prefix in _CLOSED if self.region.startswith(prefix)), "")


def of(config: Mapping[str, str]) -> Profile:
    """The profile of a stack, from the configuration that the engine hands to policy packs.

    A stack file that cannot stand gets the strictest: its program will say what is wrong with it.
    """
    from infra.config.errors import ConfigurationError
    from infra.config.source import parse

    today = datetime.now(UTC).date()
    try:
        stack = parse(json.loads(config.get("platform:stack", "null")), "the stack file")
    except (ConfigurationError, ValueError):
        return Profile(today=today)
    return Profile(
        region=stack.region,
        regions=frozenset(_regions(stack.model_dump())),
        production=stack.production,
        compliance=frozenset(stack.compliance),
        advisory=frozenset(stack.policies.advisory),
        exemptions=stack.policies.exemptions,
        today=today,
    )


def _regions(value: Any) -> Iterator[str]:
    from components.aws.partitions import REGIONS

    match value:
        case Mapping():
            for inner in value.values():
                yield from _regions(inner)
        case list() | tuple():
            for inner in value:
                yield from _regions(inner)
        case str() if value in REGIONS:
            yield value
