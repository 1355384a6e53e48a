"""Two real PostgreSQL servers over a slow line: when they stand, and what is told of their lag."""

import shutil
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from sandbox.drill.pair import Pair

pytestmark = pytest.mark.engine

PRIMARY, RECOVERY, SLOW = "arn:primary", "arn:recovery", 6.0


@pytest.fixture
def folder() -> Iterator[Path]:
    """Not pytest's, which are closed to the databases' account."""
    made = Path(tempfile.mkdtemp(prefix="pair-"))
    made.chmod(0o711)
    (made / "databases").mkdir()
    yield made / "databases"
    shutil.rmtree(made)


def test_the_line_gets_slow_when_the_follower_follows(folder: Path, monkeypatch: pytest.MonkeyPatch):
    truth, seen = Pair.follows, []

    def late(pair: Pair, arn: str) -> bool:
        seen.append(pair.line.latency)
        return len(seen) > 3 and truth(pair, arn)

    monkeypatch.setattr(Pair, "follows", late)
    pair = Pair(folder, PRIMARY, RECOVERY, SLOW)
    try:
        assert set(seen) == {0}
        assert pair.line.latency == SLOW
        assert truth(pair, RECOVERY)
    finally:
        pair.close()


def test_the_lag_of_a_reader_that_is_gone_is_not_told(folder: Path):
    pair = Pair(folder, PRIMARY, RECOVERY, 0)
    try:
        (reader, seconds), *_ = _told(pair, 1)
        assert reader == RECOVERY
        assert 0 <= seconds < SLOW
        pair.servers[RECOVERY].kill()
        deadline = time.monotonic() + 30
        while pair.servers[PRIMARY].ask("SELECT 1 FROM pg_stat_replication") and time.monotonic() < deadline:
            time.sleep(0.1)
        assert _told(pair, 0) == []
    finally:
        pair.close()


def _told(pair: Pair, wanted: int) -> list[tuple[str, float]]:
    """What is told: until so much is, or after two looks where nothing is to be."""
    told: list[tuple[str, float]] = []
    stop = threading.Event()

    def tell(reader: str, seconds: float) -> None:
        told.append((reader, seconds))
        if len(told) == wanted:
            stop.set()

    ending = threading.Timer(30 if wanted else 1.2, stop.set)
    ending.start()
    pair.report_lag(tell, stop)
    ending.cancel()
    return told
