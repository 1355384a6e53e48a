"""The engine's provider protocol, reduced to plain dictionaries: what every stand-in provider shares.

Subclass Provider and hand it to `servicer.serve`. Values that the engine does not know yet are UNKNOWN; errors reach
the user as one sentence, without a traceback.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from google.protobuf import struct_pb2
from google.protobuf.json_format import MessageToDict
from pulumi.runtime.proto import engine_pb2

Props = dict[str, Any]
UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
_SIGNATURE, _SECRET = "4dabf18193072939515e22adb298388d", "1b47061264138c4ac30d75fd1eb44270"


class ProviderError(Exception):
    """Something the user can act on: what failed, why, and the remedy."""


class PartialError(ProviderError):
    """The object exists but did not become what was asked: the engine keeps `id` and `state` and reports `reasons`."""

    def __init__(self, id_: str, state: Props, inputs: Props, reasons: list[str]) -> None:
        super().__init__("; ".join(reasons))
        self.id, self.state, self.inputs, self.reasons = id_, state, inputs, reasons


@dataclass(frozen=True)
class Change:
    """What separates two sets of inputs; both hold top-level property names."""

    update: frozenset[str] = frozenset()
    replace: frozenset[str] = frozenset()
    delete_first: bool = False


@dataclass(frozen=True)
class Ref:
    """The resource a call speaks of: its type token, logical name, URN and, once it exists, id."""

    token: str
    name: str
    urn: str
    id: str = ""
    seed: bytes = b""
    """What the engine draws for generated names; set for `check` alone."""


@dataclass
class Provider:
    """One provider resource of a program; every method may be called from several threads at once."""

    version: str = "0.0.0"
    identity: tuple[str, ...] = ()  # inputs of the provider resource whose change replaces everything it manages
    engine: Any = field(default=None, repr=False)

    def configure(self, variables: Props) -> None:
        """Take the provider resource's inputs; called once."""

    def check(self, ref: Ref, news: Props, olds: Props) -> Props:
        """Return the inputs to keep, autonames included; raise ProviderError for what is refused."""
        raise NotImplementedError

    def diff(self, ref: Ref, olds: Props, news: Props, state: Props) -> Change:
        """Compare old and new inputs."""
        raise NotImplementedError

    def create(self, ref: Ref, inputs: Props, preview: bool) -> tuple[str, Props]:
        """Return the id and all outputs; at preview the id is ignored and missing outputs count as unknown."""
        raise NotImplementedError

    def read(self, ref: Ref, inputs: Props, state: Props) -> tuple[Props, Props] | None:
        """Return live inputs and outputs, or None when the object is gone."""
        raise NotImplementedError

    def update(self, ref: Ref, olds: Props, news: Props, state: Props, preview: bool) -> Props:
        """Change in place and return all outputs."""
        raise NotImplementedError

    def delete(self, ref: Ref, inputs: Props, state: Props) -> None:
        """Remove the object; one that is already gone is fine."""
        raise NotImplementedError

    def invoke(self, token: str, args: Props) -> Props:
        """Answer a data source."""
        raise ProviderError(f"{token} is not part of the laptop cloud")

    def warn(self, text: str, urn: str = "") -> None:
        """Show a warning in the engine's output."""
        if self.engine is not None:
            self.engine.Log(engine_pb2.LogRequest(severity=engine_pb2.WARNING, message=text, urn=urn))


def plain(struct: struct_pb2.Struct) -> Props:
    """A protocol structure as plain values: whole numbers are ints, secrets are unwrapped."""
    return _plain(MessageToDict(struct))


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        if value.get(_SIGNATURE) == _SECRET:
            return _plain(value["value"])
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value


def secret(value: Any) -> Props:
    """Wrap an output so that the engine encrypts it in the state and hides it on the screen."""
    return {_SIGNATURE: _SECRET, "value": value}


def packed(values: Mapping[str, Any]) -> struct_pb2.Struct:
    """Plain values as a protocol structure; None is left out."""
    out = struct_pb2.Struct()
    out.update({key: value for key, value in values.items() if value is not None})
    return out


def has_unknown(value: Any) -> bool:
    """Whether a value, or anything inside it, is not known yet."""
    if isinstance(value, dict):
        return any(has_unknown(item) for item in value.values())
    if isinstance(value, list):
        return any(has_unknown(item) for item in value)
    return isinstance(value, str) and UNKNOWN in value
