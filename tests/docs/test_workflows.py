"""What CI promises: previews of every stack, no write to any cloud, pinned actions, updates of every pin."""

import json
import os
import re
import subprocess
import tomllib
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import pytest
import yaml

from components.platform import catalogue
from components.platform.catalogue import HelmChart
from tests import records

PROJECT = Path(__file__).parents[2]
GITHUB = PROJECT / ".github"
FILES = [*sorted(GITHUB.glob("workflows/*.yml")), *sorted(GITHUB.glob("actions/*/action.yml"))]
WRITES = re.compile(
    r"\b(?:pulumi\s[^\n]*?(?<![\w-])(?:up|update|destroy|refresh|import|state|stack|cancel|config)"
    r"|make\s+(?:up|down|push|reset)|kubectl\s+(?:apply|create|delete|patch)|helm\s+(?:install|upgrade)"
    r"|aws\s+\S+\s+(?:create|put|delete|update)|docker\s+push)\b"
)


def workflow(name: str) -> dict[str, Any]:
    """A workflow; `on` is a truth value to YAML 1.1, so it is read as text."""
    return yaml.load((GITHUB / "workflows" / f"{name}.yml").read_text(), yaml.BaseLoader)  # noqa: S506 makes only texts


def commands(document: Any) -> list[str]:
    """Every shell command of a workflow or an action."""
    if isinstance(document, dict):
        own = [document["run"]] if isinstance(document.get("run"), str) else []
        return own + [found for value in document.values() for found in commands(value)]
    return [found for item in document for found in commands(item)] if isinstance(document, list) else []


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(GITHUB).as_posix())
def test_every_action_from_outside_is_pinned_by_its_commit_with_the_version_beside_it(path: Path):
    for line in re.findall(r"uses: (?!\./)(.*)", path.read_text()):
        assert re.fullmatch(r"[\w-]+/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+.*", line)


@pytest.mark.req("CI-01")
def test_a_pull_request_runs_the_unit_tests_and_previews_every_stack_on_base_and_head():
    jobs = workflow("pull-request")["jobs"]

    assert jobs["unit"] == {"uses": "./.github/workflows/unit.yml"}
    assert "make check unit COVERAGE=--cov" in commands(workflow("unit"))
    shown = commands(jobs["laptop"])
    assert ".ci/previews previews/head" in shown
    assert any('.ci/previews" "$GITHUB_WORKSPACE/previews/base"' in command for command in shown)


@pytest.mark.req("CI-02")
def test_lint_and_unit_tests_end_within_two_minutes_on_main_and_pull_requests_and_measure_coverage():
    (step,) = (step for step in workflow("unit")["jobs"]["unit"]["steps"] if "make" in step.get("run", ""))
    assert step == {"run": "make check unit COVERAGE=--cov", "timeout-minutes": "2"}
    assert all(workflow(each)["jobs"]["unit"]["uses"].endswith("unit.yml") for each in ("main", "pull-request"))
    assert set(workflow("main")["on"]["push"]["branches"]) >= {"main", "release/*"}
    assert "actions/cache" in (GITHUB / "actions/setup/action.yml").read_text()


@pytest.mark.req("CI-02")
def test_coverage_has_a_floor_and_measures_every_room():
    settings = tomllib.loads((PROJECT / "pyproject.toml").read_text())["tool"]["coverage"]
    rooms = {path.parent.name for path in PROJECT.glob("*/__init__.py")} - {"tests", "bench", "sandbox"}
    assert settings["report"]["fail_under"] == 80
    assert set(settings["run"]["source"]) == rooms
    assert (
        "$(COVERAGE)"
        in re.search(r"^unit:.*?\n\n", (PROJECT / "Makefile").read_text(), re.MULTILINE | re.DOTALL).group()
    )


@pytest.mark.req("CI-01")
def test_nothing_on_a_pull_request_writes_to_a_cloud():
    document = workflow("pull-request")
    setup = yaml.safe_load((GITHUB / "actions/setup/action.yml").read_text())
    previews = (PROJECT / ".ci/previews").read_text()

    shown = [*commands(document), *commands(workflow("unit")), *commands(setup), previews]

    assert not [command for command in shown if WRITES.search(command)]
    assert any(re.search(r"pulumi preview ", command) for command in shown), (
        "the account is previewed, where there is one"
    )


@pytest.mark.parametrize(
    "command", ["pulumi up --yes", "pulumi -C infra destroy", "make up STACK=dev", "helm install x"]
)
def test_the_search_for_writes_would_find_one(command: str):
    assert WRITES.search(command)


def test_a_token_that_can_write_is_in_no_job_that_runs_code_of_the_pull_request():
    jobs = workflow("pull-request")["jobs"]
    writing = {name for name, job in jobs.items() if "write" in {**job.get("permissions", {}), "id-token": ""}.values()}

    assert workflow("pull-request")["permissions"] == {"contents": "read"}
    assert writing == {"comment"}
    assert not [step for step in jobs["comment"]["steps"] if "checkout" in step.get("uses", "")]


def test_an_identity_in_the_account_is_asked_for_by_token_and_never_for_forks():
    account = workflow("pull-request")["jobs"]["account"]

    assert account["permissions"] == {"contents": "read", "id-token": "write"}
    assert "head.repo.full_name == github.repository" in account["if"]
    assert "secrets." not in (GITHUB / "workflows/pull-request.yml").read_text()


def test_pushes_to_main_and_releases_run_everything():
    main = workflow("main")

    assert main["on"] == {"push": {"branches": ["main", "release/*"]}}
    assert ".ci/run" in commands(main)
    assert "make test" in (PROJECT / ".ci/run").read_text()


def test_lint_and_unit_tests_have_two_minutes():
    assert [step["timeout-minutes"] for step in workflow("unit")["jobs"]["unit"]["steps"] if "run" in step] == ["2"]


@pytest.mark.req("CI-01")
def test_a_stack_whose_preview_fails_keeps_no_other_from_being_previewed(tmp_path: Path):
    for stack in ("dev", "global", "staging"):
        (tmp_path / f"Pulumi.{stack}.yaml").touch()
    python = tmp_path / ".venv/bin/python"
    python.parent.mkdir(parents=True)
    python.write_text('#!/bin/sh\necho "$@" >> asked\n[ "$4" != dev ]\n')
    python.chmod(0o755)

    done = subprocess.run([PROJECT / ".ci/previews", "out"], cwd=tmp_path, capture_output=True, env=os.environ)  # noqa: S603 a script of ours

    assert done.returncode == 1
    assert (tmp_path / "asked").read_text().splitlines() == [
        f"-m sandbox.difference record {stack} out/{stack}.json" for stack in ("dev", "global", "staging")
    ]


@pytest.mark.parametrize(("ended", "status"), [("12 passed in 3.00s", 0), ("1 failed, 2 passed in 3.00s", 2)])
def test_ci_ends_with_the_closing_lines_of_pytest_and_the_status_of_make(tmp_path: Path, ended: str, status: int):
    (tmp_path / ".ci").mkdir()
    script = tmp_path / ".ci/run"
    script.write_text((PROJECT / ".ci/run").read_text())
    script.chmod(0o755)
    make = tmp_path / "make"
    make.write_text(f'#!/bin/sh\necho "$@"; echo "5 passed in 1.00s"; echo building; echo "{ended}"; exit {status}\n')
    make.chmod(0o755)
    env = {**os.environ, "PATH": f"{tmp_path}{os.pathsep}{os.environ['PATH']}"}

    done = subprocess.run([script], capture_output=True, text=True, env=env)  # noqa: S603 a copy of our script

    assert done.returncode == status
    assert done.stdout.startswith("test\n")
    assert done.stdout.endswith(f"==> pytest, in order:\n5 passed in 1.00s\n{ended}\n")


def test_renovate_reads_every_chart_that_is_pinned():
    manager = json.loads((PROJECT / "renovate.json").read_text())["customManagers"][0]
    (pattern,) = (text.replace("(?<", "(?P<") for text in manager["matchStrings"])
    (file,) = manager["managerFilePatterns"]
    source = "components/platform/catalogue.py"

    read = {tuple(found.groups()) for found in re.finditer(pattern, (PROJECT / source).read_text())}

    assert re.search(file.strip("/"), source)
    pinned = [chart for chart in vars(catalogue).values() if isinstance(chart, HelmChart)]
    assert read == {(chart.name, chart.repository, chart.version) for chart in pinned}


def test_renovate_moves_the_charts_of_the_mesh_together():
    rules = json.loads((PROJECT / "renovate.json").read_text())["packageRules"]
    (istio,) = (rule["matchPackageNames"] for rule in rules if rule.get("groupName") == "istio")

    charts = [chart for chart in vars(catalogue).values() if isinstance(chart, HelmChart)]
    assert set(istio) == {chart.name for chart in charts if "istio" in chart.repository}


def deployment() -> dict[str, Any]:
    return workflow("deploy")["jobs"]


@pytest.mark.req("ENV-03", "ENV-05", "C-37")
def test_a_deployment_passes_the_gate_before_its_first_change_and_completes_after_the_last():
    steps = [step.get("run", "") for step in deployment()["deploy"]["steps"]]
    (gate,) = (number for number, run in enumerate(steps) if 'assurance.promotion enter "$STACK"' in run)
    (change,) = (number for number, run in enumerate(steps) if WRITES.search(run))

    assert gate < change
    assert all("continue-on-error" not in step for step in deployment()["deploy"]["steps"])
    assert deployment()["complete"]["needs"] == ["deploy", "smoke"]
    assert 'assurance.promotion complete "$STACK"' in commands(deployment()["complete"])[-1]


@pytest.mark.req("ENV-03")
def test_every_group_of_approvers_has_an_environment_of_its_own():
    jobs = deployment()

    assert jobs["approve"]["environment"] == "${{ inputs.stack }}-${{ matrix.group }}"
    assert jobs["approve"]["strategy"]["matrix"] == {"group": "${{ fromJSON(needs.plan.outputs.approvers) }}"}
    assert "approve" in jobs["deploy"]["needs"]


@pytest.mark.req("C-33")
def test_a_deployment_stops_before_data_is_destroyed():
    (run,) = (run for run in commands(deployment()["deploy"]) if "pulumi up" in run)
    before, _, after = run.partition('python -m assurance.changes "$STACK" preview.events')

    assert "pulumi preview" in before
    assert "pulumi up" in after


@pytest.mark.req("BDR-03")
@pytest.mark.parametrize(("alone", "reading"), [("false", 2), ("true", 0)])
def test_a_deployment_reads_what_stands_but_where_a_person_says_that_the_home_region_is_lost(
    tmp_path: Path, alone: str, reading: int
):
    (tmp_path / ".venv/bin").mkdir(parents=True)
    (tmp_path / ".venv/bin/activate").touch()
    for name in ("pulumi", "python"):
        (tmp_path / name).write_text('#!/bin/sh\necho "$@" >> asked\n')
        (tmp_path / name).chmod(0o755)
    env = {"PATH": f"{tmp_path}{os.pathsep}{os.environ['PATH']}", "ALONE": alone, "STACK": "dr"}
    for job in ("deploy", "smoke"):
        (run,) = (run for run in commands(deployment()[job]) if "pulumi preview" in run)
        subprocess.run(["bash", "-e", "-c", run], cwd=tmp_path, env=env, check=True)  # noqa: S603, S607 our own script

    asked = (tmp_path / "asked").read_text().splitlines()
    assert sum(line.startswith("refresh ") or "--refresh=true" in line for line in asked) == reading
    assert [line.partition(" --")[0] for line in asked if not line.startswith("refresh ")] == [
        *("preview", "-m assurance.changes dr preview.events", "up", "stack output", "preview")
    ]
    assert sum("--policy-pack policies" in line for line in asked) == 2
    assert workflow("deploy")["env"]["ALONE"] == "${{ inputs.alone || false }}"
    assert "alone" not in workflow("deploy")["on"]["workflow_call"]["inputs"]


@pytest.mark.req("ENV-01", "ENV-02", "ENV-06")
def test_a_push_deploys_what_is_shared_then_dev_then_staging_and_nothing_else_by_itself():
    jobs = {name: job for name, job in workflow("main")["jobs"].items() if "deploy.yml" in job.get("uses", "")}

    assert {name: (job["with"], job["needs"]) for name, job in jobs.items()} == {
        "global": ({"stack": "global"}, ["unit", "test"]),
        "dev": ({"stack": "dev"}, ["unit", "test", "global"]),
        "staging": ({"stack": "staging"}, "dev"),
    }
    automatic = {name for name in records.COMMITTED if records.order(name).promotion.automatic}
    assert jobs.keys() == automatic
    assert workflow("main")["jobs"]["test"]["name"] == "integration"
    assert workflow("unit")["jobs"]["unit"]["name"] == "unit"


@pytest.mark.parametrize("job", ["plan", "load", "approve", "deploy", "smoke", "complete", "evidence"])
def test_what_a_person_types_reaches_a_shell_as_a_variable_only(job: str):
    assert not [run for run in commands(deployment()[job]) if "${{" in run]


@pytest.mark.req("ENV-03")
@pytest.mark.parametrize("stack", [name for name in records.COMMITTED if records.order(name).promotion.approvers])
def test_whoever_approves_deployments_of_a_stack_owns_its_file(stack: str):
    """The last line that matches a file says who must agree to a change of it."""
    owners: list[str] = []
    for line in (GITHUB / "CODEOWNERS").read_text().splitlines():
        pattern, *named = line.partition("#")[0].split() or [""]
        if fnmatch(f"/Pulumi.{stack}.yaml", pattern):
            owners = named
    assert set(owners) >= {f"@example/{group}" for group in records.order(stack).promotion.approvers}
