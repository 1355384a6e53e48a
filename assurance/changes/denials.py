"""What a policy denies: of all that it denies today, nothing may be open tomorrow."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from assurance.changes.weakening import UNKNOWN

Policy = Mapping[str, Any]


@dataclass(frozen=True)
class Denials:
    """An input that holds a policy, as JSON or as a mapping, whose statements of effect Deny must not lose anything."""

    path: str

    def said(self, old: Mapping[str, Any], new: Mapping[str, Any]) -> str | None:
        """Which actions are denied to fewer, on less or under more conditions than before, None if none is."""
        lost = dict.fromkeys(opened(_policy(old.get(self.path)), _policy(new.get(self.path))))
        if not lost:
            return None
        how = "is known later whether denied" if new.get(self.path) == UNKNOWN else "no longer denied"
        return f"{self.path}: {how} as before: {', '.join(lost)}"


def opened(before: Policy, after: Policy) -> Iterator[str]:
    """The actions of denials that no denial of `after` covers whole."""
    denials = list(_denials(after))
    for old in _denials(before):
        for action in _names(old, "Action"):
            if not any(_covers(new, old, action) for new in denials):
                yield action


def _covers(new: Policy, old: Policy, action: str) -> bool:
    """Whether the one denies the action wherever, to whomever and whenever the other does."""
    return (
        _holds(new, "Action", action)
        and all(_holds(new, "Resource", name) for name in _names(old, "Resource"))
        and all(_holds(new, "Principal", name) for name in _names(old, "Principal"))
        and _no_stricter(new.get("Condition") or {}, old.get("Condition") or {})
    )


def _holds(statement: Policy, part: str, name: str) -> bool:
    """Whether a pattern of the statement takes in the name, which may be a pattern: only * takes in a *."""
    case = re.IGNORECASE if part == "Action" else 0
    return any(
        re.fullmatch("".join({"*": ".*", "?": "[^*]"}.get(each, re.escape(each)) for each in pattern), name, case)
        for pattern in _names(statement, part)
    )


def _names(statement: Policy, part: str) -> list[str]:
    """What the statement names there. What it names all but is one name, held by the same one and by everything."""
    if f"Not{part}" in statement:
        return [f"all but {', '.join(sorted(_flat(statement[f'Not{part}'])))}"]
    named = statement.get(part, "*")
    return _flat({"AWS": "*"} if part == "Principal" and named == "*" else named)


def _flat(named: Any) -> list[str]:
    if isinstance(named, Mapping):
        return [f"{kind} {name}" for kind, names in named.items() for name in _flat(names)]
    return [*named] if isinstance(named, list) else [named]


def _no_stricter(new: Policy, old: Policy) -> bool:
    """Whether each test of the new condition is one of the old, with as many ways to pass it."""
    for operator, keys in new.items():
        for key, values in keys.items():
            now, was = set(_flat(values)), set(_flat(old.get(operator, {}).get(key, [])))
            if not was or not (now <= was if "Not" in operator else now >= was):
                return False
    return True


def _denials(policy: Policy) -> Iterator[Policy]:
    statements = policy.get("Statement") or ()
    for statement in [statements] if isinstance(statements, Mapping) else statements:
        if statement.get("Effect") == "Deny":
            yield statement


def _policy(value: Any) -> Policy:
    """What a policy says; one that is not known yet says nothing."""
    found = json.loads(value) if isinstance(value, str) and value not in ("", UNKNOWN) else value
    return found if isinstance(found, Mapping) else {}
