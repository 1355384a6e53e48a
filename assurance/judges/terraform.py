"""A stack as the plan of a Terraform configuration, which is what checkov reads."""

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

from assurance.judges.resources import Resource
from assurance.judges.schema import ANY, Argument, Arguments, Schema, squeeze

_TABLE = yaml.safe_load(Path(__file__).with_name("terraform.yaml").read_text())
TYPES: Mapping[str, str] = _TABLE["types"]
ARGUMENTS: Mapping[str, Mapping[str, str]] = _TABLE["arguments"]
_PLURALS = (("ies", "y"), ("es", ""), ("s", ""))


class Plan:
    """The plan of a stack, and what of the stack has no place in it."""

    def __init__(self, resources: Iterable[Resource], schema: Schema) -> None:
        self._schema = schema
        self.unmapped: list[str] = []
        """Types and properties that Terraform does not have under any name that is known here."""
        self._typed = [
            (each, type_) for each in resources if each.type.startswith("aws:") and (type_ := self._type(each))
        ]
        self._addresses = dict(_addresses(self._typed))
        self._outputs = {each.urn: each for each, _ in self._typed}
        self._values = {each.urn: self._valued(each, type_) for each, type_ in self._typed}

    @property
    def resources(self) -> Mapping[str, Resource]:
        """Address in the plan -> resource."""
        return {self._addresses[each.urn]: each for each, _ in self._typed}

    def document(self) -> dict[str, Any]:
        """As `terraform show -json` prints a plan; a value that comes from another resource is a reference to it."""
        planned, configured, changes = [], [], []
        for each, type_ in self._typed:
            address = self._addresses[each.urn]
            named = {"address": address, "mode": "managed", "type": type_, "name": address.partition(".")[2]}
            values = self._values[each.urn]
            planned.append({**named, "provider_name": "aws", "values": values})
            configured.append({**named, "provider_config_key": "aws", "expressions": self._expressions(each, type_)})
            changes.append({**named, "change": {"actions": ["create"], "before": None, "after": values}})
        return {
            "format_version": "1.2",
            "terraform_version": "1.9.0",
            "planned_values": {"root_module": {"resources": planned}},
            "resource_changes": changes,
            "configuration": {"root_module": {"resources": configured}},
        }

    def _type(self, each: Resource) -> str | None:
        """By module and name, and in EC2, whose types bear no prefix, by name; else by the table."""
        module, name = squeeze(each.type.split(":")[1].split("/")[0]), squeeze(each.type.rpartition(":")[2])
        found = TYPES.get(each.type) or self._schema.type(module + name)
        if not found and module == "ec2":
            found = self._schema.type(name)
        if not found:
            self.unmapped.append(each.type)
        return found

    def _valued(self, each: Resource, type_: str) -> dict[str, Any]:
        values = {}
        for key, value in each.inputs.items():
            argument = _argument(self._schema.arguments(type_), key, ARGUMENTS.get(each.type, {}))
            if argument is None:
                self.unmapped.append(f"{each.type} {key}")
            else:
                linked = self._linked(value, self._names(each.dependencies.get(key, ())))
                values[argument.name] = self._value(linked, argument, type_, f"{each.type} {key}")
        return values

    def _value(self, value: Any, argument: Argument, type_: str, path: str) -> Any:
        if argument.block == ANY:
            return [_by_letters(each) for each in _list(value)]
        if argument.block:
            inner = self._schema.arguments(type_, argument.block)
            blocks = [self._block(block, inner, type_, path) for block in _list(value)]
            return blocks if argument.listed or isinstance(value, list) else blocks[0]
        return _list(value) if argument.listed else value

    def _block(self, value: Mapping[str, Any], arguments: Arguments, type_: str, path: str) -> dict[str, Any]:
        values = {}
        for key, inner in value.items():
            argument = _argument(arguments, key, ARGUMENTS.get(path, {}))
            if argument is None:
                self.unmapped.append(f"{path}.{key}")
            else:
                values[argument.name] = self._value(inner, argument, type_, f"{path}.{key}")
        return values

    def _names(self, urns: Iterable[str]) -> dict[str, str]:
        """Value -> the reference to the output that it is; ids and ARNs before what may have another origin."""
        found: dict[str, str] = {}
        for urn in urns:
            if source := self._outputs.get(urn):
                order = sorted(source.outputs, key=lambda key: (key != "id", key != "arn", key))
                texts = {key: source.outputs[key] for key in order if isinstance(source.outputs[key], str)}
                for key, text in texts.items():
                    found.setdefault(text, f"{self._addresses[urn]}.{snake(key)}")
        return found

    def _linked(self, value: Any, names: Mapping[str, str]) -> Any:
        match value:
            case dict():
                return {key: self._linked(inner, names) for key, inner in value.items()}
            case list():
                return [self._linked(inner, names) for inner in value]
            case str() if value:
                return names.get(value, value)
            case _:
                return value

    def _expressions(self, each: Resource, type_: str) -> dict[str, Any]:
        found = {}
        for key, urns in each.dependencies.items():
            argument = _argument(self._schema.arguments(type_), key, ARGUMENTS.get(each.type, {}))
            addresses = sorted(self._addresses[urn] for urn in urns if urn in self._addresses)
            if argument and addresses:
                found[argument.name] = {"references": [name for at in addresses for name in (f"{at}.id", at)]}
        return found


def _argument(arguments: Arguments, key: str, table: Mapping[str, str]) -> Argument | None:
    """The argument behind a property: of the same letters, or in the singular, or as the table says."""
    short = squeeze(table.get(key, key))
    singular = (short.removesuffix(end) + other for end, other in _PLURALS if short.endswith(end))
    return next((arguments[name] for name in (short, *singular) if name in arguments), None)


def _addresses(typed: Iterable[tuple[Resource, str]]) -> Iterator[tuple[str, str]]:
    """URN -> address; resources of the same type and name, below different parents, are counted."""
    taken: set[str] = set()
    for each, type_ in typed:
        base = address = f"{type_}.{re.sub(r'[^a-zA-Z0-9]', '_', each.name)}"
        number = 1
        while address in taken:
            number += 1
            address = f"{base}_{number}"
        taken.add(address)
        yield each.urn, address


def _by_letters(value: Mapping[str, Any]) -> dict[str, Any]:
    """A block that no schema describes: all that is deeper is a block too, and every name follows from its letters."""
    found = {}
    for key, inner in value.items():
        deeper = isinstance(inner, dict) or (isinstance(inner, list) and any(isinstance(each, dict) for each in inner))
        found[snake(key)] = [_by_letters(each) for each in _list(inner)] if deeper else inner
    return found


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def snake(name: str) -> str:
    """`vpcSecurityGroupIds` -> `vpc_security_group_ids`."""
    return re.sub(r"(?<=[a-z0-9])([A-Z])", r"_\1", name).lower()
