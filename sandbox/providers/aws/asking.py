"""How a row's call is made: what it says of names and places, filled in."""

import re
import time
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from typing import Any

import jmespath
from botocore.exceptions import ClientError

from sandbox.providers.aws import shapes
from sandbox.providers.aws.kind import Cloud, gone
from sandbox.providers.aws.row import Call, Row, Wait
from sandbox.providers.protocol import Props, ProviderError

_FIELD = re.compile(r"\{(\w+)\}")
_AROUND = ("account", "region", "partition")
_PAUSE_SECONDS = 0.2


def ask(cloud: Cloud, row: Row, call: Call, values: Props, known: Props, more: Props | None = None) -> Any:
    """Make a call with those values that it takes; return what its path leads to, or the whole answer.

    `known` is what `{name}` can stand for; `more` are parameters in the API's own spelling.
    """
    written = {
        key: row.write[key](value) if key in row.write and value is not None else value for key, value in values.items()
    }
    wanted = shapes.request(model(cloud, row, call).input_shape, written, row.names, row.within)
    fixed = {key: value for key, value in filled(cloud, call.fixed, known).items() if value is not None}
    said = send(cloud, row, call, wanted | fixed | (more or {}))
    return jmespath.search(filled(cloud, call.path, known), said) if call.path else said


def send(cloud: Cloud, row: Row, call: Call, parameters: Props) -> Any:
    """Make a call with these parameters, all pages of it; return the answer in the vendor's spelling."""
    client, output = cloud(row.api), model(cloud, row, call).output_shape
    if client.can_paginate(call.operation):
        answer = client.get_paginator(call.operation).paginate(**parameters).build_full_result()
    else:
        answer = getattr(client, call.operation)(**parameters)
    return shapes.decode(output, answer) if output else {}


def model(cloud: Cloud, row: Row, call: Call) -> Any:
    """botocore's model of the operation."""
    meta = cloud(row.api).meta
    return meta.service_model.operation_model(meta.method_to_api_mapping[call.operation])


def locate(row: Row, id_: str, props: Props) -> Props:
    """What names the object in calls: its id, the parts of it, and what the row has beside it."""
    where = {key: props.get(key) for key in row.beside.split()} | {"id": id_}
    for form in filter(None, (row.imports, row.id)):
        if match := pattern(form).fullmatch(id_):
            return where | match.groupdict()
    return where | ({row.by: id_} if row.by else {})


@cache
def pattern(form: str) -> re.Pattern[str]:
    """A text with `{name}` in it, to be read: each takes as little as possible; `{path}` begins and ends in a slash."""
    parts = _FIELD.split(form)
    texts = [re.escape(part) for part in parts[::2]]
    fields = [f"(?P<{part}>{'/(?:.*/)?' if part == 'path' else '.+?'})" for part in parts[1::2]]
    return re.compile("".join(text + field for text, field in zip(texts, [*fields, ""], strict=True)))


def filled(cloud: Cloud, value: Any, known: Props) -> Any:
    """A text with each `{name}` replaced; a text that is only that becomes the value itself, or None without one."""
    if isinstance(value, list):
        return [filled(cloud, item, known) for item in value]
    if isinstance(value, dict):
        return {key: filled(cloud, item, known) for key, item in value.items()}
    if not isinstance(value, str):
        return value

    if whole := _FIELD.fullmatch(value):
        return getattr(cloud, whole[1]) if whole[1] in _AROUND else known.get(whole[1])
    return _FIELD.sub(lambda field: str(getattr(cloud, field[1]) if field[1] in _AROUND else known[field[1]]), value)


def arn_form(row: Row) -> str:
    """The row's ARN in full, still with `{name}` in it."""
    if row.arn[:1] == "{" or row.arn.startswith("arn:"):
        return row.arn
    service, _, resource = row.arn.partition(":")
    return f"arn:{{partition}}:{service}:{'' if row.everywhere else '{region}'}:{{account}}:{resource}"


def if_there(asked: Callable[[], Any]) -> Any:
    """What is answered; None when the cloud says that there is nothing."""
    try:
        return asked()
    except ClientError as error:
        if gone(error):
            return None
        raise


def at_rest(asked: Callable[[], Any], rule: Wait | None) -> Any:
    """What is answered once nothing is under way: a killed engine may have left it half made, or half removed."""
    while (found := asked()) and rule and jmespath.search(rule.at, found) in rule.pending.split():
        time.sleep(_PAUSE_SECONDS)
    return found


def wait(asked: Callable[[], Any], rule: Wait, service: str, name: str) -> None:
    """Until it is done; raise ProviderError with the service's own reason when it ends otherwise."""
    found = at_rest(asked, rule)
    if found and (status := jmespath.search(rule.at, found)) != rule.done:
        reasons = "; ".join(jmespath.search(rule.why, found) or ()) or "no reason"
        raise ProviderError(f"{service.upper()} says that {name} is {status}: {reasons}")


def wait_gone(asked: Callable[[], Any], rule: Wait, service: str, name: str) -> None:
    """Until it is not found any more; raise ProviderError when the deletion fails."""
    wait(lambda: if_there(asked), replace(rule, done="gone"), service, name)
