"""The mutants, read from one file per area: NET.yaml holds those of NET-01 and its kin."""

import ast
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[2]
FOLDER = Path(__file__).parent


class CatalogueError(ValueError):
    """An entry that cannot be used; says which, why and what to do."""


@dataclass(frozen=True, kw_only=True)
class Mutant:
    """One clause of a requirement and the text whose replacement breaks it; `old` occurs exactly once in `file`."""

    id: str
    clause: str
    file: str
    old: str
    new: str

    @property
    def title(self) -> str:
        """How the mutant is called in reports."""
        return f"{self.id} {self.clause}"

    def mutate(self, root: Path) -> str:
        """The file's text with the clause broken; CatalogueError when the entry no longer fits the file."""
        path = root / self.file
        if not path.is_file():
            raise CatalogueError(f"{self.title}: there is no {self.file}; name the file that holds the clause now")
        text = path.read_text()
        if (count := text.count(self.old)) != 1:
            raise CatalogueError(
                f"{self.title}: `old` occurs {count} times in {self.file}; copy a text that occurs once, exactly"
            )
        mutated = text.replace(self.old, self.new)
        if mutated == text:
            raise CatalogueError(f"{self.title}: `new` equals `old` and breaks nothing; write what breaks the clause")
        if path.suffix == ".py":
            _parse(self, mutated)
        return mutated


def load(folder: Path = FOLDER) -> tuple[Mutant, ...]:
    """Every mutant of a folder, in the order of files and entries."""
    return tuple(mutant for path in sorted(folder.glob("*.yaml")) for mutant in _read(path))


def select(mutants: Sequence[Mutant], only: Sequence[str]) -> tuple[Mutant, ...]:
    """The mutants of the named areas (NET) and requirements (NET-03), all of them if none is named."""
    chosen = tuple(m for m in mutants if not only or m.id in only or m.id.partition("-")[0] in only)
    if not chosen:
        known = ", ".join(sorted({m.id.partition("-")[0] for m in mutants}))
        raise CatalogueError(f"no mutant is named by {' '.join(only) or 'nothing'}; the areas are {known}")
    return chosen


def changed(mutants: Sequence[Mutant], root: Path = ROOT) -> tuple[Mutant, ...]:
    """The mutants that, or whose file, the branch has touched since it left main; on main, since the commit before."""
    base = _git(root, "merge-base", "HEAD", "main")[0]
    if base == _git(root, "rev-parse", "HEAD")[0]:
        base = "HEAD~"
    new = _git(root, "ls-files", "--others", "--exclude-standard")
    touched = {*_git(root, "diff", "--name-only", base), *new}
    return tuple(m for m in mutants if touched & {m.file, f"tests/mutants/{m.id.partition('-')[0]}.yaml"})


def tracked(root: Path = ROOT) -> list[str]:
    """The files of the working tree as git sees them, those not added yet included, those deleted left out."""
    listed = _git(root, "ls-files", "--cached", "--others", "--exclude-standard")
    return [name for name in dict.fromkeys(listed) if (root / name).is_file()]


def _read(path: Path) -> Iterator[Mutant]:
    for position, entry in enumerate(yaml.load(path.read_text(), yaml.CSafeLoader) or []):
        where = f"{path.name}, entry {position + 1}"
        keys = set(entry) if isinstance(entry, dict) else set()
        if keys != set(Mutant.__dataclass_fields__) or not all(isinstance(value, str) for value in entry.values()):
            raise CatalogueError(f"{where}: must have the texts id, clause, file, old and new, and nothing else")
        if entry["id"].partition("-")[0] != path.stem:
            raise CatalogueError(f"{where}: {entry['id']} belongs into {entry['id'].partition('-')[0]}.yaml; move it")
        yield Mutant(**entry)


def _parse(mutant: Mutant, text: str) -> None:
    try:
        ast.parse(text)
    except SyntaxError as error:
        raise CatalogueError(
            f"{mutant.title}: breaks the syntax of {mutant.file} in line {error.lineno}; "
            "a clause is broken by a program that runs"
        ) from error


def _git(root: Path, *words: str) -> list[str]:
    argv = ["git", "-C", str(root), *words]
    done = subprocess.run(argv, capture_output=True, text=True, check=True)  # noqa: S603 argv is a list of our own
    return done.stdout.splitlines()
