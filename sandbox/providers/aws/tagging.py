"""Tags, which every service takes, keeps and tells in a way of its own; the models tell which."""

from typing import Any

import jmespath

from sandbox.providers.aws import shapes
from sandbox.providers.aws.asking import arn_form, filled, locate, model, send
from sandbox.providers.aws.kind import Cloud
from sandbox.providers.aws.row import Call, Row
from sandbox.providers.protocol import Props

_TOLD = "tags || tagList || tagsList || resourceTags"


def parameter(cloud: Cloud, row: Row, call: Call, tags: dict[str, str] | None) -> Props:
    """Tags as a create call takes them, so that no object is ever seen untagged; empty for one that does not."""
    shape = model(cloud, row, call).input_shape
    if not row.tags or not tags:
        return {}
    taking = [name for name, item in shape.members.items() if "tag" in name.lower() and shapes.holds_tags(item)]
    if not taking and "TagSpecifications" in shape.members:
        return {"TagSpecifications": specified(row.arn.partition(":")[2].partition("/")[0], tags)}
    return {name: shapes.encode(shape.members[name], tags, {}, name) for name in taking[:1]}


def specified(sort: str, tags: dict[str, str] | None) -> list[Props]:
    """Tags as EC2 takes them with a create call; `sort` is what stands in the object's ARN, too."""
    return [{"ResourceType": sort, "Tags": shapes.pairs(tags, "Key", "Value")}] if tags else []


def put(row: Row, cloud: Cloud, id_: str, props: Props, tags: dict[str, str], lost: list[str]) -> None:
    """Set these tags and remove those keys."""
    add, remove, *_ = calls(row)
    where = {**props, **locate(row, id_, props)}
    if lost:
        _send(cloud, row, remove, where, lost)
    _send(cloud, row, add, where, tags)


def told(cloud: Cloud, row: Row, found: Props, where: Props) -> dict[str, str]:
    """The object's tags, without those that AWS itself puts on."""
    lists = calls(row)[2:]
    said = _send(cloud, row, lists[0], where, None) if lists else found
    tags = jmespath.search(lists[0].path or _TOLD if lists else _TOLD, said)
    return {key: value for key, value in (tags or {}).items() if not key.startswith("aws:")}


def calls(row: Row) -> list[Call]:
    """The calls that add, remove and, where there is one, list tags."""
    return [Call(each) for each in row.tags.split()] if isinstance(row.tags, str) else list(row.tags)  # type: ignore[arg-type]


def _send(cloud: Cloud, row: Row, call: Call, where: Props, tags: dict[str, str] | list[str] | None) -> Any:
    """One parameter names the object, by its key or its ARN; another one holds tags, or the keys of tags."""
    shape = model(cloud, row, call).input_shape
    fixed = filled(cloud, call.fixed, where)
    values = {}
    for name in [*shape.required_members, *(["Tags"] if "Tags" in shape.members else [])]:
        about = "tag" in name.lower() or name == "Keys"
        if name not in fixed:
            values[name] = _tags(shape.members[name], tags) if about else _object(cloud, row, shape, name, where)
    return send(cloud, row, call, values | fixed)


def _tags(shape: shapes.Shape, tags: Any) -> Any:
    if isinstance(tags, list) and shape.member.type_name == "structure":
        return [{next(each for each in shape.member.members if each.lower().endswith("key")): key} for key in tags]
    return shapes.encode(shape, tags, {}, "tags")


def _object(cloud: Cloud, row: Row, shape: shapes.Shape, name: str, where: Props) -> Any:
    by_name = {row.names.get(key, key).lower(): value for key, value in where.items()}
    own = by_name["id"] if name == "Resources" else by_name.get(name.lower()) or by_name.get("arn")
    return shapes.encode(shape.members[name], own or filled(cloud, arn_form(row), where), {}, name)
