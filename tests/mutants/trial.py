"""One run of the marked tests over a copy of the tree, in a process forked from one that has imported the libraries."""

import json
import os
import signal
import sys
import traceback
from collections.abc import Collection, Generator, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

import pytest

from tests.mutants.catalogue import ROOT

ROOMS = frozenset({"components", "infra", "sandbox", "tests", "assurance", "policies", "services"})
# A patch that merely breaks the program proves nothing about the tests.
_BROKEN = ("NameError", "UnboundLocalError", "ImportError", "ModuleNotFoundError", "SyntaxError", "IndentationError")
# The libraries are imported already; that their own assertions stay as they are is no loss.
_FLAGS = ("-p", "no:cacheprovider", "-p", "no:xdist", "-W", "ignore::pytest.PytestAssertRewriteWarning")
_FLAGS += ("--tb=native",)  # nobody reads the source lines of a hundred expected failures
LIMIT_SECONDS = 600  # against a mutant that never ends


@dataclass
class Verdict:
    """What became of a run: tests by ID that ran, the first failure, and what kept the run from meaning anything.

    `marked` are the IDs that any quick test proves, chosen or not.
    """

    ran: dict[str, list[str]] = field(default_factory=dict)
    marked: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    broken: str = ""
    libraries: list[str] = field(default_factory=list)


class Judge:
    """A pytest plugin: keeps the quick tests that prove one of the IDs, and remembers what became of them."""

    def __init__(self, ids: Collection[str]) -> None:
        self.ids, self.verdict = frozenset(ids), Verdict()

    def pytest_collection_modifyitems(self, config: pytest.Config, items: list[pytest.Item]) -> None:
        kept, dropped = [], []
        for item in items:
            named = {id_ for mark in item.iter_markers("req") for id_ in mark.args if _is_quick(item)}
            self.verdict.marked = sorted(named.union(self.verdict.marked))
            proves = named & self.ids
            (kept if proves else dropped).append(item)
            for id_ in sorted(proves):
                self.verdict.ran.setdefault(id_, []).append(item.nodeid)
        items[:] = kept
        config.hook.pytest_deselected(items=dropped)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.failed:
            self.verdict.broken = f"{report.nodeid} cannot be collected: {report.longreprtext[-1000:]}"

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        report = yield
        if report.failed:
            self.verdict.failed.append(item.nodeid)
            if call.excinfo and call.excinfo.typename in _BROKEN:
                self.verdict.broken = f"{item.nodeid} met {call.excinfo.exconly()}"
        return report


def _is_quick(item: pytest.Item) -> bool:
    """Whether a test does without the engine; those of gitops/ are marked with it for the sake of helm alone."""
    return item.get_closest_marker("engine") is None or item.nodeid.startswith("tests/gitops/")


def fork(place: Path, ids: Collection[str], files: Sequence[str], *flags: str) -> int:
    """Start a run over the tree at `place`, its output and verdict beside it; the caller waits for the pid."""
    if pid := os.fork():
        return pid
    try:
        _run(place, ids, files, *flags)
    except BaseException:  # whatever it is, the fork must not return into its parent's loop
        traceback.print_exc()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)


def read(place: Path, status: int) -> Verdict:
    """The verdict of a run that ended."""
    if status or not _verdict(place).exists():
        why = "did not end in time" if os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGALRM else "died"
        return Verdict(broken=f"the run {why}; its last words: {_output(place).read_text()[-2000:]}")
    return Verdict(**json.loads(_verdict(place).read_text()))


def _run(place: Path, ids: Collection[str], files: Sequence[str], *flags: str) -> None:
    out = os.open(_output(place), os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    os.dup2(out, 1)
    os.dup2(out, 2)
    signal.alarm(LIMIT_SECONDS)
    os.chdir(place)
    os.environ["PYTHONPATH"] = str(place)
    os.environ.setdefault("UPSTREAM_DIR", str(ROOT.parent / "shared" / "upstream"))
    sys.path[:] = [str(place), *(part for part in sys.path if Path(part or ".").resolve() not in (ROOT, place))]
    for name in [name for name in sys.modules if name.partition(".")[0] in ROOMS]:
        del sys.modules[name]
    judge = Judge(ids)
    code = pytest.main([*_FLAGS, *flags, *files], plugins=[judge])
    verdict = judge.verdict
    strangers = [name for name in _modules(inside=True) if place not in Path(_file(name)).parents]
    if strangers:
        verdict.broken = f"{strangers[0]} was not taken from the copy"
    elif code not in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED, pytest.ExitCode.NO_TESTS_COLLECTED):
        verdict.broken = verdict.broken or f"pytest ended with {code}: {_output(place).read_text()[-2000:]}"
    verdict.libraries = _modules(inside=False)
    _verdict(place).write_text(json.dumps(asdict(verdict)))


def _modules(inside: bool) -> list[str]:
    """Names of the loaded modules of the project's rooms, or of everything else; a second name cannot be imported."""
    own = [name for name, module in list(sys.modules.items()) if getattr(module, "__name__", None) == name]
    return [name for name in own if (name.partition(".")[0] in ROOMS) == inside and _file(name)]


def _file(name: str) -> str:
    return getattr(sys.modules[name], "__file__", None) or ""


def _output(place: Path) -> Path:
    return place.with_name(place.name + ".out")


def _verdict(place: Path) -> Path:
    return place.with_name(place.name + ".json")
