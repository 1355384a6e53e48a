"""The databases behind the two Aurora clusters: one writes, the other follows over the line between the regions."""

import contextlib
import threading
import time
from collections.abc import Callable
from pathlib import Path

import psycopg

from sandbox.drill.postgres import PostgresError, Server, prepare
from sandbox.drill.relay import Relay

LAG = (
    "SELECT coalesce(max(extract(epoch FROM replay_lag)), 0) FROM pg_stat_replication WHERE state = 'streaming' "
    "HAVING count(*) > 0"
)
"""Nothing without a reader; the stream of one that was killed may outlast it for a moment."""


class Pair:
    """Behind the global database of the local AWS (see sandbox/cloud/rds_global.py); regions are told by ARNs."""

    def __init__(self, folder: Path, primary: str, recovery: str, latency: float) -> None:
        programs, password = prepare(folder)
        self.servers = {arn: Server(name, programs, folder, password) for arn, name in _names(primary, recovery)}
        self.writer, self._reader, self.latency = primary, recovery, latency
        try:
            self._begin(primary, recovery)
        except BaseException:
            self._kill()
            raise

    def _begin(self, primary: str, recovery: str) -> None:
        self.servers[primary].create()
        with self.servers[primary].session() as session:
            session.execute("CREATE TABLE writes (n bigint PRIMARY KEY, region text NOT NULL)")
        self.line = Relay(self.servers[primary].port)
        self._join(recovery)

    def _join(self, arn: str) -> None:
        """Copy the writer, and follow it."""
        self.line.latency = 0
        self.servers[arn].copy(self.line.port)
        self._await_stream(arn)

    def _await_stream(self, arn: str) -> None:
        """The line gets slow when the stream flows: a slow handshake takes a minute."""
        deadline = time.monotonic() + 60
        while not self.follows(arn):
            if time.monotonic() > deadline:
                raise PostgresError(f"{self.servers[arn].name} does not follow the writer:\n{self.servers[arn].tail()}")
            time.sleep(0.1)
        self.line.latency = self.latency

    def move(self, source: str, target: str, planned: bool) -> None:
        """As the global database does it: planned without loss, else with what the target has."""
        if planned:
            self.servers[source].stop()
        self.servers[target].promote()
        self.writer, self._reader = target, source
        if planned:
            self.line.mend(self.servers[target].port)
            self.servers[source].follow(self.line.port)

    def follows(self, arn: str) -> bool:
        """Whether the server streams from the writer."""
        with contextlib.suppress(psycopg.OperationalError):
            return bool(self.servers[arn].ask("SELECT 1 FROM pg_stat_wal_receiver WHERE status = 'streaming'"))
        return False

    def reconnect(self) -> None:
        """A line that was cut holds again, and the reader goes on where it was."""
        self.line.latency = 0
        self.line.mend(self.servers[self.writer].port)
        self._await_stream(self._reader)

    def lose(self, arn: str) -> None:
        """The region of this server goes: the line first, so that nothing gets out any more."""
        self.line.cut()
        self.servers[arn].kill()

    def rejoin(self, arn: str) -> None:
        """The region is back: its server gives up what nobody else has, and follows the writer."""
        self.servers[arn].kill()
        self.line.mend(self.servers[self.writer].port)
        self._join(arn)

    def numbers(self, arn: str) -> set[int]:
        """Every write that the server has."""
        return {n for (n,) in self.servers[arn].ask("SELECT n FROM writes")}

    def replayed(self, arn: str) -> bool:
        """Whether a follower has applied all it received."""
        return bool(self.servers[arn].ask("SELECT pg_last_wal_receive_lsn() = pg_last_wal_replay_lsn()")[0][0])

    def report_lag(self, tell: Callable[[str, float], None], stop: threading.Event) -> None:
        """Tell the reader's lag in seconds twice a second, as long as the writer can be asked and has a reader."""
        while not stop.wait(0.5):
            with contextlib.suppress(psycopg.OperationalError):
                for (seconds,) in self.servers[self.writer].ask(LAG):
                    tell(self._reader, float(seconds))

    def close(self) -> None:
        """End both."""
        self.line.close()
        self._kill()

    def _kill(self) -> None:
        for server in self.servers.values():
            server.kill()


def _names(primary: str, recovery: str) -> tuple[tuple[str, str], ...]:
    return (primary, "primary"), (recovery, "recovery")
