"""The pair of a drill, lent to a local AWS that is another process; sandbox/cloud/rds_lent.py asks."""

import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import ClassVar
from urllib.parse import parse_qsl, urlsplit

from sandbox.answering import Answering, serving
from sandbox.cloud.rds_global import Databases
from sandbox.home import Home, write_whole


@contextmanager
def lend(home: Home, databases: Databases, clusters: Iterable[str]) -> Iterator[None]:
    """They stand behind the clusters, which are told by their ARNs, until the drill is over."""
    with serving(_Handler, databases=databases) as port:
        write_whole(home.databases, json.dumps({"port": port, "clusters": [*clusters]}))
        try:
            yield
        finally:
            home.databases.unlink()


class _Handler(Answering):
    databases: ClassVar[Databases]

    def do_GET(self) -> None:
        """`/follows?arn=`: whether the database receives what the writer writes."""
        self.answer_json(200, self.databases.follows(self._query["arn"]))

    def do_POST(self) -> None:
        """`/move?source=&target=&planned=`: another writer; the answer comes when it writes."""
        asked = self._query
        try:
            self.databases.move(asked["source"], asked["target"], asked["planned"] == "1")
        except Exception as error:  # whatever it is, the local AWS writes it into its log and keeps the writer
            return self.answer_json(500, f"{type(error).__name__}: {error}")
        return self.answer_json(200, None)

    @property
    def _query(self) -> dict[str, str]:
        return dict(parse_qsl(urlsplit(self.path).query))
