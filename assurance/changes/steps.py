"""The steps of a preview, read from what the engine writes about it."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


class PreviewError(ValueError):
    """A file that is no preview of the engine's."""


@dataclass(frozen=True, kw_only=True)
class State:
    """A resource as the state has it, or as it will be."""

    inputs: Mapping[str, Any] = field(default_factory=dict)
    protect: bool = False
    retain: bool = False
    """Whether the cloud keeps it when the engine lets it go."""
    condemned: bool = False
    """Whether it is what an interrupted replacement has still to delete."""


@dataclass(frozen=True, kw_only=True)
class Step:
    """What the engine means to do with one resource, in its own words: same, update, replace, delete …"""

    op: str
    urn: str
    type: str
    old: State | None = None
    new: State | None = None
    because: tuple[str, ...] = ()
    """The inputs that call for a replacement."""

    @property
    def label(self) -> str:
        """The end of the URN: the type below its parents' types, and the name; unique in the stack."""
        return self.urn.split("::", 2)[-1]


def read(path: Path) -> list[Step]:
    """The steps in a file that `pulumi preview --json` or `--event-log` wrote; PreviewError if it is neither."""
    text = path.read_text()
    try:
        if text.lstrip().startswith('{"'):
            return list(of_events(json.loads(line) for line in text.splitlines() if line.strip()))
        return list(of_digest(json.JSONDecoder().raw_decode(text, text.index("{"))[0]))
    except (ValueError, KeyError, TypeError) as error:
        message = f"{path} is no preview ({error}); write it with `pulumi preview --json`"
        raise PreviewError(message) from None


def of_digest(digest: Mapping[str, Any]) -> Iterator[Step]:
    """The steps of `pulumi preview --json`."""
    for step in digest.get("steps") or ():
        yield _step(step, step.get("oldState"), step.get("newState"), step.get("replaceReasons"))


def of_events(events: Iterable[Mapping[str, Any]]) -> Iterator[Step]:
    """The steps of `pulumi preview --event-log`: a line each, among lines about other things."""
    for event in events:
        step = (event.get("resourcePreEvent") or {}).get("metadata")
        if step is not None:
            yield _step(step, step.get("old"), step.get("new"), step.get("keys"))


def _step(step: Mapping[str, Any], old: Any, new: Any, because: Any) -> Step:
    type_ = step.get("type") or (new or old)["type"]
    return Step(
        op=step["op"], urn=step["urn"], type=type_, old=_state(old), new=_state(new), because=tuple(because or ())
    )


def _state(state: Mapping[str, Any] | None) -> State | None:
    if state is None:
        return None
    return State(
        inputs=state.get("inputs") or {},
        protect=bool(state.get("protect")),
        retain=bool(state.get("retainOnDelete")),
        condemned=bool(state.get("delete")),
    )
