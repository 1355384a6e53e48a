"""What the workflow of a deployment says to the commands that judge a load and record evidence is what they take."""

import json
import os
import re
import shlex
import subprocess
from pathlib import Path
from typing import Any

import pytest

from assurance.evidence import __main__ as evidence
from assurance.evidence.record import Category
from assurance.promotion import __main__ as promotion
from tests import records
from tests.docs.test_workflows import commands, deployment, workflow
from tests.infra.config.orders import TODAY

PARSERS = {"assurance.promotion": promotion._parser, "assurance.evidence": evidence._parser}
BUCKET, ROLE = "production-platform-000000000103-evidence", "arn:aws:iam::000000000100:role/signer"
KEY = "arn:aws:kms:us-east-1:000000000100:key/0a"
GIVEN = {
    "STACK": "prod",
    "GITHUB_SHA": "0123456789abcdef",
    "GITHUB_SERVER_URL": "https://code.example.com",
    "GITHUB_REPOSITORY": "example/platform",
    "GITHUB_RUN_ID": "77",
    "GITHUB_RUN_ATTEMPT": "2",
    "ACTIONS_ID_TOKEN_REQUEST_TOKEN": "t",
    "ACTIONS_ID_TOKEN_REQUEST_URL": "https://token.example.com?a=b",
    "BUCKET": BUCKET,
    "CHANGE_TICKET": "CHG0000042",
    "JOBS": json.dumps({"load": {"result": "success", "outputs": {}}, "complete": {"result": "failure"}}),
    "KEY": KEY,
    "SIGNER": ROLE,
}


def step(job: str, name: str) -> dict[str, Any]:
    """The one step of a job that has this name."""
    (found,) = (each for each in deployment()[job]["steps"] if each.get("name") == name)
    return found


def ran(folder: Path, script: str, status: int = 0) -> list[list[str]]:
    """What a step's script asks Python for, which answers with a status; the token comes from no network."""
    for path, text in (
        (
            ".venv/bin/python",
            f'python3 -c "import json, sys; print(json.dumps(sys.argv[1:]))" "$@" >> asked; exit {status}',
        ),
        ("bin/curl", 'echo "$@" > address; echo "{\\"value\\": \\"token-of-the-run\\"}"'),
    ):
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(f"#!/bin/sh\n{text}\n")
        (folder / path).chmod(0o755)
    env = {"PATH": f"{folder}/bin:{os.environ['PATH']}", **GIVEN}
    done = subprocess.run(["bash", "-e", "-c", script], cwd=folder, env=env, capture_output=True, text=True)  # noqa: S603, S607 the runner's own shell
    assert done.returncode == status, done.stderr
    asked = folder / "asked"
    return [json.loads(line)[1:] for line in asked.read_text().splitlines()] if asked.exists() else []


def put(folder: Path, *names: str) -> None:
    """Files of an artifact."""
    for name in names:
        (folder / "k6").mkdir(exist_ok=True)
        (folder / "k6" / name).write_text("{}")


@pytest.mark.req("CMP-11", "ENV-07")
@pytest.mark.parametrize("name", ["deploy", "main", "pull-request"])
def test_every_command_of_a_workflow_is_one_that_its_program_takes(name: str):
    for run in commands(workflow(name)):
        for module, words in re.findall(r"python -m (assurance\.(?:promotion|evidence)) ([^\n>|]*)", run):
            known = words.replace('"${words[@]}"', "--first").replace('"$@"', "--category Tests --type a --event b c")
            assert PARSERS[module]().parse_args(shlex.split(known)).command


@pytest.mark.req("CMP-11", "ENV-03")
def test_what_the_plan_says_is_what_the_command_prints_and_what_other_jobs_ask_it_for(monkeypatch, capsys):
    monkeypatch.setattr("infra.config.kubernetes.STANDARD_SUPPORT_ENDS", {"1.35": TODAY.replace(year=9999)})
    monkeypatch.setattr("sys.argv", ["promotion", "plan", "prod"])
    promotion.main()
    printed, jobs = json.loads(capsys.readouterr().out), deployment()
    run = "\n".join(commands(jobs["plan"]))
    said = dict(re.findall(r"echo \"(\w+)=\$\(jq -\w '?\.(\w+)", run))
    assert said == {name: name for name in jobs["plan"]["outputs"]}
    assert said.keys() <= printed.keys()
    asked = re.findall(r"needs\.plan\.outputs\.(\w+)", json.dumps(jobs))
    assert set(asked) == said.keys()


@pytest.mark.req("CMP-11")
@pytest.mark.parametrize("stack", records.COMMITTED)
def test_the_bucket_of_evidence_is_the_one_that_the_stack_makes(stack: str):
    made = [each for each in records.of_stack(stack).records if each.token == "aws:s3/bucket:Bucket"]
    found = [each.inputs["bucket"] for each in made if each.name == "audit-evidence"]
    assert records.order(stack).evidence_bucket == (found[0] if found else None)


@pytest.mark.req("ENV-07")
@pytest.mark.parametrize("beside", ["baseline.json", "first"])
def test_a_summary_of_k6_is_judged_before_anything_is_deployed(tmp_path: Path, beside: str):
    judge = step("load", "Judge the revision under load, where somebody has put it there")
    assert ran(tmp_path, judge["run"]) == []
    put(tmp_path, "summary.json", beside)
    (asked,) = ran(tmp_path, judge["run"])
    words = promotion._parser().parse_args(asked[1:])
    assert (asked[0], words.command, words.stack) == ("assurance.promotion", "load", "prod")
    assert (str(words.summary), words.first) == ("k6/summary.json", beside == "first")
    assert words.baseline == (Path("k6/baseline.json") if beside == "baseline.json" else None)
    (tmp_path / "k6/baseline.json").unlink(missing_ok=True)
    ran(tmp_path, judge["run"], status=1)
    assert "load" in deployment()["deploy"]["needs"]
    assert "needs.load.result == 'success'" in deployment()["deploy"]["if"]


@pytest.mark.req("CMP-11")
@pytest.mark.parametrize("loaded", [False, True])
def test_how_a_deployment_ended_is_recorded_with_what_it_was_and_signed_by_another_role(tmp_path: Path, loaded: bool):
    if loaded:
        put(tmp_path, "summary.json")
    record = step("evidence", "Record how it ended")
    asked = [evidence._parser().parse_args(words[1:]) for words in ran(tmp_path, record["run"])]
    assert [(words.category, words.type, words.event, str(words.proof)) for words in asked] == [
        *(
            [(Category.LOAD_TESTS, "k6-summary", "0123456789abcdef under load, for prod: success", "k6/summary.json")]
            * loaded
        ),
        (Category.COMPLIANCE, "deployment", "0123456789abcdef to prod: failure", "deployment.json"),
    ]
    assert {(words.command, words.bucket, words.key, words.key_profile) for words in asked} == {
        ("store", BUCKET, KEY, "signer")
    }
    assert json.loads((tmp_path / "deployment.json").read_text()) == {
        "stack": "prod",
        "revision": "0123456789abcdef",
        "ticket": "CHG0000042",
        "run": "https://code.example.com/example/platform/actions/runs/77",
        "attempt": "2",
        "alone": False,
        "put_under_load": loaded,
        "jobs": {"load": "success", "complete": "failure"},
    }
    assert (tmp_path / "signer").read_text() == (
        f"[profile signer]\nrole_arn = {ROLE}\nweb_identity_token_file = {tmp_path}/token\n"
    )
    assert (tmp_path / "token").read_text() == "token-of-the-run\n"
    assert "https://token.example.com?a=b&audience=sts.amazonaws.com" in (tmp_path / "address").read_text()


@pytest.mark.req("CMP-11")
def test_who_signs_trusts_the_environment_of_the_job_for_every_stack_that_keeps_evidence():
    keepers = {name for name in records.COMMITTED if records.order(name).evidence_bucket}
    role = records.of_stack("global").one("aws:iam/role:Role", "evidence-signer")
    (statement,) = json.loads(role.inputs["assumeRolePolicy"])["Statement"]
    subjects = statement["Condition"]["StringEquals"]["token.actions.githubusercontent.com:sub"]
    assert deployment()["evidence"]["environment"] == "${{ inputs.stack }}"
    assert sorted(subjects) == [f"repo:example/platform:environment:{name}" for name in sorted(keepers)]


@pytest.mark.req("CMP-11")
def test_evidence_is_recorded_however_a_deployment_ends_and_of_every_job_of_it():
    job = deployment()["evidence"]
    assert set(job["needs"]) == deployment().keys() - {"evidence"}
    assert job["if"].startswith("${{ always() && ")
    assert job["permissions"]["id-token"] == "write"
    assert step("evidence", "Record how it ended")["env"].keys() == GIVEN.keys() & {
        "BUCKET", "CHANGE_TICKET", "JOBS", "KEY", "SIGNER"
    }  # fmt: skip
