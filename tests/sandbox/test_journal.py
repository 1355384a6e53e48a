"""The journal tells which ids of a resource were made and not removed since."""

from pathlib import Path

import pytest

from sandbox import journal


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the providers of this test write."""
    monkeypatch.setenv("LAPTOP_JOURNAL", str(tmp_path / "journal.jsonl"))
    return tmp_path / "journal.jsonl"


def test_what_was_made_lives_until_it_is_removed(path: Path):
    assert journal.living(path) == {}
    for id_ in ("vpc-1", "vpc-2", "vpc-3"):
        journal.created("urn:net", id_)
    journal.deleted("urn:net", "vpc-2")
    journal.deleted("urn:other", "never made")
    assert journal.living(path) == {"urn:net": ["vpc-1", "vpc-3"]}


def test_a_name_that_is_made_again_lives_once_and_counts_as_the_youngest(path: Path):
    for id_ in ("web", "db", "web"):
        journal.created("urn:role", id_)
    assert journal.living(path) == {"urn:role": ["db", "web"]}
    journal.deleted("urn:role", "web")
    assert journal.living(path) == {"urn:role": ["db"]}
