"""Real databases behind clusters of the local AWS for as long as a drill lends them, asked over the loopback."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from http.client import HTTPConnection
from urllib.parse import urlencode

from sandbox import processes
from sandbox.cloud.rds_global import Databases
from sandbox.home import Home

MOVE_SECONDS = 120.0
"""A planned move waits for a clean stop of the one server and the promotion of the other."""


@dataclass(frozen=True)
class Lent:
    """See sandbox.cloud.rds_global.Databases; the other end is sandbox/drill/lend.py."""

    port: int

    def move(self, source: str, target: str, planned: bool) -> None:
        """Raises RuntimeError with the drill's own words where the databases did not move."""
        self._ask("POST", "/move", source=source, target=target, planned=str(int(planned)))

    def follows(self, arn: str) -> bool:
        return bool(self._ask("GET", "/follows", arn=arn))

    def _ask(self, method: str, path: str, **query: str) -> object:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=MOVE_SECONDS)
        try:
            connection.request(method, f"{path}?{urlencode(query)}")
            answer = connection.getresponse()
            said = json.loads(answer.read())
        finally:
            connection.close()
        if answer.status >= 300:
            raise RuntimeError(str(said))
        return said


def lent(home: Home) -> Callable[[str], Databases | None]:
    """Finds what is lent for a cluster, by its ARN; what a killed drill left behind is nothing."""

    def find(arn: str) -> Databases | None:
        try:
            said = json.loads(home.databases.read_text())
        except FileNotFoundError:
            return None
        return Lent(said["port"]) if arn in said["clusters"] and processes.listening(said["port"]) else None

    return find
