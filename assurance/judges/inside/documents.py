"""Rules on policy documents, as policy-sentry's list of IAM actions tells them; runs in the judges' own environment.

`python documents.py FILE`: FILE lists documents, each with its resource and kind; the answer lists findings for each.
"""

import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from cloudsplaining.scan.policy_document import PolicyDocument  # pyrefly: ignore  # in the judges' environment only
from policy_sentry.querying.all import get_all_actions  # pyrefly: ignore  # in the judges' environment only

_ACTIONS: frozenset[str] = frozenset(get_all_actions(lowercase=True))
_EXPOSING = {
    "privilege-escalation": "lets its holder become more than it is: {}",
    "resource-exposure": "changes permissions on everything: {}",
    "data-exfiltration": "reads data of everything: {}",
    "credentials-exposure": "hands out credentials of everything: {}",
    "service-wildcard": "allows all of a service: {}",
}


def findings(entry: dict[str, Any]) -> Iterator[dict[str, str]]:
    """What is wrong with one document."""
    document, kind = entry["document"], entry["kind"]
    for rule, names in _broken(document, kind):
        text = _EXPOSING.get(rule, "{}")
        shown = ", ".join(sorted(names)[:6]) + (f" and {len(names) - 6} more" if len(names) > 6 else "")
        yield {"rule": rule, "resource": entry["resource"], "message": text.format(shown)}


def _broken(document: dict[str, Any], kind: str) -> Iterator[tuple[str, Sequence[str]]]:
    if unknown := sorted(_unknown(document)):
        yield "unknown-action", [f"IAM knows no {action}" for action in unknown]
    if kind == "identity":
        judged = PolicyDocument(document)
        escalations = [name for each in judged.allows_privilege_escalation for name in each["actions"]]
        exposed = (
            escalations,
            judged.permissions_management_without_constraints,
            judged.allows_data_exfiltration_actions,
            judged.credentials_exposure,
            judged.service_wildcard,
        )
        yield from ((rule, list(names)) for rule, names in zip(_EXPOSING, exposed, strict=True) if names)
    elif anyone := [each for each in _statements(document) if _open(each)]:
        yield "open-to-anyone", [f"lets anyone in: {' '.join(_list(each.get('Action')))}" for each in anyone]


def _unknown(document: dict[str, Any]) -> Iterator[str]:
    """Actions, or patterns of them, that match none of IAM's: whoever wrote them meant something else."""
    for statement in _statements(document):
        for action in [*_list(statement.get("Action")), *_list(statement.get("NotAction"))]:
            lower = action.lower()
            known = lower in _ACTIONS or (("*" in lower or "?" in lower) and _matches(lower))
            if not known:
                yield action


def _matches(pattern: str) -> bool:
    return any(fnmatchcase(action, pattern) for action in _ACTIONS)


def _open(statement: dict[str, Any]) -> bool:
    principal = statement.get("Principal")
    everyone = principal == "*" or (isinstance(principal, dict) and "*" in _list(principal.get("AWS")))
    return statement.get("Effect") == "Allow" and everyone and not statement.get("Condition")


def _statements(document: dict[str, Any]) -> Iterable[dict[str, Any]]:
    return _list(document.get("Statement"))


def _list(value: Any) -> list[Any]:
    return [] if value is None else value if isinstance(value, list) else [value]


if __name__ == "__main__":
    print(json.dumps([list(findings(entry)) for entry in json.loads(Path(sys.argv[1]).read_text())]))
