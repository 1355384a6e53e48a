"""checkov on a stack: its AWS resources as a Terraform plan, its objects of the cluster as manifests."""

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from assurance.judges.findings import Finding, Hearing
from assurance.judges.manifests import NO_OBJECTS, manifests
from assurance.judges.program import JudgeError, run
from assurance.judges.resources import Resource
from assurance.judges.schema import Schema
from assurance.judges.terraform import Plan

NAME = "checkov"


def hear(python: Path, schema: Schema, stack: str, resources: Sequence[Resource], folder: Path) -> Hearing:
    """What checkov finds; a resource that it was not shown, or does not count, is a hole."""
    plan, objects = Plan(resources, schema), manifests(resources)
    labels = {address: each.label for address, each in plan.resources.items()}
    labels |= {name: each.label for name, (each, _) in objects.items()}
    (folder / "plan.json").write_text(json.dumps(plan.document(), indent=1))
    (folder / "manifests.yaml").write_text(yaml.safe_dump_all(shown for _, shown in objects.values()))
    shown = {"terraform_plan": "plan.json"} if plan.resources else {}
    shown |= {"kubernetes": "manifests.yaml"} if objects else {}
    files = [word for file in shown.values() for word in ("-f", file)]
    command = [python, "-m", "checkov.main", *files, "--framework", *shown, "--skip-download", "--quiet"]
    reports = _reports(run([*command, "-o", "json"], folder)) if shown else {}
    expected = {"terraform_plan": len(plan.resources), "kubernetes": len(objects)}
    return Hearing(
        judge=NAME,
        stack=stack,
        judged=sum(report["summary"]["resource_count"] for report in reports.values()),
        findings=sorted(finding for report in reports.values() for finding in _findings(report, labels)),
        holes=[*_strangers(resources), *plan.unmapped, *_uncounted(reports, {each: expected[each] for each in shown})],
    )


def _reports(said: str) -> dict[str, dict[str, Any]]:
    try:
        found = json.loads(said)
    except ValueError as error:
        raise JudgeError(f"checkov printed no JSON: {said[:300]}") from error
    return {each["check_type"]: each for each in (found if isinstance(found, list) else [found])}


def _findings(report: Mapping[str, Any], labels: Mapping[str, str]) -> Iterator[Finding]:
    for each in report["results"]["failed_checks"]:
        yield Finding(
            judge=NAME,
            rule=each["check_id"],
            resource=labels.get(each["resource"], each["resource"]),
            message=each["check_name"],
        )


def _strangers(resources: Sequence[Resource]) -> list[str]:
    """Types that neither a plan nor a manifest can show."""
    known = ("aws:", "kubernetes:")
    return [each.type for each in resources if not each.type.startswith(known) and each.type not in NO_OBJECTS]


def _uncounted(reports: Mapping[str, Mapping[str, Any]], expected: Mapping[str, int]) -> Iterator[str]:
    for framework, number in expected.items():
        summary = reports[framework]["summary"] if framework in reports else {"resource_count": 0, "parsing_errors": 0}
        if summary["resource_count"] != number:
            yield f"{framework}: {number} resources were shown, {summary['resource_count']} counted"
        if summary["parsing_errors"]:
            yield f"{framework}: {summary['parsing_errors']} files could not be read"
