"""A Provider as the engine's protocol has it: a gRPC service, in which every error is one sentence."""

import contextlib
from collections.abc import Callable
from functools import partial
from typing import Any

import grpc
from google.protobuf import any_pb2, empty_pb2
from pulumi.runtime.proto import engine_pb2_grpc, plugin_pb2, provider_pb2, provider_pb2_grpc, status_pb2

from sandbox.engine import plugin
from sandbox.providers.protocol import PartialError, Props, Provider, ProviderError, Ref, packed, plain

THREADS = 32
GRACE_SECONDS = 30  # a call in flight may have made something: it is noted down


class Servicer(provider_pb2_grpc.ResourceProviderServicer):
    """Translates between the protocol and a Provider. Method names are the protocol's."""

    def __init__(self, provider: Provider) -> None:
        self.provider = provider

    def Handshake(self, request: Any, context: Any) -> Any:  # noqa: N802 the protocol's name
        return provider_pb2.ProviderHandshakeResponse(accept_secrets=False, accept_resources=False)

    def GetPluginInfo(self, request: Any, context: Any) -> Any:  # noqa: N802 the protocol's name
        return plugin_pb2.PluginInfo(version=self.provider.version)

    def CheckConfig(self, request: Any, context: Any) -> Any:  # noqa: N802 the protocol's name
        return provider_pb2.CheckResponse(inputs=request.news)

    def DiffConfig(self, request: Any, context: Any) -> Any:  # noqa: N802 the protocol's name
        olds, news = plain(request.old_inputs), plain(request.news)
        some = provider_pb2.DiffResponse.DIFF_SOME if olds != news else provider_pb2.DiffResponse.DIFF_NONE
        replaces = [key for key in self.provider.identity if olds.get(key) != news.get(key)]
        return provider_pb2.DiffResponse(changes=some, replaces=replaces)

    def Configure(self, request: Any, context: Any) -> Any:  # noqa: N802 the protocol's name
        with _spoken(context):
            self.provider.configure(plain(request.args))
            return provider_pb2.ConfigureResponse(acceptSecrets=False, supportsPreview=True, acceptResources=False)

    def Check(self, request: Any, context: Any) -> Any:  # noqa: N802 the protocol's name
        try:
            with _spoken(context, (ProviderError,)):
                inputs = self.provider.check(_ref(request), plain(request.news), plain(request.olds))
        except ProviderError as error:
            return provider_pb2.CheckResponse(failures=[provider_pb2.CheckFailure(reason=str(error))])
        return provider_pb2.CheckResponse(inputs=packed(inputs))

    def Diff(self, request: Any, context: Any) -> Any:  # noqa: N802 the protocol's name
        with _spoken(context):
            change = self.provider.diff(
                _ref(request), plain(request.old_inputs), plain(request.news), plain(request.olds)
            )
        kinds = provider_pb2.PropertyDiff
        detail = {key: kinds(kind=kinds.UPDATE, inputDiff=True) for key in change.update}
        detail |= {key: kinds(kind=kinds.UPDATE_REPLACE, inputDiff=True) for key in change.replace}
        some = provider_pb2.DiffResponse.DIFF_SOME if detail else provider_pb2.DiffResponse.DIFF_NONE
        return provider_pb2.DiffResponse(
            changes=some,
            replaces=sorted(change.replace),
            diffs=sorted(detail),
            detailedDiff=detail,
            hasDetailedDiff=True,
            deleteBeforeReplace=change.delete_first,
        )

    def Create(self, request: Any, context: Any) -> Any:  # noqa: N802 the protocol's name
        with _spoken(context):
            id_, state = self.provider.create(_ref(request), plain(request.properties), request.preview)
            return provider_pb2.CreateResponse(id=id_, properties=packed(state))

    def Read(self, request: Any, context: Any) -> Any:  # noqa: N802 the protocol's name
        with _spoken(context):
            found = self.provider.read(_ref(request), plain(request.inputs), plain(request.properties))
            if found is None:
                return provider_pb2.ReadResponse()
            inputs, state = found
            return provider_pb2.ReadResponse(id=request.id, inputs=packed(inputs), properties=packed(state))

    def Update(self, request: Any, context: Any) -> Any:  # noqa: N802 the protocol's name
        with _spoken(context):
            state = self.provider.update(
                _ref(request), plain(request.old_inputs), plain(request.news), plain(request.olds), request.preview
            )
            return provider_pb2.UpdateResponse(properties=packed(state))

    def Delete(self, request: Any, context: Any) -> Any:  # noqa: N802 the protocol's name
        with _spoken(context):
            self.provider.delete(_ref(request), plain(request.old_inputs), plain(request.properties))
            return empty_pb2.Empty()

    def Invoke(self, request: Any, context: Any) -> Any:  # noqa: N802 the protocol's name
        with _spoken(context):
            reply: Props = {"return": packed(self.provider.invoke(request.tok, plain(request.args)))}
            return provider_pb2.InvokeResponse(**reply)

    def Cancel(self, request: Any, context: Any) -> Any:  # noqa: N802 the protocol's name
        return empty_pb2.Empty()

    def Attach(self, request: Any, context: Any) -> Any:  # noqa: N802 the protocol's name
        self.provider.engine = _engine(request.address)
        return empty_pb2.Empty()


def _ref(request: Any) -> Ref:
    _, _, types, name = request.urn.split("::", 3)
    return Ref(types.split("$")[-1], name, request.urn, getattr(request, "id", ""), getattr(request, "randomSeed", b""))


@contextlib.contextmanager
def _spoken(context: Any, pass_on: tuple[type[Exception], ...] = ()) -> Any:
    """End a call in one sentence; what is no ProviderError is a defect and names its type."""
    try:
        yield
    except pass_on:
        raise
    except PartialError as error:
        detail = provider_pb2.ErrorResourceInitFailed(
            id=error.id, properties=packed(error.state), inputs=packed(error.inputs), reasons=error.reasons
        )
        status = status_pb2.Status(code=grpc.StatusCode.UNKNOWN.value[0], message=str(error))
        holder = any_pb2.Any()
        holder.Pack(detail)
        status.details.append(holder)
        context.set_trailing_metadata((("grpc-status-details-bin", status.SerializeToString()),))
        context.abort(grpc.StatusCode.UNKNOWN, str(error))
    except ProviderError as error:
        context.abort(grpc.StatusCode.UNKNOWN, str(error))
    except Exception as error:
        context.abort(grpc.StatusCode.INTERNAL, f"{type(error).__name__}: {error}")


def _engine(address: str) -> Any:
    return engine_pb2_grpc.EngineStub(grpc.insecure_channel(address))


def start(provider: Provider, engine: str) -> plugin.Server:
    """A server for the provider; `engine` is the address at which the engine listens."""
    return plugin.Server(_registered(provider, engine), THREADS)


def serve(provider: Provider, engine: str) -> None:
    """Serve in this process until the engine goes away."""
    plugin.serve(_registered(provider, engine), THREADS, GRACE_SECONDS)


def _registered(provider: Provider, engine: str) -> Callable[[grpc.Server], None]:
    provider.engine = _engine(engine)
    return partial(provider_pb2_grpc.add_ResourceProviderServicer_to_server, Servicer(provider))
