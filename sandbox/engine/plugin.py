"""How a plugin serves the engine."""

import os
import signal
from collections.abc import Callable
from concurrent import futures
from threading import Event
from typing import Any

import grpc

SETTLING_SECONDS = 1.0
_SIZE = 400 << 20  # bytes in a message, as the engine's own plugins allow


class _Calls(futures.ThreadPoolExecutor):
    """The calls in flight: gRPC forgets one whose caller is gone, though it goes on."""

    def __init__(self, threads: int) -> None:
        super().__init__(threads)
        self._in_flight: set[futures.Future[Any]] = set()

    def submit(self, call: Callable[..., Any], /, *args: Any, **kwargs: Any) -> futures.Future[Any]:  # type: ignore[override]
        """Run a call, and know of it until it is done."""
        running = super().submit(call, *args, **kwargs)
        self._in_flight.add(running)
        running.add_done_callback(self._in_flight.discard)
        return running

    def finish(self, seconds: float) -> None:
        """Wait for those that run."""
        futures.wait(list(self._in_flight), seconds)


class Server:
    """Serves on a free loopback port until it is stopped."""

    def __init__(self, register: Callable[[grpc.Server], None], threads: int) -> None:
        self._calls = _Calls(threads)
        self._server = grpc.server(
            self._calls,
            options=[("grpc.max_receive_message_length", _SIZE), ("grpc.max_send_message_length", _SIZE)],
        )
        register(self._server)
        self.port = self._server.add_insecure_port("127.0.0.1:0")
        self._server.start()

    def stop(self, grace_seconds: float) -> None:
        """Take no more calls, and give those in flight their time, also when nobody waits for the answer any more.

        gRPC itself waits for connections, too: one whose client no longer looks at it takes all of the grace.
        """
        stopped = self._server.stop(grace_seconds)
        stopped.wait(SETTLING_SECONDS)  # what was accepted last is among the calls by then
        self._calls.finish(grace_seconds)
        stopped.wait(SETTLING_SECONDS)  # and its answer is on its way


def serve(register: Callable[[grpc.Server], None], threads: int, grace_seconds: float = 0) -> None:
    """Serve on a port that is printed first, until the engine goes away; an interrupt ends quietly."""
    done = Event()
    for sign in (signal.SIGINT, signal.SIGTERM):
        signal.signal(sign, lambda *_: done.set())
    server = Server(register, threads)
    print(server.port, flush=True)
    done.wait()
    server.stop(grace_seconds)
    os._exit(0)  # threads that still wait for a cloud, or for the engine, must not keep a dead engine's plugin alive
