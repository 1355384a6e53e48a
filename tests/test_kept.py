"""Records are kept while their sources stay as they are, and no longer."""

from pathlib import Path
from threading import Event, Thread

import pytest

from tests import kept, recorder


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project with a stack file and a component."""
    (tmp_path / "components").mkdir()
    (tmp_path / "components" / "one.py").write_text("one = 1\n")
    (tmp_path / "Pulumi.dev.yaml").write_text("config: {}\n")
    return tmp_path


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
    monkeypatch.setattr(kept, "fingerprint", lambda: "changed")
    kept.kept("dev", make, tmp_path)
    assert len(made) == 2
    assert [path.name for path in tmp_path.iterdir()] == ["changed"]


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
