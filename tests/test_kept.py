"""Records are kept while their sources stay as they are, and no longer."""

import os
from pathlib import Path
from threading import Event, Thread
from unittest import mock

import pytest

from tests import kept, recorder


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project with a stack file and a component."""
    (tmp_path / "components").mkdir()
    (tmp_path / "components" / "one.py").write_text("one = 1\n")
    (tmp_path / "Pulumi.dev.yaml").write_text("config: {}\n")
    return tmp_path


def state_is(monkeypatch: pytest.MonkeyPatch, *words: str) -> None:
    """What the sources are like when tests begin, and after a record was made of them."""
    fingerprint = mock.Mock(return_value=words[0], __wrapped__=lambda _: words[-1])
    monkeypatch.setattr(kept, "fingerprint", fingerprint)


def fingerprint(project: Path) -> str:
    return kept.fingerprint.__wrapped__(project)


@pytest.mark.parametrize("name", ["components/one.py", "components/two.py", "Pulumi.dev.yaml", "infra/config/new.json"])
def test_any_change_of_a_source_is_another_state(project: Path, name: str) -> None:
    before = fingerprint(project)
    assert fingerprint(project) == before
    (project / name).parent.mkdir(parents=True, exist_ok=True)
    (project / name).write_text("two = 2\n")
    assert fingerprint(project) != before


def test_a_move_is_a_change_and_documents_are_no_source(project: Path) -> None:
    before = fingerprint(project)
    (project / "README.md").write_text("# A platform\n")
    assert fingerprint(project) == before
    (project / "components" / "one.py").rename(project / "components" / "other.py")
    assert fingerprint(project) != before


def test_a_record_is_made_once_read_as_it_was_made_and_made_anew_after_a_change(tmp_path: Path, monkeypatch) -> None:
    made: list[recorder.Engine] = []

    def make() -> recorder.Engine:
        made.append(recorder.Engine([], {"urn": {"name": "one"}}, {"password"}))
        return made[-1]

    for _ in range(2):
        engine = kept.kept("dev", make, tmp_path)
        assert (engine.records, engine.outputs, engine.secrets) == ([], {"urn": {"name": "one"}}, {"password"})
    assert len(made) == 1
    [before] = tmp_path.iterdir()
    state_is(monkeypatch, "changed")
    kept.kept("dev", make, tmp_path)
    assert len(made) == 2
    assert before.exists()  # another run may be at it
    os.utime(before, (0, 0))
    kept.kept("dev", make, tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["changed"]


def test_another_way_to_make_it_is_another_state(tmp_path: Path, monkeypatch) -> None:
    ways = [tmp_path / "one.py", tmp_path / "two.py"]
    for number, way in enumerate(ways):
        way.write_text(f"made = {number}\n")
        monkeypatch.setattr("inspect.getfile", lambda _, way=way: str(way))
        assert kept.kept("dev", lambda number=number: number, tmp_path / "records") == number
        assert kept.kept("dev", lambda: "anew", tmp_path / "records") == number


def test_who_asks_while_it_is_being_made_waits_for_it(tmp_path: Path) -> None:
    began, go, made = Event(), Event(), list[str]()

    def slowly() -> recorder.Engine:
        began.set()
        assert go.wait(10)
        made.append("slowly")
        return recorder.Engine()

    def again() -> recorder.Engine:
        made.append("again")
        return recorder.Engine()

    first = Thread(target=kept.kept, args=("dev", slowly, tmp_path))
    first.start()
    assert began.wait(10)
    second = Thread(target=kept.kept, args=("dev", again, tmp_path))
    second.start()
    go.set()
    first.join(10)
    second.join(10)
    assert made == ["slowly"]


def test_what_was_made_while_somebody_edited_the_sources_is_not_kept(tmp_path: Path, monkeypatch) -> None:
    state_is(monkeypatch, "begun", "edited")
    assert kept.kept("dev", lambda: "old or new", tmp_path) == "old or new"
    state_is(monkeypatch, "begun")
    assert kept.kept("dev", lambda: "old", tmp_path) == "old"
