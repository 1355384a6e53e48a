"""The least that a provider can be: it takes every resource as it comes, and does nothing."""

from functools import partial
from typing import Any

import grpc
from pulumi.runtime.proto import plugin_pb2, provider_pb2, provider_pb2_grpc

from sandbox.engine import plugin


class Empty(provider_pb2_grpc.ResourceProviderServicer):
    """Answers only what a preview from nothing asks."""

    def GetPluginInfo(self, request: Any, context: grpc.ServicerContext) -> Any:  # noqa: N802 the protocol's name
        return plugin_pb2.PluginInfo(version="1.0.0")

    def CheckConfig(self, request: Any, context: grpc.ServicerContext) -> Any:  # noqa: N802 the protocol's name
        return provider_pb2.CheckResponse(inputs=request.news)

    def Configure(self, request: Any, context: grpc.ServicerContext) -> Any:  # noqa: N802 the protocol's name
        return provider_pb2.ConfigureResponse(acceptSecrets=True, supportsPreview=True, acceptResources=True)

    def Check(self, request: Any, context: grpc.ServicerContext) -> Any:  # noqa: N802 the protocol's name
        return provider_pb2.CheckResponse(inputs=request.news)

    def Create(self, request: Any, context: grpc.ServicerContext) -> Any:  # noqa: N802 the protocol's name
        return provider_pb2.CreateResponse(properties=request.properties)


def main() -> None:
    """Serve until the engine goes away."""
    plugin.serve(partial(provider_pb2_grpc.add_ResourceProviderServicer_to_server, Empty()), threads=4)


if __name__ == "__main__":
    main()
