"""What the go.mod files in `tools/` pin, which executables come of it, and where each lies once built.

What is built lies in the user's cache, where every checkout finds it.
"""

import hashlib
import os
import platform
import re
import subprocess
import tomllib
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from sandbox.home import PROJECT

PINS = PROJECT / "tools"

Version = tuple[int, int, int]
NO_VERSION: Version = (0, 0, 0)
Report = Callable[[str], None]
say: Report = partial(print, flush=True)


class ToolError(RuntimeError):
    """A tool that cannot be had; says which, why, and what helps."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Tool:
    """One package, pinned by the go.mod in its folder, and the executables that it becomes (see recipes.toml)."""

    folder: str
    package: str
    names: Sequence[str]
    ask: str = ""
    stamps: Sequence[str] = ()

    @property
    def label(self) -> str:
        return self.names[0] if len(self.names) == 1 else self.folder

    @property
    def version(self) -> str:
        """What go.mod requires of the module that holds the package."""
        required = dict(re.findall(r"^(?:require)?\s+(\S+) v(\S+)", self._read("go.mod"), re.MULTILINE))
        return required[max((module for module in required if f"{self.package}/".startswith(f"{module}/")), key=len)]

    @property
    def go(self) -> Version:
        """The oldest Go that go.mod accepts."""
        return version("".join(re.findall(r"^go \S+", self._read("go.mod"), re.MULTILINE)))

    @property
    def binary(self) -> Path:
        """Its place once built; another pin, recipe or kind of machine has another place."""
        inputs = f"{self}{platform.system()}{platform.machine()}{self._read('go.mod')}{self._read('go.sum')}"
        return cache() / self.folder / f"{self.version}-{digest(inputs)}" / self.label

    @property
    def linker_flags(self) -> str:
        major, minor, _ = version(self.version)
        stamps = (stamp.format(version=self.version, major=major, minor=minor) for stamp in self.stamps)
        return " ".join(["-s -w", *(f"-X {stamp}" for stamp in stamps)])

    def _read(self, file: str) -> str:
        return (PINS / self.folder / file).read_text()


TOOLS = tuple(
    Tool(folder=folder, package=package, stamps=recipe.get("stamps", ()), **executables)
    for folder, recipe in tomllib.loads((PINS / "recipes.toml").read_text()).items()
    for package, executables in recipe["packages"].items()
)


def cache() -> Path:
    """Where this user's tools are kept."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "regulated-platform" / "tools"


def digest(text: str) -> str:
    """A short name for what a text says."""
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def version(text: str) -> Version:
    """The first version that a text states; zero where it states none."""
    match = re.search(r"(\d+)\.(\d+)(?:\.(\d+))?", text)
    return (int(match[1]), int(match[2]), int(match[3] or 0)) if match else NO_VERSION


def stated(*command: str) -> Version:
    """The version that a program states; zero where it states none or hangs."""
    env = {**os.environ, "GOTOOLCHAIN": "local", "PULUMI_SKIP_UPDATE_CHECK": "true"}
    with suppress(OSError, subprocess.TimeoutExpired):
        asked = subprocess.run(command, capture_output=True, text=True, timeout=20, env=env)  # noqa: S603 on our PATH
        return version(asked.stdout) if asked.returncode == 0 else NO_VERSION
    return NO_VERSION
