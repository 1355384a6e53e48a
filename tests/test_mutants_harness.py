"""The mutants fit the code they break, and the run that judges them tells killed, survived and broken apart."""

import sys
from pathlib import Path

import pytest

from tests.mutants.__main__ import _import, fate
from tests.mutants.catalogue import ROOT, CatalogueError, Mutant, load, select
from tests.mutants.trial import Judge, Verdict

ENTRY = "- {id: NET-03, clause: names, file: a.py, old: dns=True, new: dns=False}\n"
MUTANT = Mutant(id="NET-03", clause="names", file="a.py", old="dns=True", new="dns=False")

pytest_plugins = ["pytester"]


def written(folder: Path, text: str, name: str = "NET.yaml") -> Path:
    (folder / name).write_text(text)
    return folder


def refusal_of(mutant: Mutant, root: Path) -> str:
    with pytest.raises(CatalogueError) as refused:
        mutant.mutate(root)
    return str(refused.value)


@pytest.mark.parametrize("mutant", load(), ids=lambda mutant: mutant.title)
def test_each_mutant_breaks_one_place_of_a_program_that_still_runs(mutant: Mutant) -> None:
    assert mutant.new in mutant.mutate(ROOT)


def test_no_clause_is_named_twice() -> None:
    titles = [mutant.title for mutant in load()]
    assert sorted(set(titles)) == sorted(titles)


def test_an_entry_is_read_as_it_is_written(tmp_path: Path) -> None:
    assert load(written(tmp_path, ENTRY)) == (MUTANT,)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "- {id: NET-03}\n",
            "NET.yaml, entry 1: must have the texts id, clause, file, old and new, and nothing else",
        ),
        (
            ENTRY + ENTRY.replace("names", "7"),
            "NET.yaml, entry 2: must have the texts id, clause, file, old and new, and nothing else",
        ),
        (
            ENTRY.replace("NET", "KMS"),
            "NET.yaml, entry 1: KMS-03 belongs into KMS.yaml; move it",
        ),
    ],
)
def test_an_entry_that_cannot_be_used_is_named(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(CatalogueError) as refused:
        load(written(tmp_path, text))
    assert str(refused.value) == said


def test_areas_and_requirements_are_chosen_by_name(tmp_path: Path) -> None:
    written(tmp_path, ENTRY + ENTRY.replace("NET-03", "NET-04"))
    mutants = load(written(tmp_path, ENTRY.replace("NET", "KMS"), "KMS.yaml"))
    assert [m.id for m in select(mutants, [])] == ["KMS-03", "NET-03", "NET-04"]
    assert [m.id for m in select(mutants, ["NET"])] == ["NET-03", "NET-04"]
    assert [m.id for m in select(mutants, ["NET-04", "KMS"])] == ["KMS-03", "NET-04"]
    with pytest.raises(CatalogueError) as refused:
        select(mutants, ["EKS"])
    assert str(refused.value) == "no mutant is named by EKS; the areas are KMS, NET"


def test_a_mutant_replaces_its_text(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("f(dns=True)\n")
    assert MUTANT.mutate(tmp_path) == "f(dns=False)\n"


def test_a_stale_mutant_says_what_changed(tmp_path: Path) -> None:
    assert refusal_of(MUTANT, tmp_path) == "NET-03 names: there is no a.py; name the file that holds the clause now"
    for text, count in (("f()\n", 0), ("f(dns=True)\ng(dns=True)\n", 2)):
        (tmp_path / "a.py").write_text(text)
        assert refusal_of(MUTANT, tmp_path) == (
            f"NET-03 names: `old` occurs {count} times in a.py; copy a text that occurs once, exactly"
        )


def test_a_mutant_that_breaks_nothing_or_everything_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("f(dns=True)\n")
    same = Mutant(id="NET-03", clause="names", file="a.py", old="dns", new="dns")
    assert refusal_of(same, tmp_path) == (
        "NET-03 names: `new` equals `old` and breaks nothing; write what breaks the clause"
    )
    broken = Mutant(id="NET-03", clause="names", file="a.py", old="dns=True", new="dns=")
    assert refusal_of(broken, tmp_path) == (
        "NET-03 names: breaks the syntax of a.py in line 1; a clause is broken by a program that runs"
    )


def test_only_tests_that_name_the_requirement_are_run(pytester: pytest.Pytester) -> None:
    pytester.makeini("[pytest]\nmarkers =\n  req(*ids)\n  engine\n")
    pytester.makepyfile(
        """
        import pytest

        @pytest.mark.req("NET-03", "NET-01")
        def test_named(): assert False

        @pytest.mark.engine
        @pytest.mark.req("NET-03")
        def test_slow(): assert False

        @pytest.mark.req("NET-04")
        def test_other(): assert False

        def test_unmarked(): assert False
        """
    )
    judge = Judge(["NET-03"])
    pytester.inline_run(plugins=[judge])
    name = "test_only_tests_that_name_the_requirement_are_run.py::test_named"
    assert (judge.verdict.ran, judge.verdict.failed) == ({"NET-03": [name]}, [name])
    assert judge.verdict.marked == ["NET-01", "NET-03", "NET-04"]
    assert not judge.verdict.broken


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("import nowhere", "cannot be collected"),
        ("import pytest\n@pytest.mark.req('NET-03')\ndef test_it(): undefined()", "test_it met NameError"),
    ],
)
def test_a_program_that_does_not_run_proves_nothing(pytester: pytest.Pytester, text: str, said: str) -> None:
    pytester.makeini("[pytest]\nmarkers =\n  req(*ids)\n")
    pytester.makepyfile(text)
    judge = Judge(["NET-03"])
    pytester.inline_run(plugins=[judge])
    assert said in judge.verdict.broken


@pytest.mark.parametrize(
    ("verdict", "said"),
    [
        (Verdict(ran={"NET-03": ["a", "b"]}, failed=["a"]), "killed by a"),
        (Verdict(ran={"NET-03": ["a", "b"]}), "SURVIVED 2 tests"),
        (Verdict(ran={"NET-03": ["a"]}, failed=["a"], broken="a met NameError"), "BROKEN, a met NameError"),
    ],
)
def test_a_mutant_is_killed_only_by_a_test_that_ran(verdict: Verdict, said: str) -> None:
    assert fate(verdict) == said


def test_a_package_that_the_sdk_imports_late_is_imported_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "sdk" / "late").mkdir(parents=True)
    for name, text in {
        "__init__": "from pulumi._utils import lazy_import\nlate = lazy_import('sdk.late')\n",
        "late/__init__": "from .part import *\nfrom . import other\n",
        "late/part": "from . import other\nother.ready\nPART = 1\n",
        "late/other": "ready = True\n",
    }.items():
        (tmp_path / "sdk" / f"{name}.py").write_text(text)
    monkeypatch.syspath_prepend(tmp_path)
    names = ["sdk", "sdk.late", "sdk.late.other", "sdk.late.part"]
    try:
        _import([names[0], names[1], names[3]])
        assert sys.modules["sdk.late"].PART == 1
    finally:
        for name in names:
            sys.modules.pop(name, None)
