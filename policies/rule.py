"""A rule, and the view of a resource that it judges."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from policies.profiles import Profile

UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
"""What a preview holds in place of a value that only a deployment can know; to a rule it is a value that is set."""


@dataclass(frozen=True, kw_only=True)
class Resource:
    """What a program declares: names are the engine's (camelCase), secrets are unwrapped."""

    type: str
    name: str
    urn: str
    props: Mapping[str, Any]
    provider: Mapping[str, Any] = field(default_factory=dict)
    """The inputs of its provider."""
    protected: bool = False
    ignored: frozenset[str] = frozenset()
    """Inputs that count when it is made and never again."""
    property_dependencies: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """Input -> URNs of the resources that it comes from; known once the whole stack is seen."""

    @property
    def region(self) -> str:
        """Where it lives; empty for what has no region, or is no resource of AWS."""
        return str(self.props.get("region") or self.provider.get("region") or "") if self.of_aws else ""

    @property
    def of_aws(self) -> bool:
        return self.type.startswith("aws:")

    @property
    def label(self) -> str:
        """The end of its URN: its type below its parents' types, and its name; unique in the stack."""
        return self.urn.split("::", 2)[-1]


@dataclass(frozen=True, kw_only=True)
class Rule:
    """One idea. `judge` yields a sentence per breach: what is wrong, and the remedy."""

    name: str
    promise: str
    judge: Callable[[Resource, Profile], Iterator[str]]
    types: frozenset[str] | None = None
    """The types that it looks at, None for all."""
    advisory_outside_production: bool = False

    def breaches(self, resource: Resource, profile: Profile) -> list[str]:
        """What is wrong with a resource; nothing for one of a type that the rule is not about."""
        if self.types is not None and resource.type not in self.types:
            return []
        return list(self.judge(resource, profile))


@dataclass(frozen=True, kw_only=True)
class StackRule:
    """One idea about resources together. `judge` yields the resource at fault and a sentence."""

    name: str
    promise: str
    judge: Callable[[Sequence[Resource], Profile], Iterator[tuple[Resource, str]]]
    advisory_outside_production: bool = False


def block(props: Mapping[str, Any], path: str) -> Any:
    """The value at a dotted path, through blocks that are given as lists of one; None where there is none."""
    value: Any = props
    for part in path.split("."):
        if isinstance(value, list):
            value = value[0] if value else None
        if not isinstance(value, Mapping):
            return None
        value = value.get(part)
    return value


def blocks(props: Mapping[str, Any], key: str) -> list[Mapping[str, Any]]:
    """The groups of settings at a key, whether one or several are given."""
    value = props.get(key)
    found = value if isinstance(value, list) else [value]
    return [each for each in found if isinstance(each, Mapping)]


def texts(value: Any, at: str = "") -> Iterator[tuple[str, str]]:
    """Every known text within a value, with the path to it."""
    match value:
        case str() if UNKNOWN not in value:
            yield at, value
        case Mapping():
            for key, inner in value.items():
                yield from texts(inner, f"{at}.{key}" if at else str(key))
        case list():
            for position, inner in enumerate(value):
                yield from texts(inner, f"{at}[{position}]")
