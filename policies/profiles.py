"""What the rules must know of the stack: where it may be, how strict they are, and whom they spare."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

TAGS = ("Environment", "Application", "ManagedBy", "Compliance", "CostCenter")  # PLT-04
REGION = r"(?:us|eu|ap|sa|ca|me|af|il|mx|cn)(?:-gov|-iso[a-z]?)?-[a-z]+-\d"
_CLOSED = ("eu-", "us-gov-")


@dataclass(frozen=True, kw_only=True)
class Exemption:
    """One resource that one rule spares, up to and including a day."""

    rule: str
    resource: str
    owner: str
    reason: str
    expires: date


@dataclass(frozen=True, kw_only=True)
class Profile:
    """The strictest, unless a stack says otherwise."""

    account: str = ""
    """The stack's own, empty where no stack file says so."""
    region: str = ""
    """The stack's own, empty where no stack file says so."""
    regions: frozenset[str] = frozenset()
    """Every region that the stack file names."""
    production: bool = True
    advisory: frozenset[str] = frozenset()
    exemptions: tuple[Exemption, ...] = ()
    today: date = date.max

    @property
    def boundary(self) -> str:
        """What regions begin with that its data may be in; empty where nothing binds it."""
        return next((prefix for prefix in _CLOSED if self.region.startswith(prefix)), "")


def of(config: Mapping[str, str]) -> Profile:
    """The profile of a stack, from the configuration that the engine hands to policy packs.

    It is read as it stands: the program checks it against its model before it declares anything, and importing that
    model would cost every preview a third of a second.
    """
    today = datetime.now(UTC).date()
    try:
        stack = json.loads(config.get("platform:stack", "{}"))
        policies = stack.get("policies") or {}
        return Profile(
            account=str(stack.get("account", "")),
            region=stack.get("region", ""),
            regions=frozenset(_regions(stack)),
            production=stack.get("production", True),
            advisory=frozenset(policies.get("advisory") or ()),
            exemptions=tuple(_exemption(each) for each in policies.get("exemptions") or ()),
            today=today,
        )
    except (AttributeError, KeyError, TypeError, ValueError):
        return Profile(today=today)  # the program will say what is wrong with it


def _exemption(given: Mapping[str, str]) -> Exemption:
    expires = date.fromisoformat(given["expires"][:10])
    return Exemption(**{key: given[key] for key in ("rule", "resource", "owner", "reason")}, expires=expires)


def _regions(value: Any) -> Iterator[str]:
    match value:
        case Mapping():
            for inner in value.values():
                yield from _regions(inner)
        case list():
            for inner in value:
                yield from _regions(inner)
        case str() if re.fullmatch(REGION, value):
            yield value
