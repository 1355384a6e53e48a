"""One process for all providers of an engine, started beside the program: `pulumi-providers ENGINE`, its process id.

Each connection is one provider resource of the program: it names the plugin and the engine's address, is answered with
a port, and lasts as long as the engine wants that provider.
"""

import gc
import os
import pkgutil
import select
import signal
import socket
import sys
from contextlib import suppress
from threading import Thread

from sandbox.providers.launcher import address, reached, without_sdk

PLUGINS = {
    "aws": "sandbox.providers.aws.provider:Aws",
    "kubernetes": "sandbox.providers.kubernetes.provider:Kubernetes",
}


def alone(name: str, engine: str) -> None:
    """Serve one provider in this process until the engine goes away."""
    from sandbox.providers import servicer

    servicer.serve(pkgutil.resolve_name(PLUGINS[name])(), engine)


def main() -> None:
    """Serve until the engine is gone or this process is asked to end; calls in flight are finished."""
    path, engine = address(int(sys.argv[1])), os.pidfd_open(int(sys.argv[1]))
    served: list[tuple[socket.socket, Thread]] = []
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    without_sdk()
    with socket.socket(socket.AF_UNIX) as door, suppress(KeyboardInterrupt):
        with reached(path) as near:
            door.bind(near)
        door.listen()
        Thread(target=_warm, daemon=True).start()
        while engine not in select.select([door, engine], [], [])[0]:
            connection, _ = door.accept()
            served.append((connection, Thread(target=_attend, args=(connection,), daemon=True)))
            served[-1][1].start()
    signal.signal(signal.SIGTERM, signal.SIG_IGN)  # it is ending as it is
    path.unlink(missing_ok=True)
    for connection, _ in served:
        with suppress(OSError):  # it has ended already
            connection.shutdown(socket.SHUT_RD)
    for _, thread in served:
        thread.join()
    os._exit(0)  # threads that still wait for a cloud, or for the engine, must not keep it alive


def _warm() -> None:
    """Import, and read what the first questions need, while the program imports its own."""
    for plugin in PLUGINS.values():
        pkgutil.resolve_name(plugin)
    from sandbox.providers.aws.kind import Cloud, session

    nobody = Cloud(session("nobody", "nobody"), "us-east-1", loopback=False)  # it sends nothing
    for service in ("sts", "ec2", "dynamodb", "eks", "route53", "elbv2"):
        nobody(service)
    gc.freeze()  # none of it will ever go: there is no need to look through it again and again


def _attend(connection: socket.socket) -> None:
    from sandbox.providers import servicer

    with connection, connection.makefile("r") as asked:
        name, engine = asked.readline().split()
        server = servicer.start(pkgutil.resolve_name(PLUGINS[name])(), engine)
        connection.sendall(str(server.port).encode())
        asked.readline()  # it is asked to end, or gone
        server.stop(servicer.GRACE_SECONDS)
