"""IAM policy documents, as the rules read them."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

Statement = Mapping[str, Any]


def statements(document: Any) -> Iterator[Statement]:
    """The statements of a document, given as text or as a mapping; none where it is not known yet."""
    if isinstance(document, str):
        try:
            document = json.loads(document)
        except ValueError:
            return
    if isinstance(document, Mapping):
        yield from (each for each in listed(document.get("Statement")) if isinstance(each, Mapping))


def listed(value: Any) -> list[Any]:
    """A value of IAM's, which may stand alone or in a list."""
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def allows_anybody(statement: Statement) -> bool:
    """Whether it lets every principal in, on no condition."""
    principal = statement.get("Principal")
    names = (
        [name for value in principal.values() for name in listed(value)]
        if isinstance(principal, Mapping)
        else [principal]
    )
    opened = "*" in names or "NotPrincipal" in statement
    return statement.get("Effect") == "Allow" and opened and not statement.get("Condition")


def shown(statement: Statement) -> str:
    """Its actions, shortly."""
    actions = [str(action) for action in listed(statement.get("Action") or statement.get("NotAction"))]
    return ", ".join(actions[:3]) + (" and more" if len(actions) > 3 else "")
