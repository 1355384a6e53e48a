"""The engine's SDK in this process, without what no record shows and what takes most of a program's time."""

import asyncio
from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

from pulumi import Output, Resource
from pulumi.output import _OutputData
from pulumi.runtime import resource, rpc
from pulumi.runtime.proto import source_pb2

_with_a_task_each = rpc.transfer_properties


def install() -> None:
    """Take it out, in this process."""
    resource._get_stack_trace = source_pb2.StackTrace  # where a program declares something
    rpc.transfer_properties = _outputs


def _outputs(res: Resource, props: Iterable[str], custom: bool) -> dict[str, Callable[..., None]]:
    """The outputs of a resource, each one future; the SDK awaits four for each, in a task of its own."""
    resolvers: dict[str, Callable[..., None]] = {}
    loop = asyncio.get_event_loop()
    for name in props:
        if name == "urn" or (name == "id" and custom):
            continue
        output: Any = Output.__new__(Output)
        output._data = loop.create_future()
        output._track()
        res.__dict__[name] = output
        resolvers[name] = partial(_resolve, res, output._data)
    return resolvers


def _resolve(  # the SDK's own arguments
    res: Resource,
    data: asyncio.Future[Any],
    value: Any,
    is_known: bool,
    is_secret: bool,
    deps: set[Resource] | None,
    failed: Exception | None,
) -> None:
    if failed is not None:
        data.set_exception(failed)
        data.exception()  # the program's end tells it: nobody need be told that no one has waited for this output
    else:
        resources = {*(deps or ()), res}
        data.set_result(_OutputData(resources=resources, value=value, is_known=is_known, is_secret=is_secret))
