"""What a row of data does: it becomes the functions that the provider asks for."""

import re
from functools import partial
from typing import Any

import jmespath

from sandbox.providers.aws import shapes, tagging
from sandbox.providers.aws.asking import (
    arn_form,
    ask,
    at_rest,
    filled,
    if_there,
    locate,
    model,
    pattern,
    wait,
    wait_gone,
)
from sandbox.providers.aws.kind import Cloud, Kind, Update, same
from sandbox.providers.aws.row import Call, Row
from sandbox.providers.protocol import Props

_HEX = re.compile("[0-9a-f]{8,17}")
_FACTS = ("defaults", "name", "prefix", "delete_first", "everywhere")
_SETS = ("replace", "inside", "computed", "either", "sets", "write_only")


def kind(row: Row) -> Kind:
    """The row as functions."""
    update: dict[str, Update | None] = {}
    for keys, change in row.update.items():
        update |= dict.fromkeys(keys.split(), _changing(row, keys, change))
    quiet = row.inputs - update.keys() - {*row.replace.split(), row.name, row.prefix}
    facts: dict[str, Any] = {each: getattr(row, each) for each in _FACTS}
    facts |= {each: frozenset(getattr(row, each).split()) for each in _SETS}
    return Kind(
        type=row.type,
        create=row.create if not isinstance(row.create, Call) else partial(_create, row, row.create),
        finish=partial(_finish, row),
        read=row.read if not isinstance(row.read, Call) else partial(_read, row),
        delete=row.delete if callable(row.delete) else partial(_delete, row),
        update=update | dict.fromkeys(sorted(quiet)),
        tag=row.tags if callable(row.tags) else partial(tagging.put, row) if row.tags else None,
        exists=partial(_look, row),
        refers=partial(_refers, row),
        **facts,
    )


def _refers(row: Row, value: str) -> Props | None:
    """What locates the object that a text names, by its id or its ARN; None for a text that names no such object."""
    if row.refer and value.startswith(row.refer) and _HEX.fullmatch(value.removeprefix(row.refer)):
        return {row.by: value}
    if not value.startswith("arn:") or not row.arn or row.arn[:1] == "{":
        return None
    match = pattern(arn_form(row)).fullmatch(value)
    return match.groupdict() if match else None


def _create(row: Row, call: Call, cloud: Cloud, props: Props) -> str:
    values = {**row.defaults, **{key: props[key] for key in row.inputs if key in props}}
    known = {**props, **values}
    tags = tagging.parameter(cloud, row, call, props.get("tagsAll"))
    said = ask(cloud, row, call, values, known, tags)
    return str(filled(cloud, row.id, known) if row.id else said)


def _finish(row: Row, cloud: Cloud, id_: str, props: Props) -> None:
    """Wait for the object, then set what the create call did not take."""
    _through(row, cloud, id_, props)
    if isinstance(row.create, Call):
        shape = model(cloud, row, row.create).input_shape
        for keys, change in row.update.items():
            late = [key for key in keys.split() if not shapes.place(shape, row.names.get(key, key), row.within)[1]]
            if any(not same(props.get(key), row.defaults.get(key)) for key in late if props.get(key) is not None):
                _changing(row, keys, change)(cloud, id_, props)
        tags = props.get("tagsAll")
        if isinstance(row.tags, str) and tags and not tagging.parameter(cloud, row, row.create, tags):
            tagging.put(row, cloud, id_, props, tags, [])
    if row.finish is not None:
        row.finish(cloud, id_, props)


def _through(row: Row, cloud: Cloud, id_: str, props: Props) -> None:
    if row.wait is not None:
        wait(partial(_look, row, cloud, locate(row, id_, props)), row.wait, row.api, id_.rpartition(":")[2])


def _look(row: Row, cloud: Cloud, where: Props) -> Any:
    """The object as the service tells it, without what further calls tell."""
    if isinstance(row.read, Call):
        return ask(cloud, row, row.read, where, where)
    return row.read(cloud, str(next(iter(where.values()))), {})


def _read(row: Row, cloud: Cloud, id_: str, props: Props) -> Props | None:
    where = locate(row, id_, props)
    found = at_rest(partial(_look, row, cloud, where), row.wait)
    if not found:
        return None
    found = {"id": id_, "asked": props, **found}
    for call in row.more:
        known = {**found, **where}
        asked = partial(ask, cloud, row, call, known, known) if isinstance(call, Call) else partial(call, cloud, known)
        found |= if_there(asked) or {}
    out = {key: where[key] for key in row.inputs & where.keys()}
    out |= {key: _value(row, key, found) for key in {*row.inputs, *row.outputs.split(), *row.found} - out.keys()}
    if row.arn and row.arn[:1] != "{" and not out.get("arn"):
        out["arn"] = filled(cloud, arn_form(row), {**found, **out, **where})
    if row.tags:
        out["tagsAll"] = tagging.told(cloud, row, found, {**out, **where})
    return {key: value for key, value in out.items() if value is not None}


def _value(row: Row, key: str, found: Props) -> Any:
    told = row.found.get(key)
    if told is not None:
        return told(found) if callable(told) else jmespath.search(told, found)
    name = row.names.get(key, key).rpartition(".")[2]
    value = shapes.find(found, name)
    if value is None and row.within:
        value = shapes.find(shapes.find(found, row.within) or {}, name)
    return shapes.renamed(value, row.names, key)


def _changing(row: Row, keys: str, change: str | Call | Update) -> Update:
    """The update of these inputs: one function for all of them, since one call changes them together."""
    if not isinstance(change, str | Call):
        return change
    call = change if isinstance(change, Call) else Call(change)

    def update(cloud: Cloud, id_: str, props: Props) -> None:
        where = locate(row, id_, props)
        values = {key: props.get(key, row.defaults.get(key)) for key in (*keys.split(), *call.takes.split())}
        known = {**row.defaults, **props, **where}
        if call.off and not any(values[key] for key in keys.split()):
            ask(cloud, row, Call(call.off, **call.fixed), where, known)
            return
        said = ask(cloud, row, call, {**values, **where}, known)
        if row.settle is not None:
            row.settle(cloud, said, known)
        _through(row, cloud, id_, props)

    return update


def _delete(row: Row, cloud: Cloud, id_: str, props: Props) -> None:
    call = row.delete if isinstance(row.delete, Call) else Call(str(row.delete))
    where = locate(row, id_, props)
    ask(cloud, row, call, {**{key: props.get(key) for key in call.takes.split()}, **where}, {**props, **where})
    if row.wait is not None:
        wait_gone(partial(_look, row, cloud, where), row.wait, row.api, id_.rpartition(":")[2])
