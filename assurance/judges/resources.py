"""What a stack consists of, read from the engine's state of it: `pulumi stack export`."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

UNKNOWN = "<not known>"
"""Stands for a secret, or for what only a deployment can know."""
_SIGNATURE = "4dabf18193072939515e22adb298388d"


class StateError(RuntimeError):
    """A file that is no state of a stack; says what makes one."""


@dataclass(frozen=True, kw_only=True)
class Resource:
    """One resource of a cloud or a cluster; names within it are the engine's (camelCase)."""

    urn: str
    type: str
    name: str
    inputs: Mapping[str, Any]
    outputs: Mapping[str, Any] = field(default_factory=dict)
    provider: Mapping[str, Any] = field(default_factory=dict)
    """The settings of the provider that has it, such as its region."""
    dependencies: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """Input -> the URNs of the resources that its value comes from."""

    @property
    def label(self) -> str:
        """How waivers and findings name it: `aws:s3/bucket:Bucket::audit-logs`."""
        return f"{self.type}::{self.name}"


def read(path: Path) -> list[Resource]:
    """The resources of a state, without components, providers and the stack itself; StateError if it is none."""
    try:
        listed = json.loads(path.read_text())["deployment"]["resources"]
        return list(_resources(listed))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise StateError(
            f"{path} is not the state of a stack ({error!r}); "
            f"`pulumi stack export --stack NAME --file {path}` writes it"
        ) from error


def _resources(listed: Sequence[Mapping[str, Any]]) -> Iterator[Resource]:
    settings = {each["urn"]: _plain(each.get("inputs") or {}) for each in listed}
    for each in listed:
        if each.get("custom") and not each["type"].startswith("pulumi:"):
            yield Resource(
                urn=each["urn"],
                type=each["type"],
                name=each["urn"].rpartition("::")[2],
                inputs=settings[each["urn"]],
                outputs=_plain({**(each.get("outputs") or {}), "id": each.get("id", UNKNOWN)}),
                provider=settings.get(each.get("provider", "").rpartition("::")[0], {}),
                dependencies=each.get("propertyDependencies") or {},
            )


def _plain(value: Any) -> Any:
    """The value without the engine's own keys; a secret stays out of whatever is written for a judge."""
    match value:
        case dict() if _SIGNATURE in value:
            return UNKNOWN
        case dict():
            return {key: _plain(inner) for key, inner in value.items() if key not in ("__defaults", "__internal")}
        case list():
            return [_plain(inner) for inner in value]
        case _:
            return value
