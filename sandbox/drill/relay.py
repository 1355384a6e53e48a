"""A line between two regions: bytes take their time on it, and it can be cut."""

import contextlib
import queue
import socket
import threading
import time

CHUNK = 65536


class Relay:
    """Forwards connections to its loopback port to another one; `latency` in seconds, each way."""

    def __init__(self, target: int, latency: float = 0) -> None:
        self.target, self.latency = target, latency
        self._cut = threading.Event()
        self._open: set[socket.socket] = set()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def cut(self) -> None:
        """Break every connection and let none come about; what is under way is lost."""
        self._cut.set()
        for each in list(self._open):
            _close(each)

    def mend(self, target: int) -> None:
        """Connect again, to this port."""
        self.target = target
        self._cut.clear()

    def close(self) -> None:
        """Cut, for good."""
        self.cut()
        _close(self._listener)

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                near, _ = self._listener.accept()
                try:
                    if self._cut.is_set():
                        raise ConnectionRefusedError
                    far = socket.create_connection(("127.0.0.1", self.target))
                except OSError:
                    _close(near)
                    continue
                self._open |= {near, far}
                for one, other in ((near, far), (far, near)):
                    self._forward(one, other)

    def _forward(self, source: socket.socket, sink: socket.socket) -> None:
        line: queue.SimpleQueue[tuple[float, bytes]] = queue.SimpleQueue()

        def receive() -> None:
            with contextlib.suppress(OSError):
                while data := source.recv(CHUNK):
                    line.put((time.monotonic() + self.latency, data))
            line.put((0, b""))

        def send() -> None:
            with contextlib.suppress(OSError):
                while (arrival := line.get())[1]:
                    time.sleep(max(0.0, arrival[0] - time.monotonic()))
                    if not self._cut.is_set():
                        sink.sendall(arrival[1])
            for each in (source, sink):
                self._open.discard(each)
                _close(each)

        for work in (receive, send):
            threading.Thread(target=work, daemon=True).start()


def _close(each: socket.socket) -> None:
    with contextlib.suppress(OSError):
        each.shutdown(socket.SHUT_RDWR)
    each.close()
