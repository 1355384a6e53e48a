"""The pair of a drill, lent to a local AWS that is another process; sandbox/cloud/rds_lent.py asks."""

import json
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar
from urllib.parse import parse_qsl, urlsplit

from sandbox.cloud.rds_global import Databases
from sandbox.home import Home, write_whole


@contextmanager
def lend(home: Home, databases: Databases, clusters: Iterable[str]) -> Iterator[None]:
    """They stand behind the clusters, which are told by their ARNs, until the drill is over."""
    handler = type("Handler", (_Handler,), {"databases": databases})
    serving = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=serving.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    write_whole(home.databases, json.dumps({"port": serving.server_address[1], "clusters": [*clusters]}))
    try:
        yield
    finally:
        home.databases.unlink()
        serving.shutdown()
        serving.server_close()
        thread.join()


class _Handler(BaseHTTPRequestHandler):
    databases: ClassVar[Databases]

    def do_GET(self) -> None:
        """`/follows?arn=`: whether the database receives what the writer writes."""
        self._answer(200, self.databases.follows(self._query["arn"]))

    def do_POST(self) -> None:
        """`/move?source=&target=&planned=`: another writer; the answer comes when it writes."""
        asked = self._query
        try:
            self.databases.move(asked["source"], asked["target"], asked["planned"] == "1")
        except Exception as error:  # whatever it is, the local AWS writes it into its log and keeps the writer
            return self._answer(500, f"{type(error).__name__}: {error}")
        return self._answer(200, None)

    @property
    def _query(self) -> dict[str, str]:
        return dict(parse_qsl(urlsplit(self.path).query))

    def _answer(self, status: int, said: Any) -> None:
        body = json.dumps(said).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing: the controller's journal tells."""
