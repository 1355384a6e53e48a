"""Inputs whose change destroys nothing today and lets data be destroyed later."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from math import inf
from typing import Any

UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"  # what a preview holds for a value that only a deployment knows
_NO = (None, False, "false")


@dataclass(frozen=True)
class Weakening:
    """One input, by its dotted path through blocks, lists and JSON text, and which of its changes is one."""

    path: str
    worse: Callable[[list[Any], list[Any]], bool]

    def said(self, old: Mapping[str, Any], new: Mapping[str, Any]) -> str | None:
        """`path: before -> after` where it got weaker, else None."""
        before, after = list(_values(old, self.path.split("."))), list(_values(new, self.path.split(".")))
        if before == after or not self.worse(before, after):
            return None
        return f"{self.path}: {_shown(before)} -> {_shown(after)}"


def less(path: str, absent: float | None = 0) -> Weakening:
    """A number that fell, or one of several; `absent` is what counts where none is set, None for no end."""

    def numbers(values: list[Any]) -> list[float]:
        known = [float(value) for value in values if isinstance(value, int | float) or str(value).isdigit()]
        # Zero days of retention means that nothing expires, where nothing set means it too.
        endless = [inf if absent is None and not value else value for value in known]
        return sorted(endless) or [inf if absent is None else absent]

    def worse(before: list[Any], after: list[Any]) -> bool:
        if UNKNOWN in after:
            return True
        old, new = numbers(before), numbers(after)
        if absent is None and len(new) > len(old):
            old += [inf] * (len(new) - len(old))  # a further expiry is one where there was none
        return any(now < then for then, now in zip(old, new, strict=False)) or (
            absent is not None and len(new) < len(old)
        )

    return Weakening(path, worse)


def off(path: str, absent: bool = False) -> Weakening:
    """A switch that was on."""

    def stands(values: list[Any]) -> bool:
        return absent if not values or values == [None] else values[0] not in _NO

    return Weakening(path, lambda before, after: stands(before) and not stands(after))


def on(path: str) -> Weakening:
    """A switch that was off."""

    def stands(values: list[Any]) -> bool:
        return bool(values) and values[0] not in _NO

    return Weakening(path, lambda before, after: stands(after) and not stands(before))


def looser_lock(path: str, tight: str) -> Weakening:
    """A mode, or a state, that was the tight one."""
    return Weakening(path, lambda before, after: tight in before and tight not in after)


def fewer(path: str) -> Weakening:
    """Something that is named there no longer."""
    return Weakening(path, lambda before, after: bool({*map(str, before)} - {*map(str, after)}))


def _values(value: Any, path: list[str]) -> Iterator[Any]:
    """Every value at a path; a list stands for each of its entries."""
    if isinstance(value, str) and path and value[:1] in ("{", "["):
        value = json.loads(value)
    if isinstance(value, list):
        for each in value:
            yield from _values(each, path)
    elif not path:
        yield value
    elif isinstance(value, Mapping) and path[0] in value:
        yield from _values(value[path[0]], path[1:])
    elif value == UNKNOWN:
        yield UNKNOWN


def _shown(values: list[Any]) -> str:
    texts = ["known later" if value == UNKNOWN else json.dumps(value) for value in values]
    return ", ".join(texts) or "not set"
