"""`python -m tests.mutants [NET] [NET-03] [--changed]`: what `make mutants` calls."""

import argparse
import importlib
import os
import shutil
import sys
import tempfile
import warnings
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path

from tests.mutants import trial
from tests.mutants.catalogue import ROOT, CatalogueError, Mutant, changed, load, select, tracked

WIDTH = 2  # runs at a time


def main() -> None:
    """Break clause after clause and say which test saw it; exit status 1 if one went unseen."""
    parser = argparse.ArgumentParser(prog="python -m tests.mutants")
    parser.add_argument("only", nargs="*", metavar="NET or NET-03", help="areas or requirements; all if none is named")
    parser.add_argument("--changed", action="store_true", help="only what this branch has touched")
    words = parser.parse_args()
    try:
        mutants = select(load(), words.only)
        mutants = changed(mutants) if words.changed else mutants
        for mutant in mutants:
            mutant.mutate(ROOT)
    except CatalogueError as error:
        sys.exit(str(error))
    if not mutants:
        _say("no mutant lives in what was touched")
        return
    with tempfile.TemporaryDirectory(prefix="mutants-") as folder:
        sys.exit(_hold(Path(folder), mutants, complete=not (words.only or words.changed)))


def _hold(folder: Path, mutants: Sequence[Mutant], complete: bool) -> str | None:
    """Run the baseline, then every mutant; what is wrong, if anything is.

    A `complete` run also asks for a mutant of every requirement that has a test.
    """
    template = folder / "tree"
    _copy(template)
    ids = {mutant.id for mutant in mutants}
    _say(f"{len(mutants)} mutants of {len(ids)} requirements; first their tests on the unbroken tree")
    baseline = _wait(template, trial.fork(template, ids, [] if complete else _naming(template, ids)))
    if baseline.broken or baseline.failed:
        return "\n".join(["the tests are not green before anything is broken:", baseline.broken, *baseline.failed])
    _import(baseline.libraries)
    unseen = []
    for count, (mutant, said) in enumerate(_try_all(folder, mutants, baseline.ran), 1):
        _say(f"[{count}/{len(mutants)}] {mutant.title}: {said}")
        if not said.startswith("killed"):
            unseen.append(f"{mutant.title}: {said}")
    _say(f"{len(mutants) - len(unseen)} of {len(mutants)} mutants were killed")
    if complete and (missing := sorted(set(baseline.marked) - ids)):
        unseen.append(f"{', '.join(missing)}: has a test and no mutant; break a clause of it in tests/mutants/")
    return "\n".join(unseen) or None


def _try_all(folder: Path, mutants: Sequence[Mutant], proofs: dict[str, list[str]]) -> Iterator[tuple[Mutant, str]]:
    """Every mutant with what became of it, as they end; WIDTH runs at a time."""
    waiting, running = list(mutants), dict[int, tuple[Mutant, Path]]()
    while waiting or running:
        while waiting and len(running) < WIDTH:
            mutant = waiting.pop(0)
            if mutant.id not in proofs:
                yield mutant, "SURVIVED, for no test is marked with this requirement"
                continue
            place = folder / str(len(mutants) - len(waiting))
            _break(mutant, folder / "tree", place)
            files = sorted({test.partition("::")[0] for test in proofs[mutant.id]})
            running[trial.fork(place, {mutant.id}, files, "-x")] = mutant, place
        if running:
            pid, status = os.wait()
            mutant, place = running.pop(pid)
            yield mutant, fate(trial.read(place, status))
            shutil.rmtree(place)


def fate(verdict: trial.Verdict) -> str:
    """What is said of a mutant after its run."""
    if verdict.broken:
        return f"BROKEN, {verdict.broken}"
    if verdict.failed:
        return f"killed by {verdict.failed[0]}"
    return f"SURVIVED {sum(len(tests) for tests in verdict.ran.values())} tests"


def _break(mutant: Mutant, template: Path, place: Path) -> None:
    """A copy of the tree by hard links, compiled modules included, in which one file is another."""
    shutil.copytree(template, place, copy_function=os.link)
    target = place / mutant.file
    text = mutant.mutate(place)
    target.unlink()
    target.write_text(text)
    if target.suffix == ".py":
        Path(importlib.util.cache_from_source(str(target))).unlink(missing_ok=True)


def _copy(template: Path) -> None:
    for name in tracked():
        (template / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / name, template / name)


def _naming(tree: Path, ids: Collection[str]) -> list[str]:
    """The test files that name one of the requirements: there is no need to collect the others."""
    texts = {path: path.read_text() for path in sorted(tree.glob("tests/**/test_*.py"))}
    return [str(path.relative_to(tree)) for path, text in texts.items() if any(f'"{id_}"' in text for id_ in ids)]


def _wait(place: Path, pid: int) -> trial.Verdict:
    return trial.read(place, os.waitpid(pid, 0)[1])


def _import(libraries: Sequence[str]) -> None:
    """Import once, here, what every run would import again.

    An SDK imports its packages when they are asked for something; one whose part comes first stays half empty.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for name in libraries:
            getattr(sys.modules.get(name.rpartition(".")[0]), "anything", None)
            importlib.import_module(name)


def _say(text: str) -> None:
    print(text, flush=True)


if __name__ == "__main__":
    main()
