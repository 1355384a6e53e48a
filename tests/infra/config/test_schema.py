"""The schema that editors read says what the model says."""

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from infra.config import schema
from infra.config.types import RETENTIONS
from tests.infra.config.orders import DEV, GLOBAL, PRODUCTION, edited

ROOT = Path(__file__).parents[3]
STACK_FILES = sorted(ROOT.glob("Pulumi.*.yaml"))


@pytest.fixture(scope="module")
def validator() -> jsonschema.Draft202012Validator:
    """The committed schema."""
    return jsonschema.Draft202012Validator(json.loads(schema.FILE.read_text()))


def test_the_committed_schema_is_current() -> None:
    assert schema.FILE.read_text() == schema.text(), "run python -m infra.config.schema"


def test_the_schema_is_one() -> None:
    jsonschema.Draft202012Validator.check_schema(schema.schema())


@pytest.mark.parametrize("file", STACK_FILES, ids=lambda file: file.name)
def test_each_stack_file_names_the_schema_and_meets_it(file: Path, validator: Any) -> None:
    text = file.read_text()
    assert text.splitlines()[0] == "# yaml-language-server: $schema=infra/config/stack.schema.json"
    assert [error.message for error in validator.iter_errors(yaml.safe_load(text))] == []


@pytest.mark.parametrize("file", STACK_FILES, ids=lambda file: file.name)
def test_no_stack_file_ships_the_salt_of_somebodys_passphrase(file: Path) -> None:
    assert "encryptionsalt" not in yaml.safe_load(file.read_text())


@pytest.mark.parametrize("order", [DEV, GLOBAL, PRODUCTION], ids=["dev", "global", "production"])
def test_an_order_that_stands_meets_the_schema(order: dict[str, Any], validator: Any) -> None:
    assert list(validator.iter_errors({"config": {"platform:stack": order}})) == []


@pytest.mark.parametrize(
    "changes",
    [
        {"colour": "red"},
        {"network.colour": "red"},
        {"account": "123"},
        {"region": "us-east-9"},
        {"network.nat": "two"},
        {"network.flow_log_retention_days": RETENTIONS[0] + 1},
        {"cluster.version": 1.35},
        {"cluster.node_groups": {"Big": {}}},
    ],
    ids=str,
)
def test_an_editor_sees_a_wrong_shape_at_once(changes: dict[str, Any], validator: Any) -> None:
    order = edited(DEV, changes)
    assert not validator.is_valid({"config": {"platform:stack": order}})


def test_the_schema_allows_what_the_engine_adds_beside_the_configuration(validator: Any) -> None:
    file = {"config": {"platform:stack": DEV}, "encryptionsalt": "v1:salt", "secretsprovider": "awskms://alias/state"}
    assert validator.is_valid(file)
    assert not validator.is_valid(file | {"colour": "red"})
    assert not validator.is_valid({"config": {"platform:stack": DEV, "aws:region": "us-east-1"}})
