"""Where stack files come from: the engine's configuration, or a path; and what is said when there is none."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pulumi
import pytest
import yaml

from infra.config import ConfigurationError, RegionStack, check, load, read
from tests.infra.config.orders import DEV, TODAY, edited

KEY = "platform:stack"


@pytest.fixture
def engine(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Hand a program the configuration of a stack named dev, as the engine does."""

    def configure(value: str | None, secret: bool = False) -> None:
        monkeypatch.setattr(pulumi, "get_stack", lambda: "dev")
        pulumi.runtime.set_all_config({KEY: value} if value is not None else {}, [KEY] if secret else [])

    yield configure
    pulumi.runtime.set_all_config({})


@pytest.fixture(autouse=True)
def _today(monkeypatch: pytest.MonkeyPatch) -> None:
    """`load` asks the clock; versions leave support, and these tests are not about that."""
    monkeypatch.setattr("infra.config.kubernetes.STANDARD_SUPPORT_ENDS", {"1.35": TODAY.replace(year=9999)})


def refusal(path: Path) -> str:
    with pytest.raises(ConfigurationError) as refused:
        check(path, TODAY)
    return str(refused.value)


def refusal_of_load(root: Path) -> str:
    with pytest.raises(ConfigurationError) as refused:
        load(root)
    return str(refused.value)


def test_the_engine_hands_over_one_structured_key(engine: Any, tmp_path: Path) -> None:
    engine(json.dumps(DEV))
    stack = load(tmp_path)
    assert isinstance(stack, RegionStack)
    assert stack.name == "dev-platform"


@pytest.mark.req("PLT-05")
def test_load_checks_the_stack_against_the_files_beside_its_own(engine: Any, tmp_path: Path) -> None:
    text = yaml.safe_dump({"config": {KEY: dict(edited(DEV, {"account": "000000000102", "environment": "qa"}))}})
    (tmp_path / "Pulumi.dev.yaml").write_text(text)
    engine(json.dumps(DEV))
    assert load(tmp_path).name == "dev-platform"
    (tmp_path / "Pulumi.qa.yaml").write_text(text)
    assert refusal_of_load(tmp_path) == (
        "Pulumi.dev.yaml: 1 setting cannot stand\n"
        "  platform:stack.network.cidr = 10.16.0.0/16: overlaps 10.16.0.0/16 of Pulumi.qa.yaml; "
        "give each stack a /16 of its own"
    )


def test_the_engine_prints_a_refusal_without_a_traceback() -> None:
    assert issubclass(ConfigurationError, pulumi.RunError)


@pytest.mark.parametrize("value", [None, "", "hunter2", "{}", "[]", '"hunter2"'])
def test_a_stack_without_settings_is_told_where_they_belong(engine: Any, tmp_path: Path, value: str | None) -> None:
    engine(value)
    assert refusal_of_load(tmp_path) == (
        "Pulumi.dev.yaml: 1 setting cannot stand\n"
        "  platform:stack: is missing or no group of settings; write the stack's settings below it, indented"
    )


@pytest.mark.req("SEC-07")
def test_a_stack_file_with_an_encrypted_value_is_refused(engine: Any, tmp_path: Path) -> None:
    engine(json.dumps(edited(DEV, {"cost_center": "hunter2"})), secret=True)
    assert refusal_of_load(tmp_path) == (
        "Pulumi.dev.yaml: 1 setting cannot stand\n"
        "  platform:stack: holds an encrypted value, and no secret may pass through Pulumi; "
        "keep it in Secrets Manager and name it here"
    )


@pytest.mark.req("SEC-07")
def test_an_encrypted_value_on_disk_is_refused_without_showing_it(tmp_path: Path) -> None:
    path = tmp_path / "Pulumi.dev.yaml"
    path.write_text(yaml.safe_dump({"config": {KEY: edited(DEV, {"cost_center": {"secure": "v1:hunter2"}})}}))
    assert refusal(path) == (
        "Pulumi.dev.yaml: 1 setting cannot stand\n"
        "  platform:stack.cost_center: is no tag value that IAM and RDS take; "
        "use letters, digits, spaces and . : / = + @ - _, no comma"
    )


def test_a_file_that_does_not_exist_is_named(tmp_path: Path) -> None:
    assert refusal(tmp_path / "Pulumi.dev.yaml") == (
        "Pulumi.dev.yaml: 1 setting cannot stand\n"
        "  platform:stack: cannot be read (No such file or directory); create the file"
    )


@pytest.mark.parametrize(
    "text", ["", "config:\n", "config: {}\n", "config:\n  platform:stack:\n", "- config\n", "encryptionsalt: v1:x\n"]
)
def test_an_empty_file_is_told_where_settings_belong(tmp_path: Path, text: str) -> None:
    path = tmp_path / "Pulumi.dev.yaml"
    path.write_text(text)
    assert refusal(path) == (
        "Pulumi.dev.yaml: 1 setting cannot stand\n"
        "  platform:stack: is missing or no group of settings; write the stack's settings below it, indented"
    )


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        (
            "config:\n  platform:stack:\n    domain: a.io\n    domain: b.io\n",
            "is no YAML at line 4: domain is given twice; correct that line",
        ),
        (
            "config:\n\tplatform:stack: {}\n",
            "is no YAML at line 2: found character that cannot start any token; correct that line",
        ),
        ("config: \x00", "is no YAML: a character is unreadable; correct that line"),
    ],
)
def test_broken_yaml_is_refused_by_its_line(tmp_path: Path, text: str, rule: str) -> None:
    path = tmp_path / "Pulumi.dev.yaml"
    path.write_text(text)
    assert refusal(path) == f"Pulumi.dev.yaml: 1 setting cannot stand\n  platform:stack: {rule}"


def test_the_model_is_read_without_any_cloud_sdk() -> None:
    program = (
        "import sys, infra.config; print([m for m in sys.modules if m in ('pulumi_aws', 'pulumi_kubernetes', 'boto3')])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)  # noqa: S603 - our own interpreter
    assert done.stdout == "[]\n"


@pytest.mark.req("PLT-01")
def test_the_shipped_stack_files_stand() -> None:
    root = Path(__file__).parents[3]
    files = sorted(root.glob("Pulumi.*.yaml"))
    assert {"Pulumi.dev.yaml", "Pulumi.global.yaml"} <= {file.name for file in files}
    for file in files:
        assert check(file, TODAY) == read(file, TODAY)
