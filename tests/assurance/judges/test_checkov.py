import json
from pathlib import Path

import pytest
import yaml

from assurance.judges import checkov, program
from assurance.judges.findings import Finding
from assurance.judges.program import JudgeError
from tests.assurance.judges.parts import Miniature, resource

SCHEMA = Miniature(kms_key={"description": ""})
NAMESPACE = resource("kubernetes:core/v1:Namespace", "apps", apiVersion="v1", kind="Namespace")
KEY = resource("aws:kms/key:Key", "key", description="a key")


def report(framework: str, count: int, *failed: tuple[str, str], errors: int = 0):
    summary = {"resource_count": count, "parsing_errors": errors}
    checks = [{"check_id": rule, "check_name": "Ensure it", "resource": address} for rule, address in failed]
    return {"check_type": framework, "summary": summary, "results": {"failed_checks": checks}}


@pytest.fixture
def hear(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    def hear(answer, *resources):
        monkeypatch.setattr(
            checkov, "run", lambda command, folder: answer if isinstance(answer, str) else json.dumps(answer)
        )
        return checkov.hear(Path("python"), SCHEMA, "dev", resources, tmp_path)

    return hear


def test_findings_bear_the_names_of_the_program(hear):
    heard = hear(
        [
            report("terraform_plan", 1, ("CKV_AWS_7", "aws_kms_key.key")),
            report("kubernetes", 1, ("CKV_K8S_21", "Namespace.default.apps")),
        ],
        KEY,
        NAMESPACE,
    )

    assert heard.findings == [
        Finding(judge="checkov", rule="CKV_AWS_7", resource=KEY.label, message="Ensure it"),
        Finding(judge="checkov", rule="CKV_K8S_21", resource=NAMESPACE.label, message="Ensure it"),
    ]
    assert (heard.judged, heard.holes) == (2, [])


def test_one_framework_alone_is_answered_without_a_list(hear):
    assert hear(report("terraform_plan", 1), KEY).holes == []


def test_what_is_not_counted_or_not_read_is_a_hole(hear):
    heard = hear(report("terraform_plan", 0, errors=1), KEY, NAMESPACE)

    assert heard.holes == [
        "terraform_plan: 1 resources were shown, 0 counted",
        "terraform_plan: 1 files could not be read",
        "kubernetes: 1 resources were shown, 0 counted",
    ]


def test_a_type_that_no_judge_can_be_shown_is_a_hole(hear):
    release = resource("kubernetes:helm.sh/v3:Release", chart="x")
    heard = hear(report("terraform_plan", 1), KEY, release, resource("azure-native:network:VirtualNetwork"))

    assert heard.holes == ["azure-native:network:VirtualNetwork"]


def test_objects_are_shown_as_manifests_and_a_patch_as_what_it_patches(hear, tmp_path: Path):
    patch = resource("kubernetes:core/v1:ServiceAccountPatch", "p", kind="ServiceAccountPatch", metadata={"name": "sa"})
    hear(report("kubernetes", 2), NAMESPACE, patch)

    assert list(yaml.safe_load_all((tmp_path / "manifests.yaml").read_text())) == [
        {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "apps"}},
        {"kind": "ServiceAccount", "metadata": {"name": "sa"}},
    ]


def test_an_answer_that_is_none_is_an_error(hear):
    with pytest.raises(JudgeError, match=r"^checkov printed no JSON: usage: checkov$"):
        hear("usage: checkov", KEY)


def test_a_judge_runs_without_the_users_environment_and_without_a_way_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("BC_API_KEY", "mine")

    said = program.run(["/usr/bin/env"], tmp_path)

    assert "BC_API_KEY" not in said
    assert f"HOME={tmp_path}" in said
    assert "HTTPS_PROXY=http://127.0.0.1:9" in said


def test_a_judge_that_fails_is_an_error_and_no_finding(tmp_path: Path):
    with pytest.raises(JudgeError, match=r"^sh -c echo no; exit 3 failed with status 3: no$"):
        program.run(["/bin/sh", "-c", "echo no; exit 3"], tmp_path)


def test_a_judge_that_hangs_is_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(program, "SECONDS", 0.1)

    with pytest.raises(JudgeError, match=r"^sleep 5 did not end within 0.1 s$"):
        program.run(["/bin/sleep", "5"], tmp_path)
