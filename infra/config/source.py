"""Where stack files come from: the engine, or a path."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import pulumi
import yaml
from pydantic import Field, TypeAdapter, ValidationError

from components.aws.place import Place
from infra.config import sentences, siblings
from infra.config.errors import ConfigurationError, Problem
from infra.config.region import RegionStack
from infra.config.shared import GlobalStack

StackConfig = Annotated[GlobalStack | RegionStack, Field(discriminator="kind")]
ROOT = Path(__file__).parents[2]

_KINDS = {"global": GlobalStack, "region": RegionStack}
_ADAPTER: TypeAdapter[StackConfig] = TypeAdapter(StackConfig)
_ENCRYPTED = (
    "holds an encrypted value, and no secret may pass through Pulumi; keep it in Secrets Manager and name it here"
)
_EMPTY = "is missing or no group of settings; write the stack's settings below it, indented"


def load(root: Path = ROOT) -> StackConfig:
    """The configuration of the stack that the engine is running, checked against the other stack files in `root`."""
    source = f"Pulumi.{pulumi.get_stack()}.yaml"
    if pulumi.runtime.is_config_secret("platform:stack"):
        raise ConfigurationError(source, [Problem((), _ENCRYPTED)])
    try:
        data = pulumi.Config("platform").get_object("stack")
    except pulumi.ConfigTypeError:  # its message would show the value
        data = None
    return _beside(parse(data, source), data, root / source)


def check(path: Path | str, today: date | None = None) -> StackConfig:
    """What `load` would say of a stack file, without an engine."""
    path = Path(path)
    data = _settings(path)
    return _beside(parse(data, path.name, today), data, path)


def read(path: Path | str, today: date | None = None) -> StackConfig:
    """A stack file by itself, whatever lies beside it."""
    path = Path(path)
    return parse(_settings(path), path.name, today)


def parse(data: object, source: str, today: date | None = None) -> StackConfig:
    """The settings below `platform:stack` as a model; ConfigurationError lists all that cannot stand.

    `today` is the day on which versions must be in support, by default the real one.
    """
    if not isinstance(data, Mapping) or not data:
        raise ConfigurationError(source, [Problem((), _EMPTY)])
    try:
        return _ADAPTER.validate_python(data, context={"today": today})
    except ValidationError as error:
        found = list(sentences.problems(error, _KINDS))
    raise ConfigurationError(source, found, data)


def stack_of(place: Place | None) -> str:
    """The name of the stack whose file here orders this place; STACK where none does."""
    for path in sorted(ROOT.glob("Pulumi.*.yaml")):
        if siblings.Sibling(path.name, _settings(path)).place == place:
            return path.name.removeprefix("Pulumi.").removesuffix(".yaml")
    return "STACK"


def _beside(stack: StackConfig, data: object, path: Path) -> StackConfig:
    others = [other for other in sorted(path.parent.glob("Pulumi.*.yaml")) if other.name != path.name]
    known = [siblings.Sibling(other.name, found) for other in others if (found := _settings(other))]
    own = siblings.Sibling(path.name, data if isinstance(data, Mapping) else {})
    if found := list(siblings.problems(stack, own, known)):
        raise ConfigurationError(path.name, found, data)
    return stack


def _settings(path: Path) -> Mapping[str, Any]:
    """What stands below `platform:stack` in a file, nothing if it has no such key."""
    try:
        document = yaml.load(path.read_bytes(), _Loader)  # noqa: S506 - a subclass of the safe loader
    except OSError as error:
        raise ConfigurationError(
            path.name, [Problem((), f"cannot be read ({error.strerror}); create the file")]
        ) from None
    except yaml.YAMLError as error:
        mark, reason = getattr(error, "problem_mark", None), getattr(error, "problem", "a character is unreadable")
        rule = f"is no YAML{f' at line {mark.line + 1}' if mark else ''}: {reason}; correct that line"
        raise ConfigurationError(path.name, [Problem((), rule)]) from None
    config = document.get("config") if isinstance(document, Mapping) else None
    found = config.get("platform:stack") if isinstance(config, Mapping) else None
    return found if isinstance(found, Mapping) else {}


class _Loader(yaml.CSafeLoader):
    """Refuses a key given twice, of which YAML would silently keep the last."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen = set()
        for key in (key for key, _ in node.value if isinstance(key, yaml.ScalarNode)):
            if key.value in seen:
                raise yaml.constructor.ConstructorError(None, None, f"{key.value} is given twice", key.start_mark)
            seen.add(key.value)
        return super().construct_mapping(node, deep)
