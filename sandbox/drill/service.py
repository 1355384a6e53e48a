"""The application in one region: says that it lives, and writes numbers into its region's database."""

import threading
from http.server import ThreadingHTTPServer
from typing import Any

import psycopg

from sandbox.answering import LOOPBACK, POLL_SECONDS, Answering
from sandbox.drill.postgres import Server

NO_ERRORS = b'{"data": {"result": [{"value": [0, "0"]}]}}'


class Service:
    """On a loopback port that stays the same while the region is lost and found."""

    def __init__(self, region: str, database: Server) -> None:
        self.region, self.database, self.port = region, database, 0
        self._server: ThreadingHTTPServer | None = None
        self._session: psycopg.Connection[tuple[Any, ...]] | None = None
        self._alone = threading.Lock()
        self.start()

    @property
    def url(self) -> str:
        return f"http://{LOOPBACK}:{self.port}"

    def start(self) -> None:
        """Answer."""
        handler = type("Handler", (_Handler,), {"service": self})
        self._server = _Server((LOOPBACK, self.port), handler)
        self.port = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, args=(POLL_SECONDS,), daemon=True).start()

    def stop(self) -> None:
        """Refuse connections."""
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()
            self._server = None
        with self._alone:
            self._forget()

    def write(self, number: int) -> None:
        """Commit one number; raises psycopg.Error where the database is away or only follows."""
        with self._alone:
            self._session = self._session or self.database.session()
            try:
                self._session.execute("INSERT INTO writes VALUES (%s, %s)", (number, self.region))
            except psycopg.Error:
                self._forget()
                raise

    def _forget(self) -> None:
        """The next write opens another session."""
        if self._session is not None:
            self._session.close()
            self._session = None


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    allow_reuse_address = True


class _Handler(Answering):
    service: Service

    def do_GET(self) -> None:
        """The health of the process, which does not depend on who writes; and no errors, as Prometheus would say it."""
        if self.path.startswith("/api/v1/query"):
            return self.answer(200, NO_ERRORS)
        return self.answer(200 if self.path == "/health" else 404)

    def do_POST(self) -> None:
        """`/writes/N` commits N."""
        try:
            self.service.write(int(self.path.rpartition("/")[2]))
        except psycopg.Error:
            return self.answer(503)
        return self.answer(201)
