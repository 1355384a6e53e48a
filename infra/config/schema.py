"""The JSON schema of a stack file, for editors: `python -m infra.config.schema` writes it."""

import json
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from infra.config.errors import KEY
from infra.config.source import StackConfig

FILE = Path(__file__).with_name("stack.schema.json")

# What Pulumi itself keeps beside the configuration: where secrets are encrypted.
_ENGINE_KEYS = ("encryptedkey", "encryptionsalt", "secretsprovider")


def schema() -> dict[str, Any]:
    """The schema of a whole Pulumi.<stack>.yaml."""
    stack = TypeAdapter(StackConfig).json_schema(ref_template="#/$defs/{model}")
    definitions = _closed(stack.pop("$defs"))
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
