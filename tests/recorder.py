"""A recording engine for unit tests: the laptop cloud's own table answers, on moto in this process."""

import json
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, ParamSpec, TypeVar

import grpc
import pulumi
from moto.core import DEFAULT_ACCOUNT_ID
from pulumi.runtime import mocks, rpc
from pulumi.runtime.proto import resource_pb2
from pulumi.runtime.settings import SETTINGS, set_root_resource
from pulumi.runtime.stack import run_in_stack
from pulumi.runtime.sync_await import _ensure_event_loop, _sync_await

from sandbox.providers.aws.provider import Aws
from sandbox.providers.protocol import ProviderError, Ref, packed, plain
from tests import local_aws, quick_sdk

DEFAULT_REGION = "us-east-1"
quick_sdk.install()
P = ParamSpec("P")
T = TypeVar("T")


@dataclass(frozen=True)
class Record:
    """One registered resource, with everything the program said of it; names are the engine's (camelCase)."""

    token: str
    name: str
    urn: str
    id: str
    inputs: dict[str, Any]
    outputs: dict[str, Any]
    parent: str
    provider: str
    depends_on: list[str]
    property_dependencies: dict[str, list[str]]
    options: dict[str, Any]


@dataclass
class Engine(mocks.MockMonitor):
    """What a program registered. Look-ups raise: an assertion about nothing is not an assertion."""

    records: list[Record] = field(default_factory=list)
    outputs: dict[str, dict[str, Any]] = field(default_factory=dict)
    """URN -> what a component, or the stack itself, registered as outputs."""
    secrets: set[str] = field(default_factory=set)
    """The names of outputs that were registered as secrets."""

    def __post_init__(self) -> None:
        super().__init__(mocks=None)  # type: ignore[arg-type]  # this monitor answers by itself
        self._providers: dict[str, Aws] = {}

    def __reduce__(self) -> tuple[Any, ...]:
        return Engine, (self.records, self.outputs, self.secrets)  # what was registered is all that is kept

    def of(self, token: str) -> list[Record]:
        """All records of a type; raises when there is none."""
        found = [record for record in self.records if record.token == token]
        if not found:
            raise LookupError(f"no {token} among {sorted({record.token for record in self.records})}")
        return found

    def none_of(self, token: str) -> bool:
        """Whether no resource of this type was registered."""
        return all(record.token != token for record in self.records)

    def one(self, token: str, name: str | None = None) -> Record:
        """The only record of a type (and name)."""
        found = [record for record in self.of(token) if name in (None, record.name)]
        if len(found) != 1:
            names = [record.name for record in self.of(token)]
            raise LookupError(f"{len(found)} of {token} are named {name}; there are {names}")
        return found[0]

    def stack_outputs(self) -> dict[str, Any]:
        """What the program exported."""
        return next((out for urn, out in self.outputs.items() if "pulumi:pulumi:Stack" in urn), {})

    def RegisterResource(self, request: Any) -> Any:  # noqa: N802 the monitor's protocol
        urn = self.make_urn(request.parent, request.type, request.name)
        if request.type == "pulumi:pulumi:Stack":
            return resource_pb2.RegisterResourceResponse(urn=urn)
        inputs = plain(request.object)
        id_, outputs = self._answer(Ref(request.type, request.name, urn), inputs, request)
        self.records.append(_record(request, urn, id_, inputs, outputs))
        self.resources[urn] = mocks.MockMonitor.ResourceRegistration(urn, id_, outputs)
        return resource_pb2.RegisterResourceResponse(urn=urn, id=id_, object=packed(outputs))

    def RegisterResourceOutputs(self, request: Any) -> Any:  # noqa: N802 the monitor's protocol
        self.outputs[request.urn] = plain(request.outputs)
        said = request.outputs.fields.items()
        self.secrets |= {key for key, value in said if rpc._special_sig_key in value.struct_value.fields}
        return super().RegisterResourceOutputs(request)

    def Invoke(self, request: Any) -> Any:  # noqa: N802 the monitor's protocol
        try:
            answer = self._provider(request.provider).invoke(request.tok, plain(request.args))
        except ProviderError as error:
            raise _RefusedError(str(error)) from None
        reply: dict[str, Any] = {"return": packed(answer)}
        return resource_pb2.ResourceInvokeResponse(**reply)

    def _answer(self, ref: Ref, inputs: dict[str, Any], request: Any) -> tuple[str, dict[str, Any]]:
        if ref.token == "pulumi:providers:aws":
            self._providers[ref.urn] = _aws(inputs)
        elif ref.token.startswith("aws:"):
            provider = self._provider(request.provider)
            checked = provider.check(ref, inputs, {})
            return provider.create(ref, checked, preview=False)
        elif ref.token.startswith("kubernetes:"):
            return _kubernetes(ref, inputs)
        return (f"{ref.name}-id" if request.custom else ""), inputs

    def _provider(self, reference: str) -> Aws:
        urn = reference.rpartition("::")[0]
        if urn not in self._providers:
            self._providers[urn] = _aws({})
        return self._providers[urn]


class _RefusedError(grpc.RpcError):
    """What the engine says when a provider refuses a call."""

    def code(self) -> grpc.StatusCode:
        return grpc.StatusCode.UNKNOWN

    def details(self) -> str:
        return str(self)


class _InTurn(ThreadPoolExecutor):
    """Runs each call where it is asked for: the order is the same every time, and no thread waits for another."""

    def submit(self, call: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        done: Future[T] = Future()
        try:
            done.set_result(call(*args, **kwargs))
        except Exception as error:
            done.set_exception(error)
        return done


def build(program: Callable[[], Any], stack: str = "dev", preview: bool = False) -> Engine:
    """Run a program to its end, with every registration drained, so that absence can be asserted too."""
    engine = Engine()
    SETTINGS.outputs.clear()
    pulumi.runtime.set_mocks(None, project="platform", stack=stack, preview=preview, monitor=engine)  # type: ignore[arg-type]  # the monitor answers
    _ensure_event_loop().set_default_executor(_InTurn())
    set_root_resource(None)  # type: ignore[arg-type]  # the program's own stack resource takes the exports
    _sync_await(run_in_stack(lambda: program() and None))
    engine._providers.clear()  # their clients weigh more than all records together
    return engine


def _aws(settings: dict[str, Any]) -> Aws:
    account = (_listed(settings.get("allowedAccountIds")) or [DEFAULT_ACCOUNT_ID])[0]
    provider = Aws(local_aws.session(account, settings.get("region", DEFAULT_REGION)), remembers=True)
    provider.configure({"region": DEFAULT_REGION} | settings)
    return provider


def _listed(value: Any) -> list[str]:
    return json.loads(value) if isinstance(value, str) else value or []


def _kubernetes(ref: Ref, inputs: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """As the API server would answer: the object, with a name."""
    metadata = {"name": ref.name, **(inputs.get("metadata") or {})}
    return "/".join(filter(None, (metadata.get("namespace"), metadata["name"]))), {**inputs, "metadata": metadata}


def _record(request: Any, urn: str, id_: str, inputs: dict[str, Any], outputs: dict[str, Any]) -> Record:
    options = {"protect": request.protect, "retain_on_delete": request.retainOnDelete}
    options |= {
        "ignore_changes": list(request.ignoreChanges),
        "additional_secrets": list(request.additionalSecretOutputs),
    }
    return Record(
        token=request.type,
        name=request.name,
        urn=urn,
        id=id_,
        inputs=inputs,
        outputs=outputs,
        parent=request.parent,
        provider=request.provider,
        depends_on=list(request.dependencies),
        property_dependencies={key: list(value.urns) for key, value in request.propertyDependencies.items()},
        options=options,
    )


__all__ = ["Engine", "ProviderError", "Record", "build"]
