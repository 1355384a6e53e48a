"""Values as the vendor's provider spells them, and as the API does: botocore's model of a service tells which is which.

Names differ in case alone (`kmsKeyArn`, `KMSKeyArn`); blocks that the vendor keeps in a list are single structures,
single blocks are lists, booleans are words, and tags are mappings. What differs otherwise is named by a row.
"""

import json
import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sandbox.providers.protocol import Props, ProviderError

Shape = Any  # botocore's, whose types do not tell a structure from a list
_HEAD = re.compile(r"^(?:[A-Z]+(?=[A-Z][a-z])|[A-Z]+(?![a-z])|[A-Z])")
_PAIRS = ({"key", "value"}, {"tagkey", "tagvalue"})


def camel(name: str) -> str:
    """The vendor's spelling of an API name: `DBClusters` is dbClusters, `ARN` is arn."""
    return _HEAD.sub(lambda head: head[0].lower(), name)


def member(shape: Shape, name: str) -> str:
    """The structure's member of this name, whatever its case and number; empty when there is none."""
    known, wanted = {each.lower(): each for each in shape.members}, name.lower()
    return next((known[each] for each in (wanted, f"{wanted}s", wanted.removesuffix("s")) if each in known), "")


def place(shape: Shape, name: str, within: str = "") -> tuple[str, str]:
    """Where a call takes a value: the structure it lies in, if any, and its name; two empty names when nowhere."""
    outer, _, api = name.rpartition(".")
    if shape is None:
        return "", ""
    if not outer and (own := member(shape, api)):
        return "", own
    inner = outer or within
    own = member(shape.members[inner], api) if inner in shape.members else ""
    return (inner, own) if own else ("", "")


def request(shape: Shape, values: Props, names: Mapping[str, str], within: str = "") -> Props:
    """Parameters of a call, of those values that it takes, by itself or in its member `within`."""
    out: Props = {}
    for key, value in values.items():
        inner, own = place(shape, names.get(key, key), within)
        if own and value is not None:
            level, known = (out.setdefault(inner, {}), shape.members[inner]) if inner else (out, shape)
            level[own] = encode(known.members[own], value, names, key)
    return out


def encode(shape: Shape, value: Any, names: Mapping[str, str], path: str) -> Any:
    """A value in the API's spelling; raises ProviderError for a key inside a block that the API does not have."""
    match shape.type_name:
        case "structure":
            return _structure(shape, value[0] if isinstance(value, list) else value, names, path)
        case "list" if isinstance(value, dict) and (pair := _pair(shape.member)):
            return pairs(value, *pair)
        case "list":
            items = value if isinstance(value, list) else [value]
            return [encode(shape.member, item, names, path) for item in items]
        case "map":
            return {key: encode(shape.value, item, names, path) for key, item in value.items()}
        case "boolean":
            return value == "true" if isinstance(value, str) else bool(value)
        case "integer" | "long":
            return int(value)
        case _:
            return value


def _structure(shape: Shape, value: Any, names: Mapping[str, str], path: str) -> Props:
    known = {each.lower(): each for each in shape.members}
    if not isinstance(value, dict):  # a wrapper of one value, as EC2 has them
        (only,) = shape.members
        return {only: encode(shape.members[only], value, names, path)}
    out = {}
    for key, item in value.items():
        inner = f"{path}.{key}"
        api = known.get(names.get(inner, key).lower())
        if api is None:
            raise ProviderError(f"{inner}: the API has no such setting; {shape.name} has {', '.join(shape.members)}")
        if item is not None:
            out[api] = encode(shape.members[api], item, names, inner)
    return out


def decode(shape: Shape, value: Any) -> Any:
    """An answer in the vendor's spelling: plain data, with moments as text and tags as a mapping."""
    match shape.type_name:
        case "structure":
            known = shape.members
            return {camel(key): decode(known[key], item) for key, item in value.items() if key in known}
        case "list" if pair := _pair(shape.member):
            return {item[pair[0]]: item.get(pair[1]) for item in value}
        case "list":
            return [decode(shape.member, item) for item in value]
        case "map":
            return {key: decode(shape.value, item) for key, item in value.items()}
        case "string" if isinstance(value, dict):  # botocore reads some policy documents by itself
            return json.dumps(value)
        case "timestamp" if isinstance(value, datetime):
            return value.strftime("%Y-%m-%dT%H:%M:%SZ")
        case _:
            return value


def pairs(tags: Mapping[str, str], key: str, value: str) -> list[dict[str, str]]:
    """Tags as the list that most services take."""
    return [{key: name, value: text} for name, text in sorted(tags.items())]


def holds_tags(shape: Shape) -> bool:
    """Whether a parameter takes tags, as a mapping or as a list."""
    return shape.type_name == "map" or (shape.type_name == "list" and bool(_pair(shape.member)))


def _pair(shape: Shape) -> list[str]:
    """Key and value of a structure that is a tag; empty for others."""
    if shape.type_name == "structure" and {each.lower() for each in shape.members} in _PAIRS:
        return sorted(shape.members)
    return []


def renamed(value: Any, names: Mapping[str, str], path: str) -> Any:
    """A decoded value with the names that a row has for keys inside blocks (`block.key`)."""
    if isinstance(value, list):
        return [renamed(item, names, path) for item in value]
    if not isinstance(value, dict):
        return value
    back = {camel(api): key.rpartition(".")[2] for key, api in names.items() if key.rpartition(".")[0] == path}
    own = ((back.get(key, key), item) for key, item in value.items())
    return {key: renamed(item, names, f"{path}.{key}") for key, item in own}


def find(values: Props, name: str) -> Any:
    """The value under a name, whatever its case and number; None when there is none."""
    known, wanted = {key.lower(): key for key in values}, name.lower()
    guesses: Iterable[str] = (wanted, f"{wanted}s", wanted.removesuffix("s"))
    return next((values[known[each]] for each in guesses if each in known), None)
