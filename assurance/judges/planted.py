"""Resources that are planted among a run's stacks: each judge must find the bad ones, and keep the sound ones.

They go the way of every other resource, so that a property which is lost or misnamed on it shows here.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from assurance.judges.resources import Resource

FILE = Path(__file__).with_name("planted.yaml")
STACK = "planted"


@dataclass(frozen=True, kw_only=True)
class Plant:
    """One resource, and what its judge must say of it."""

    judge: str
    resource: Resource
    breaks: Sequence[str] = ()
    spares: Sequence[str] = ()


def read(path: Path = FILE) -> list[Plant]:
    """The plants of a file. `from` names, for an input, the plant whose id is its value."""
    entries = yaml.safe_load(path.read_text())
    types = {each["name"]: each["type"] for each in entries}
    return [
        Plant(
            judge=each.get("judge", "checkov"),
            resource=_resource(each, types),
            breaks=each.get("breaks", ()),
            spares=each.get("spares", ()),
        )
        for each in entries
    ]


def of(plants: Sequence[Plant], judge: str) -> list[Resource]:
    """What was planted for a judge."""
    return [each.resource for each in plants if each.judge == judge]


def _resource(entry: dict[str, Any], types: dict[str, str]) -> Resource:
    sources = entry.get("from", {})
    return Resource(
        urn=_urn(entry["type"], entry["name"]),
        type=entry["type"],
        name=entry["name"],
        inputs={**entry.get("inputs", {}), **{key: f"{name}-id" for key, name in sources.items()}},
        outputs={"id": f"{entry['name']}-id"},
        provider={"region": "us-east-1"},
        dependencies={key: [_urn(types[name], name)] for key, name in sources.items()},
    )


def _urn(type_: str, name: str) -> str:
    return f"urn:pulumi:{STACK}::platform::{type_}::{name}"
