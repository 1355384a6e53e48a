"""Inputs whose change destroys nothing today and lets data be destroyed later."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from math import inf
from typing import Any

from assurance.recovery.schedules import ScheduleError, longest_gap_minutes, parse

UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"  # what a preview holds for a value that only a deployment knows

Values = Mapping[tuple[str, ...], Any]
"""The entries of lists on the way, by name -> what stands at the end."""

_NAMES = ("ruleName", "id", "rulePriority", "destinationVaultArn", "Sid")
_NO = (None, False, "false")


@dataclass(frozen=True)
class Weakening:
    """One input, by its dotted path through blocks, lists and JSON text, and which of its changes is one."""

    path: str
    worse: Callable[[Values, Values], bool]

    def said(self, old: Mapping[str, Any], new: Mapping[str, Any]) -> str | None:
        """`path: before -> after` where it got weaker, else None."""
        before, after = dict(_values(old, self.path.split("."))), dict(_values(new, self.path.split(".")))
        if before == after or not self.worse(before, after):
            return None
        return f"{self.path}: {_shown(before)} -> {_shown(after)}"


def less(path: str, absent: float | None = 0, added: bool = True) -> Weakening:
    """A number that fell. `absent` is what counts where none is set, None for no end; an entry of a list that is new
    lowers an endless number to its own, unless `added` is false.
    """

    def number(value: Any) -> float:
        if value is None:
            return inf if absent is None else absent
        # Zero days of retention mean that nothing expires, where nothing set means it too.
        return inf if absent is None and not float(value) else float(value)

    def worse(before: Values, after: Values) -> bool:
        if UNKNOWN in after.values():
            return True
        entries = before.keys() | after.keys() if added else before.keys() & after.keys()
        return any(number(after.get(entry)) < number(before.get(entry)) for entry in entries)

    return Weakening(path, worse)


def off(path: str, absent: bool = False) -> Weakening:
    """A switch that was on."""

    def stands(values: Values) -> bool:
        value = next(iter(values.values()), None)
        return absent if value is None else value not in _NO

    return Weakening(path, lambda before, after: stands(before) and not stands(after))


def on(path: str) -> Weakening:
    """A switch that was off."""

    def stands(values: Values) -> bool:
        return next(iter(values.values()), None) not in _NO

    return Weakening(path, lambda before, after: stands(after) and not stands(before))


def looser_lock(path: str, tight: str) -> Weakening:
    """A mode, or a state, that was the tight one."""
    return Weakening(path, lambda before, after: tight in before.values() and tight not in after.values())


def fewer(path: str) -> Weakening:
    """Something that is named there no longer."""

    def named(values: Values) -> set[tuple[str, ...]]:
        return {entry for entry, value in values.items() if value is not None}

    return Weakening(path, lambda before, after: not named(before) <= named(after))


def rarer(path: str) -> Weakening:
    """A schedule with a longer time between two of its runs, or one of which nobody can tell."""

    def longer(was: Any, now: Any) -> bool:
        try:
            return longest_gap_minutes(parse(now)) > longest_gap_minutes(parse(was))
        except (ScheduleError, TypeError):
            return bool(was != now)

    return Weakening(
        path, lambda before, after: any(longer(before[entry], after[entry]) for entry in before.keys() & after.keys())
    )


def irrevocable(path: str) -> Weakening:
    """A version of another major, which nothing takes back, or one that is older or that nobody can tell."""

    def read(values: Values) -> tuple[int, ...] | None:
        try:
            return tuple(int(number) for number in str(next(iter(values.values()))).split("."))
        except (StopIteration, ValueError):
            return None

    def worse(before: Values, after: Values) -> bool:
        was, now = read(before), read(after)
        return was is None or now is None or was[0] != now[0] or now < was

    return Weakening(path, worse)


def _values(value: Any, path: list[str], entry: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Every value at a path; a list stands for each of its entries, by their names where they have some."""
    if isinstance(value, str) and path and value[:1] in ("{", "["):
        value = json.loads(value)
    if isinstance(value, list):
        for position, each in enumerate(value):
            named = (each[name] for name in _NAMES if name in each) if isinstance(each, Mapping) else ()
            yield from _values(each, path, (*entry, str(next(iter(named), position))))
    elif not path or value == UNKNOWN:
        yield entry, value
    elif isinstance(value, Mapping) and path[0] in value:
        yield from _values(value[path[0]], path[1:], entry)
    elif entry:
        yield entry, None


def _shown(values: Values) -> str:
    texts = ["known later" if value == UNKNOWN else json.dumps(value) for value in values.values() if value is not None]
    return ", ".join(texts) or "not set"
