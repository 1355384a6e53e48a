"""A stack as CloudFormation templates, one for each region, which is what cfn-lint reads."""

import json
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import yaml

from assurance.judges.resources import Resource
from assurance.judges.schema import squeeze

_TABLE = yaml.safe_load(Path(__file__).with_name("cloudformation.yaml").read_text())
TYPES: Mapping[str, str] = _TABLE["types"]
ABSENT: Mapping[str, str] = _TABLE["absent"]
"""Type -> why CloudFormation has none that stands for it."""
ADDED: Mapping[str, Mapping[str, Any]] = _TABLE["added"]
"""Type -> what CloudFormation requires, and the provider adds by itself."""
PROPERTIES: Mapping[str, Mapping[str, str | None]] = _TABLE["properties"]
"""Type, or the path of an object within it -> property -> its name there, empty or null; see the table."""
PLACEMENT = ("region", "tagsAll")
"""Inputs that say where a resource is, or repeat what another says."""


class Registry:
    """CloudFormation's schemas of resource types, as cfn-lint brings them."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        known = json.loads((folder / "providers" / "us-east-1.json").read_text())
        self._names = {squeeze(name.replace("::", "")): name for name in known}
        self._files: Mapping[str, str] = known

    def type(self, squeezed: str) -> str | None:
        """The type whose name, without colons and capitals, is this."""
        return self._names.get(f"aws{squeezed}")

    def schema(self, type_: str) -> Mapping[str, Any]:
        """The schema of a type."""
        return json.loads((self._folder / "resources" / f"{self._files[type_]}.json").read_text())


class Templates:
    """The templates of a stack, and what of the stack has no place in them."""

    def __init__(self, resources: Iterable[Resource], registry: Registry) -> None:
        self._registry = registry
        self.unmapped: list[str] = []
        self.absent = 0
        """Resources of types that CloudFormation does not have."""
        self.documents: dict[str, dict[str, Any]] = {}
        """Region -> template."""
        self.labels: dict[tuple[str, str], str] = {}
        """Region and logical id -> resource."""
        self._schemas: dict[str, Mapping[str, Any]] = {}
        for each in resources:
            if each.type.startswith("aws:"):
                self._add(each)

    def _add(self, each: Resource) -> None:
        type_ = self._type(each)
        if type_ is None:
            return
        region = str(each.inputs.get("region") or each.provider.get("region"))
        template = self.documents.setdefault(region, {"AWSTemplateFormatVersion": "2010-09-09", "Resources": {}})
        logical = f"R{len(template['Resources'])}{re.sub(r'[^A-Za-z0-9]', '', each.name)}"
        self._schemas.setdefault(type_, self._registry.schema(type_))
        inputs = {key: value for key, value in each.inputs.items() if key not in PLACEMENT}
        properties = self._object(inputs, self._schemas[type_], type_, each.type)
        template["Resources"][logical] = {"Type": type_, "Properties": {**ADDED.get(each.type, {}), **properties}}
        self.labels[region, logical] = each.label

    def _type(self, each: Resource) -> str | None:
        if each.type in ABSENT:
            self.absent += 1
            return None
        module, name = squeeze(each.type.split(":")[1].split("/")[0]), squeeze(each.type.rpartition(":")[2])
        found = TYPES.get(each.type) or self._registry.type(("ec2" if module == "vpc" else module) + name)
        if not found:
            self.unmapped.append(each.type)
        return found

    def _object(self, value: Mapping[str, Any], schema: Mapping[str, Any], type_: str, path: str) -> dict[str, Any]:
        table = PROPERTIES.get(path, {})
        found: dict[str, Any] = {}
        for key, inner in value.items():
            if key in table and not table[key]:
                if table[key] == "":
                    beside = inner[0] if isinstance(inner, list) else inner
                    found |= self._object(beside, schema, type_, f"{path}.{key}")
                continue
            *outer, last = (table.get(key) or key).split(".")
            holder, place = found, schema
            for step in outer:
                holder, place = self._deeper(holder, step, place, type_)
            name = _named(place.get("properties", {}), last, type_)
            if name is None:
                self.unmapped.append(f"{path}.{key}")
            else:
                holder[name] = self._value(inner, place["properties"][name], type_, f"{path}.{key}")
        return found

    def _deeper(
        self, holder: dict[str, Any], step: str, place: Mapping[str, Any], type_: str
    ) -> tuple[dict[str, Any], Mapping[str, Any]]:
        """An object within an object, or the only one in a list there."""
        inner = self._resolved(place["properties"][step], type_)
        if "array" in _kinds(inner):
            return holder.setdefault(step, [{}])[0], self._resolved(inner["items"], type_)
        return holder.setdefault(step, {}), inner

    def _value(self, value: Any, schema: Mapping[str, Any], type_: str, path: str) -> Any:
        schema = self._resolved(schema, type_)
        kinds = _kinds(schema)
        if isinstance(value, str) and value.startswith("{") and "object" in kinds and "string" not in kinds:
            return json.loads(value)
        if "array" in kinds:
            return self._array(value, schema, type_, path)
        if isinstance(value, list) and "object" in kinds and all("value" in each for each in value):
            return {each["name"]: each["value"] for each in value}
        if isinstance(value, list) and len(value) == 1 and "object" in kinds:
            (value,) = value
        if isinstance(value, dict) and schema.get("properties"):
            return self._object(value, schema, type_, path)
        return _plain(value, kinds)

    def _array(self, value: Any, schema: Mapping[str, Any], type_: str, path: str) -> list[Any]:
        items = self._resolved(schema.get("items", {}), type_)
        names = set(items.get("properties", {}))
        key = next((each for each in ("Key", "Name") if names >= {each, "Value"}), None)
        if isinstance(value, dict) and key:
            return [{key: name, "Value": inner} for name, inner in value.items()]
        return [self._value(each, items, type_, path) for each in (value if isinstance(value, list) else [value])]

    def _resolved(self, schema: Mapping[str, Any], type_: str) -> Mapping[str, Any]:
        while "$ref" in schema:
            found: Any = self._schemas[type_]
            for step in schema["$ref"].removeprefix("#/").split("/"):
                found = found[step]
            schema = found
        return schema


def _named(properties: Iterable[str], key: str, type_: str) -> str | None:
    """The property of the same letters, but for a plural, the type before `name`, and `document` at the end."""
    known = {squeeze(name): name for name in properties}
    short = squeeze(key)
    spellings = [short, short.removesuffix("s"), f"{short}s", short.removesuffix("es"), f"{short}document"]
    if short == "name":
        spellings += [squeeze(part) + short for part in (type_.rpartition("::")[2], "group")]
    return next((known[name] for name in spellings if name in known), None)


def _kinds(schema: Mapping[str, Any]) -> list[str]:
    kind = schema.get("type", [])
    return kind if isinstance(kind, list) else [kind]


def _plain(value: Any, kinds: Iterable[str]) -> Any:
    """The provider spells some booleans and numbers as words."""
    if isinstance(value, str) and "string" not in kinds:
        if "boolean" in kinds and value in ("true", "false"):
            return value == "true"
        if "integer" in kinds and value.isdigit():
            return int(value)
    return value
