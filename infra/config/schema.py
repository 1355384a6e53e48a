"""The JSON schema of a stack file, for editors: `python -m infra.config.schema` writes it."""

import ast
import inspect
import json
import textwrap
from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from infra.config.errors import KEY
from infra.config.section import Section
from infra.config.source import StackConfig

FILE = Path(__file__).with_name("stack.schema.json")

# What Pulumi itself keeps beside the configuration: where secrets are encrypted.
_ENGINE_KEYS = ("encryptedkey", "encryptionsalt", "secretsprovider")


def schema() -> dict[str, Any]:
    """The schema of a whole Pulumi.<stack>.yaml."""
    stack = TypeAdapter(StackConfig).json_schema(ref_template="#/$defs/{model}")
    definitions = _closed(_described(stack.pop("$defs")))
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A stack file of the platform",
        "type": "object",
        "additionalProperties": False,
        "required": ["config"],
        "properties": {
            "config": {
                "type": "object",
                "additionalProperties": False,
                "required": [KEY],
                "properties": {KEY: stack},
            },
            **{key: {"type": "string"} for key in _ENGINE_KEYS},
        },
        "$defs": definitions,
    }


def _described(definitions: dict[str, Any]) -> dict[str, Any]:
    """With what the sections' sources say below each setting."""
    for section in _sections(Section):
        whole = f"{section.__module__}.{section.__name__}".replace(".", "__")  # where two are called the same
        definition = definitions.get(whole) or definitions.get(section.__name__, {})
        for name, setting in definition.get("properties", {}).items():
            if said := next((found for base in section.__mro__ if (found := _said(base).get(name))), ""):
                setting.setdefault("description", said)
    return definitions


def _sections(section: type[Section]) -> Iterator[type[Section]]:
    for each in section.__subclasses__():
        yield each
        yield from _sections(each)


@cache
def _said(section: type) -> dict[str, str]:
    """The string below each setting that a class itself declares."""
    if not issubclass(section, Section):
        return {}
    (declared,) = ast.parse(textwrap.dedent(inspect.getsource(section))).body
    assert isinstance(declared, ast.ClassDef)  # noqa: S101
    return {
        setting.target.id: inspect.cleandoc(below.value.value)
        for setting, below in pairwise(declared.body)
        if isinstance(setting, ast.AnnAssign) and isinstance(setting.target, ast.Name)
        if isinstance(below, ast.Expr) and isinstance(below.value, ast.Constant) and isinstance(below.value.value, str)
    }


def _closed(node: Any) -> Any:
    """Pydantic lets keys pass that match no pattern; the model does not."""
    if isinstance(node, list):
        return [_closed(inner) for inner in node]
    if not isinstance(node, dict):
        return node
    closed = {key: _closed(inner) for key, inner in node.items()}
    return {"additionalProperties": False, **closed} if "patternProperties" in closed else closed


def text() -> str:
    """The schema as it is committed."""
    return json.dumps(schema(), indent=2, sort_keys=True) + "\n"


if __name__ == "__main__":
    FILE.write_text(text())
