"""How a provider starts: in the one process that serves all providers of an engine, else by itself.

That process is started beside the program, so that it is warm when the first resource asks for it.
"""

import importlib.util
import os
import signal
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import ModuleType

from sandbox import home

# A signal ends a `read`, and which status it has then is another in every shell: the trap notes that there was one.
_WAIT = """
trap '[ $told ] || echo 2>/dev/null >&0; told=1 asked=1' INT TERM
echo "$1"
while asked=; read -r _ || [ $asked ]; do :; done
"""


def serve(name: str) -> None:
    """Be the engine's plugin `name` until the engine goes away."""
    with socket.socket(socket.AF_UNIX) as host:
        if port := _served_by(host, name):
            _stand_for(host, port)
            return
    without_sdk()
    from sandbox.providers import host as own

    own.alone(name, sys.argv[-1])


def _served_by(host: socket.socket, name: str) -> bytes:
    """The port at which the host serves this provider; empty where no host can."""
    with suppress(OSError), reached(address(os.getppid())) as path:
        host.connect(path)
        host.sendall(f"{name} {sys.argv[-1]}\n".encode())
        return host.recv(16)
    return b""


def _stand_for(host: socket.socket, port: bytes) -> None:
    """Be the outside of a provider that the host serves: a shell, since there is one for each and all it does is wait.

    Asked to end, it tells the host, which hangs up when the calls in flight are finished.
    """
    for sign in (signal.SIGINT, signal.SIGTERM):
        signal.signal(sign, signal.SIG_DFL)  # a shell does not hear what was ignored before it
    os.dup2(host.fileno(), 0)
    os.execv("/bin/sh", [sys.argv[0], "-c", _WAIT, "sh", port.decode()])  # noqa: S606 nothing of it comes from outside


def start_host() -> None:
    """Start the process that serves the providers of the engine above this process; the engine's first plugin does."""
    import subprocess

    if not address(os.getppid()).exists():
        with (home.current().logs / "providers.log").open("ab") as log:
            words = [Path(sys.argv[0]).with_name("pulumi-providers"), str(os.getppid())]
            # In a session of its own: the engine ends the whole group of a plugin that it is done with.
            subprocess.Popen(words, stdout=log, stderr=log, start_new_session=True)  # noqa: S603 our own


def address(engine: int) -> Path:
    """The socket that the plugins of one engine share; there while the host listens."""
    return home.current().engine / f"providers-{engine}"


@contextmanager
def reached(path: Path) -> Iterator[str]:
    """Another name of a socket, which may have 107 bytes, however deep the laptop cloud lies."""
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        yield f"/proc/self/fd/{folder}/{path.name}"
    finally:
        os.close(folder)


def without_sdk() -> None:
    """Let the protocol's modules be imported without the SDK around them, which is three times their size."""
    sdk = importlib.util.find_spec("pulumi")
    for name, folder in (("pulumi", ""), ("pulumi.runtime", "runtime")):
        package = sys.modules[name] = ModuleType(name)
        package.__path__ = [str(Path(place, folder)) for place in sdk.submodule_search_locations or ()] if sdk else []
