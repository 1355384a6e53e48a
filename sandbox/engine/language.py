"""The Python language host: the SDK's own servicer, behind the executable name that the engine looks for.

The vendor ships this host with its download only; the SDK holds the same servicer for the Automation API.
"""

import gc
import os
import runpy
import subprocess
import sys
from _thread import start_new_thread
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from functools import partial
from pathlib import Path
from threading import Thread
from typing import IO, Any, TypeVar

import grpc
from pulumi.automation._server import LanguageServer
from pulumi.runtime.proto import language_pb2, language_pb2_grpc, plugin_pb2

from sandbox.engine import plugin

T = TypeVar("T")


class Host(LanguageServer):
    """Runs the program named by the project file, and policy packs as children of this process."""

    def __init__(self) -> None:
        super().__init__(lambda: None)

    def Handshake(self, request: Any, context: grpc.ServicerContext) -> Any:  # noqa: N802 the protocol's name
        """Nothing is negotiated: both sides are pinned."""
        return language_pb2.LanguageHandshakeResponse()

    def GetPluginInfo(self, request: Any, context: grpc.ServicerContext) -> Any:  # noqa: N802 the protocol's name
        """The version is the engine's own concern; the lock pins the SDK."""
        return plugin_pb2.PluginInfo(version="1.0.0")

    def Run(self, request: Any, context: grpc.ServicerContext) -> Any:  # noqa: N802 the protocol's name
        """Run `main:` of the project as `__main__`, with its folder first on the path."""
        program = Path(request.info.program_directory or request.pwd) / (request.info.entry_point or ".")

        def run() -> None:
            gc.disable()  # a program is short, and collecting among so many modules takes a tenth of their import
            os.chdir(request.pwd)
            sys.path.insert(0, str(program))
            runpy.run_path(str(program), run_name="__main__")

        self.program = run
        return on_a_bare_stack(partial(super().Run, request, context))

    def RunPlugin(self, request: Any, context: grpc.ServicerContext) -> Iterator[Any]:  # noqa: N802 the protocol's name
        """Run a policy pack and pass its output on as it comes."""
        child = subprocess.Popen(  # noqa: S603 the engine names its own plugin
            [sys.executable, "-u", "-m", "pulumi.policy", *request.args, request.info.program_directory],
            cwd=request.pwd,
            env=dict(pair.split("=", 1) for pair in request.env) or None,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        context.add_callback(child.terminate)
        pump = Thread(target=_copy, args=(child.stderr, sys.stderr.buffer), daemon=True)
        pump.start()
        for line in _lines(child.stdout):
            yield language_pb2.RunPluginResponse(stdout=line)
        yield language_pb2.RunPluginResponse(exitcode=child.wait())


def on_a_bare_stack(call: Callable[[], T]) -> T:
    """Make a call below which there is nothing: the SDK notes the whole stack with each resource, a server's too."""
    done: Future[T] = Future()

    def run() -> None:
        try:
            done.set_result(call())
        except BaseException as error:
            done.set_exception(error)

    start_new_thread(run, ())
    return done.result()


def _lines(stream: IO[bytes] | None) -> Iterator[bytes]:
    yield from stream or ()


def _copy(source: IO[bytes] | None, target: IO[bytes]) -> None:
    for line in _lines(source):
        target.write(line)
        target.flush()


def main() -> None:
    """Serve until the engine goes away."""
    plugin.serve(partial(language_pb2_grpc.add_LanguageRuntimeServicer_to_server, Host()), threads=4)
