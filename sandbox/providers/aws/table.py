"""The whole table of the local AWS, by type token: the rows of every file beside this one."""

import pkgutil
from importlib import import_module

from sandbox.providers import aws
from sandbox.providers.aws.calls import kind
from sandbox.providers.aws.kind import Kind
from sandbox.providers.aws.row import Row

_FILES = sorted(each.name for each in pkgutil.iter_modules(aws.__path__) if each.name not in ("provider", "table"))
ROWS: list[Row] = [row for file in _FILES for row in getattr(import_module(f"{aws.__name__}.{file}"), "ROWS", ())]

TABLE: dict[str, Kind] = {row.type: kind(row) for row in ROWS}
