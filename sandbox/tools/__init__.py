"""The programs that no Python package carries: taken from the PATH, else built once per user from pinned modules."""

import os
import shutil
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from sandbox.tools.builder import alone, build
from sandbox.tools.pins import NO_VERSION, TOOLS, Report, Tool, ToolError, cache, digest, say, stated, version

__all__ = ["Found", "ToolError", "ensure", "find"]


class Found(NamedTuple):
    """An executable that may be used."""

    name: str
    version: str
    origin: str
    path: Path


def ensure(names: Iterable[str] | None = None, report: Report = say) -> Path:
    """The folder that holds the named executables, or all of them; what is missing is built first."""
    found = find(names, report)
    folder = cache() / f"bin-{digest(repr(found))}"
    folder.mkdir(parents=True, exist_ok=True)
    for each in found:
        with suppress(FileExistsError):
            (folder / each.name).symlink_to(each.path)
    return folder


def find(names: Iterable[str] | None = None, report: Report = say) -> list[Found]:
    """The named executables, or all of them, with where each is from; what is missing is built first."""
    known = [name for tool in TOOLS for name in tool.names]
    asked = set(known if names is None else names)
    if unknown := sorted(asked.difference(known)):
        raise ToolError(f"no tool is called {', '.join(unknown)}; choose from {', '.join(known)}")
    tools = [tool for tool in TOOLS if asked.intersection(tool.names)]
    with ThreadPoolExecutor() as pool:
        ready = {tool: found for tool, found in zip(tools, pool.map(_on_path, tools), strict=True) if found}
    to_build = [tool for tool in tools if tool not in ready]
    if not all(tool.binary.exists() for tool in to_build):
        with alone(report):
            # Asked again: whoever held the lock may have built them.
            if missing := [tool for tool in to_build if not tool.binary.exists()]:
                build(missing, report)
    ready |= {tool: [Found(name, tool.version, "cache", tool.binary) for name in tool.names] for tool in to_build}
    return [each for tool in tools for each in ready[tool]]


def _on_path(tool: Tool) -> list[Found]:
    """The vendor's executables, if all are there at the pinned version or newer; nothing that was built here.

    The next major does not count: it may drop a flag that another tool passes.
    """
    folders = os.pathsep.join(each for each in os.get_exec_path() if not Path(each).is_relative_to(cache()))
    pinned, found = version(tool.version), []
    for name in tool.names:
        path = shutil.which(name, path=folders)
        says = stated(path, *tool.ask.split()) if path and tool.ask else NO_VERSION
        if path and says >= pinned and says[0] == pinned[0]:
            found.append(Found(name, ".".join(map(str, says)), "PATH", Path(path).absolute()))
    return found if len(found) == len(tool.names) else []
