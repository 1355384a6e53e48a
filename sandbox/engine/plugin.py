"""How a plugin serves the engine."""

import os
import signal
from collections.abc import Callable
from concurrent import futures
from threading import Event

import grpc

_SIZE = 400 << 20  # bytes in a message, as the engine's own plugins allow


def start(register: Callable[[grpc.Server], None], threads: int) -> tuple[grpc.Server, int]:
    """A server on a free loopback port, and the port."""
    server = grpc.server(
        futures.ThreadPoolExecutor(threads),
        options=[("grpc.max_receive_message_length", _SIZE), ("grpc.max_send_message_length", _SIZE)],
    )
    register(server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    return server, port


def serve(register: Callable[[grpc.Server], None], threads: int, grace_seconds: float | None = None) -> None:
    """Serve on a port that is printed first, until the engine goes away; an interrupt ends quietly."""
    done = Event()
    for sign in (signal.SIGINT, signal.SIGTERM):
        signal.signal(sign, lambda *_: done.set())
    server, port = start(register, threads)
    print(port, flush=True)
    done.wait()
    server.stop(grace_seconds).wait()
    os._exit(0)  # threads that still wait for a cloud, or for the engine, must not keep a dead engine's plugin alive
