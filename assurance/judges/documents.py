"""Every policy document of a stack, wherever it stands, and what policy-sentry's rules say of it."""

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from assurance.judges.findings import Finding, Hearing
from assurance.judges.program import JudgeError, run
from assurance.judges.resources import UNKNOWN, Resource

NAME = "policy-sentry"
PROGRAM = Path(__file__).parent / "inside" / "documents.py"
NO_DOCUMENTS = ("aws:ecr/lifecyclePolicy:",)
"""Types that call something else a policy."""
IDENTITIES = ("aws:iam/",)
"""The modules whose documents say what somebody may do; those of others say who may come in."""
DOCUMENTS = ("policy", "assumeRolePolicy", "policyDocument", "inlinePolicy")
"""Inputs that are a document if they are text: one that does not parse is a hole, not something else."""


def collect(resources: Sequence[Resource]) -> tuple[list[dict[str, Any]], list[str]]:
    """The documents, each with its resource and kind, and what should be one and cannot be read."""
    found, holes = [], []
    for each in resources:
        if each.type.startswith("aws:") and not each.type.startswith(NO_DOCUMENTS):
            for key, value in each.inputs.items():
                for path, document in _documents(value, key):
                    found.append({"resource": each.label, "kind": _kind(each.type, path), "document": document})
                if key in DOCUMENTS and isinstance(value, str) and _parsed(value) is None and not _arn(value):
                    holes.append(f"{each.label} {key} is no document{' that is known' if value == UNKNOWN else ''}")
    return found, holes


def _kind(type_: str, path: str) -> str:
    if "assumeRolePolicy" in path:
        return "trust"
    return "identity" if type_.startswith(IDENTITIES) else "resource"


def _documents(value: Any, path: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    match value:
        case {"Statement": _}:
            yield path, value
        case dict():
            for key, inner in value.items():
                yield from _documents(inner, f"{path}.{key}")
        case list():
            for inner in value:
                yield from _documents(inner, path)
        case str() if (parsed := _parsed(value)) is not None:
            yield path, parsed


def _parsed(text: str) -> dict[str, Any] | None:
    if not text.lstrip().startswith("{"):
        return None
    try:
        found = json.loads(text)
    except ValueError:
        return None
    return found if isinstance(found, dict) and "Statement" in found else None


def _arn(text: str) -> bool:
    return text.startswith("arn:")


def hear(python: Path, stack: str, resources: Sequence[Resource], folder: Path) -> Hearing:
    """What the rules find in the documents of a stack."""
    documents, holes = collect(resources)
    (folder / "documents.json").write_text(json.dumps(documents))
    said = run([python, PROGRAM, "documents.json"], folder, accepted=(0,))
    try:
        answers = json.loads(said)
    except ValueError as error:
        raise JudgeError(f"policy-sentry printed no JSON: {said[:300]}") from error
    findings = [Finding(judge=NAME, **finding) for answer in answers for finding in answer]
    return Hearing(judge=NAME, stack=stack, judged=len(answers), findings=sorted(findings), holes=holes)
