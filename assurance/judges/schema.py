"""Terraform's schema of the AWS provider, read from the wheel of its CDK: which types, arguments and blocks there are.

The provider that Pulumi uses is bridged from Terraform's, so that its names follow from these. The schema is on no
package registry by itself; the CDK's wheel spells it out, a class for each block, and only what is asked for is read.
"""

import ast
import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Protocol

PACKAGE = "cdktf_cdktf_provider_aws"
ANY = "*"
"""Stands for a block so deep that the CDK gives it no class, such as the statement of a firewall's rule."""
# A class that holds values: its head, and below it a line for each argument that ends in the name Terraform knows.
_CLASS = re.compile(
    r"^class (\w+)(?:\(\s*\S+TerraformMetaArguments,?\s*\))?:\n    def (__init__\(.*?\) -> None):", re.M | re.S
)
_ARGUMENT = re.compile(r":param (\w+): (?:(\w+) block\. )?.*?/docs/resources/\w+#(\w+) ")


@dataclass(frozen=True, kw_only=True)
class Argument:
    """One argument: a scalar, a map, a list of either, or what has arguments of its own."""

    name: str
    block: str = ""
    """The key of its own arguments in the schema."""
    listed: bool = False
    """Whether a plan holds it as a list, even if there is one at most."""


Arguments = Mapping[str, Argument]
"""Name without underscores -> argument."""


class Schema(Protocol):
    """What a converter asks of Terraform's schema."""

    def type(self, squeezed: str) -> str | None:
        """The type whose name, without `aws_` and underscores, is this."""
        ...

    def arguments(self, type_: str, block: str = "") -> Arguments:
        """The arguments of a type, or of a block within it."""
        ...


class Wheel:
    """The schema as the CDK's wheel holds it."""

    def __init__(self, path: Path) -> None:
        self._zip = zipfile.ZipFile(path)
        self._read = cache(lambda type_: dict(_classes(self._text(type_))))
        folders = {name.split("/")[1] for name in self._zip.namelist() if name.endswith("/__init__.py")}
        self._types = {squeeze(folder): f"aws_{folder}" for folder in folders if not folder.startswith("data_aws_")}

    def type(self, squeezed: str) -> str | None:
        return self._types.get(squeezed)

    def arguments(self, type_: str, block: str = "") -> Arguments:
        found = self._read(type_)
        return found[block] if block else next(each for key, each in found.items() if key.endswith("\0"))

    def _text(self, type_: str) -> str:
        return self._zip.read(f"{PACKAGE}/{type_.removeprefix('aws_')}/__init__.py").decode()


def _classes(text: str) -> Iterator[tuple[str, Arguments]]:
    for match in _CLASS.finditer(text):
        end = text.find("'''", text.find("'''", match.end()) + 3)
        told = {name: (block, real) for name, block, real in _ARGUMENT.findall(text[match.end() : end])}
        head = ast.walk(ast.parse(f"def {match[2]}: ..."))
        hints = {
            each.arg: ast.unparse(each.annotation) for each in head if isinstance(each, ast.arg) and each.annotation
        }
        arguments = {}
        for name, (block, real) in told.items():
            inner = re.search(r"Union\[['\"]?([A-Z]\w+)['\"]?, typing\.Dict", hints[name])
            listed = bool(block) or "Sequence[" in hints[name]
            key = inner[1] if inner else ANY if block else ""
            arguments[squeeze(real)] = Argument(name=real, block=key, listed=listed)
        # The class of the type itself is the one with arguments of the CDK's own, which have no documentation.
        yield (match[1] + ("\0" if "provisioners" in hints else "")), arguments


def squeeze(name: str) -> str:
    """A name without underscores and capitals, by which both spellings of it meet."""
    return name.replace("_", "").lower()
