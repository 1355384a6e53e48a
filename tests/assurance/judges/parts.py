"""Terraform's schema in miniature, and resources to convert with it."""

from collections.abc import Mapping
from typing import Any

from assurance.judges.resources import Resource
from assurance.judges.schema import ANY, Argument, Arguments, squeeze


class Miniature:
    """Types by name, each with its arguments: a name, or a name and the arguments of its block."""

    def __init__(self, **types: Mapping[str, Any]) -> None:
        self._types = types

    def type(self, squeezed: str) -> str | None:
        return next((f"aws_{name}" for name in self._types if squeeze(name) == squeezed), None)

    def arguments(self, type_: str, block: str = "") -> Arguments:
        inner: Any = self._types[type_.removeprefix("aws_")]
        for step in filter(None, block.split("/")):
            inner = inner[step]
        return {squeeze(name): _argument(name, each, block) for name, each in inner.items()}


def _argument(name: str, told: Any, block: str) -> Argument:
    if isinstance(told, dict):
        return Argument(name=name, block=f"{block}/{name}", listed=True)
    if told == "any":
        return Argument(name=name, block=ANY, listed=True)
    return Argument(name=name, listed=told == "list")


def resource(type_: str, name: str = "it", **inputs: Any) -> Resource:
    return Resource(urn=f"urn::{type_}::{name}", type=type_, name=name, inputs=inputs, outputs={"id": f"{name}-id"})
