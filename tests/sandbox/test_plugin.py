"""A plugin that is stopped: what it had begun is finished, though nobody waits for the answer any more."""

import socket
import threading
from typing import Any

import grpc

from sandbox.engine.plugin import Server


def _register(begun: threading.Event, may_end: threading.Event, ended: list[str]) -> object:
    def call(request: Any, context: Any) -> bytes:
        begun.set()
        may_end.wait(10)
        ended.append("noted down")
        return b""

    create = grpc.unary_unary_rpc_method_handler(call)  # type: ignore[arg-type]
    handler = grpc.method_handlers_generic_handler("test", {"Create": create})
    return lambda server: server.add_generic_rpc_handlers((handler,))


def test_a_call_whose_caller_was_killed_is_finished_before_the_plugin_ends() -> None:
    begun, may_end, ended = threading.Event(), threading.Event(), list[str]()
    server = Server(_register(begun, may_end, ended), threads=2)  # type: ignore[arg-type]
    channel = grpc.insecure_channel(f"127.0.0.1:{server.port}")
    answer = channel.unary_unary("/test/Create").future(b"")
    assert begun.wait(10)
    answer.cancel()  # as the end of the engine does
    channel.close()
    threading.Timer(0.3, may_end.set).start()
    server.stop(grace_seconds=10)
    assert ended == ["noted down"]


def test_a_call_that_never_ends_holds_the_plugin_no_longer_than_its_grace() -> None:
    begun, may_end, ended = threading.Event(), threading.Event(), list[str]()
    server = Server(_register(begun, may_end, ended), threads=2)  # type: ignore[arg-type]
    channel = grpc.insecure_channel(f"127.0.0.1:{server.port}")
    channel.unary_unary("/test/Create").future(b"").cancel()
    answer = channel.unary_unary("/test/Create").future(b"")
    assert begun.wait(10)
    answer.cancel()
    server.stop(grace_seconds=0.2)
    assert ended == []
    may_end.set()


def test_a_connection_that_its_client_has_forgotten_holds_the_plugin_back_no_longer_than_calls_do() -> None:
    server = Server(lambda _: None, threads=2)
    with socket.create_connection(("127.0.0.1", server.port)) as forgotten:
        forgotten.sendall(
            b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + bytes([0, 0, 0, 4, 0, 0, 0, 0, 0])
        )  # and empty settings
        forgotten.recv(1)
        stopping = threading.Thread(target=server.stop, args=(60,))
        stopping.start()
        stopping.join(10)
        assert not stopping.is_alive()
