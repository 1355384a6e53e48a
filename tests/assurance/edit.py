"""Edits of stack files that would destroy data, now or later, each with a harmless near twin.

They are made to the committed files, and so tried on what production really orders. An edit of a section that a file
does not have yet waits until it does.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Settings = Mapping[str, Any]
GUARD = ("guard", "")
"""Refused by the model of stack files already, before anything is previewed."""


@dataclass(frozen=True)
class Edit:
    """Settings that destroy, how that is found (change, part of the resource's label), and settings that do not."""

    what: str
    settings: Settings
    found: tuple[str, str]
    twin: Settings
    alone: bool = False
    """Whether so much follows from it that what follows from others could not be told apart."""

    def waits(self, file: Mapping[str, Any]) -> bool:
        """Whether the file lacks what is edited."""
        return not all(_has(file, path) for path in (*self.settings, *self.twin) if path.partition(".")[0] == "data")


def packed(edits: Sequence[tuple[Settings, bool]]) -> Iterator[list[Settings]]:
    """Groups of edits that touch different settings, so that one preview tells of all in a group."""
    groups: list[list[Settings]] = []
    for settings, alone in edits:
        if alone:
            yield [settings]
        elif room := next((group for group in groups if not any(_clash(settings, other) for other in group)), None):
            room.append(settings)
        else:
            groups.append([settings])
    yield from groups


def _clash(one: Settings, other: Settings) -> bool:
    return any(f"{a}.".startswith(f"{b}.") or f"{b}.".startswith(f"{a}.") for a in one for b in other)


def _has(file: Mapping[str, Any], path: str) -> bool:
    section, store, *_ = (*path.split("."), "")
    return section in file and (not store or store in file[section])
