"""cfn-lint on a stack: the limits that AWS sets to values, region by region."""

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from assurance.judges.cloudformation import Registry, Templates
from assurance.judges.findings import Finding, Hearing
from assurance.judges.program import JudgeError, run
from assurance.judges.resources import Resource

NAME = "cfn-lint"
SCHEMAS = "lib/python*/site-packages/cfnlint/data/schemas"
ENDS = (0, 2, 4, 6, 8, 10, 12, 14)
"""The exit statuses of a run that came to its end, by whether there are errors, warnings and remarks."""
SHAPE = ("E0", "E1", "E2", "E3001", "E3002", "E3003", "E3005", "E3012")
"""Rules of what a template looks like, by their beginning: a breach of one is our conversion's."""
WARNINGS = ("W369",)
"""Warnings that speak of values, here of database engines past their support; all others are advice on templates."""


def registry(python: Path) -> Registry:
    """The schemas that lie beside the judge."""
    (folder,) = python.parents[1].glob(SCHEMAS)
    return Registry(folder)


def hear(python: Path, known: Registry, stack: str, resources: Sequence[Resource], folder: Path) -> Hearing:
    """What cfn-lint finds; a property without a place in a template, and a template that is none, are holes."""
    templates = Templates(resources, known)
    findings, holes = [], [*templates.unmapped]
    for region, document in templates.documents.items():
        file = f"{region}.json"
        (folder / file).write_text(json.dumps(document))
        command = [python.with_name("cfn-lint"), "--regions", region, "--format", "json", "--", file]
        for each in _matches(run(command, folder, ENDS)):
            rule, label = each["Rule"]["Id"], _label(each, region, templates.labels)
            if rule.startswith(SHAPE):
                holes.append(f"{label}: {rule} {each['Message']}")
            elif rule.startswith(("E", *WARNINGS)):
                findings.append(Finding(judge=NAME, rule=rule, resource=label, message=each["Message"]))
    return Hearing(judge=NAME, stack=stack, judged=len(templates.labels), findings=sorted(findings), holes=holes)


def _matches(said: str) -> Iterator[Mapping[str, Any]]:
    try:
        yield from json.loads(said)
    except ValueError as error:
        raise JudgeError(f"cfn-lint printed no JSON: {said[:300]}") from error


def _label(match: Mapping[str, Any], region: str, labels: Mapping[tuple[str, str], str]) -> str:
    path = match["Location"].get("Path") or []
    return labels.get((region, str(path[1])), str(path[1])) if len(path) > 1 else region
