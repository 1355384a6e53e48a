"""Databases lent to the local AWS of another process: found while they are lent, by the clusters they stand behind."""

import json
from pathlib import Path

import pytest

from sandbox import processes
from sandbox.cloud.rds_lent import lent
from sandbox.drill.lend import lend
from sandbox.home import Home

FIRST, SECOND = (f"arn:aws:rds:{region}:123456789012:cluster:one" for region in ("us-east-1", "us-west-2"))


class Moving:
    """What a pair does for those who borrow it."""

    def __init__(self) -> None:
        self.moves: list[tuple[str, str, bool]] = []
        self.following = {FIRST: False, SECOND: True}

    def move(self, source: str, target: str, planned: bool) -> None:
        if source == target:
            raise ValueError("nothing moves")
        self.moves.append((source, target, planned))

    def follows(self, arn: str) -> bool:
        return self.following[arn]


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path)


def test_a_borrower_moves_the_pair_and_asks_who_follows(home: Home):
    pair = Moving()
    with lend(home, pair, (FIRST, SECOND)):
        found = lent(home)(SECOND)
        assert found is not None
        assert (found.follows(FIRST), found.follows(SECOND)) == (False, True)
        found.move(FIRST, SECOND, planned=False)
        found.move(SECOND, FIRST, planned=True)
    assert pair.moves == [(FIRST, SECOND, False), (SECOND, FIRST, True)]


def test_a_move_that_fails_says_why(home: Home):
    with lend(home, Moving(), (FIRST, SECOND)):
        found = lent(home)(FIRST)
        assert found is not None
        with pytest.raises(RuntimeError, match=r"^ValueError: nothing moves$"):
            found.move(FIRST, FIRST, planned=False)


def test_other_clusters_and_other_days_have_no_database(home: Home):
    assert lent(home)(FIRST) is None
    with lend(home, Moving(), (FIRST, SECOND)):
        assert lent(home)("arn:aws:rds:eu-west-1:123456789012:cluster:one") is None
    assert lent(home)(FIRST) is None


def test_what_a_killed_drill_left_behind_is_nothing(home: Home):
    (port,) = processes.free_ports(1)
    home.databases.write_text(json.dumps({"port": port, "clusters": [FIRST]}))
    assert lent(home)(FIRST) is None
