"""Small HTTP servers on the loopback, for what stands in for somebody."""

import contextlib
import json
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

LOOPBACK = "127.0.0.1"
POLL_SECONDS = 0.05
"""How soon a server that is told to stop has stopped."""


class Answering(BaseHTTPRequestHandler):
    """A handler that answers whole and logs nothing: whoever runs it keeps what is worth it."""

    def answer(self, status: int, body: bytes = b"", headers: Iterable[tuple[str, str]] = ()) -> None:
        """Send it, with its length; whoever has hung up is not missed."""
        with contextlib.suppress(OSError):
            self.send_response(status)
            for name, value in headers:
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    def answer_json(self, status: int, said: Any) -> None:
        """Send a value as JSON."""
        self.answer(status, json.dumps(said).encode(), [("Content-Type", "application/json")])

    def read_body(self) -> bytes:
        """What came with the request; it can be read once."""
        return self.rfile.read(int(self.headers.get("Content-Length") or 0))

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing."""


@contextmanager
def serving(handler: type[BaseHTTPRequestHandler], **known: Any) -> Iterator[int]:
    """Serve on a free port with handlers that know what is given; yields the port, and has stopped afterwards."""
    server = ThreadingHTTPServer((LOOPBACK, 0), type("Handler", (handler,), known))
    thread = threading.Thread(target=server.serve_forever, args=(POLL_SECONDS,), daemon=True)
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
