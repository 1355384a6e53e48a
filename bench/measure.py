"""Wall time and peak memory of one command and all that it starts."""

import contextlib
import ctypes
import os
import subprocess
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import psutil

INTERVAL = 0.2  # seconds between two looks; memory of an engine grows and stays, so a peak is not missed by much
MIB = 1 << 20


class MeasuredError(RuntimeError):
    """The command failed; carries what it printed."""


@dataclass(frozen=True)
class Sample:
    """One run: seconds by the clock, seconds of processor time, and MiB resident at the peak.

    Pages that two processes share are counted twice.
    """

    seconds: float
    cpu_seconds: float
    peak_mib: float


def measure(argv: Sequence[str], env: Mapping[str, str]) -> Sample:
    """Run a command to its end, and what it leaves behind to its own; MeasuredError if it fails."""
    _adopt_orphans()
    others = psutil.Process().children()
    peak, started, used = 0, time.perf_counter(), _cpu()
    with tempfile.TemporaryFile("w+") as out:
        with subprocess.Popen(argv, env=dict(env), stdin=subprocess.DEVNULL, stdout=out, stderr=out) as child:  # noqa: S603 argv is a list of our own
            while True:
                try:
                    child.wait(INTERVAL)
                    break
                except subprocess.TimeoutExpired:
                    peak = max(peak, sum(map(resident, _started_since(others))))
        seconds = time.perf_counter() - started
        for orphan in _started_since(others):
            os.waitpid(orphan.pid, 0)
        if child.returncode:
            out.seek(0)
            raise MeasuredError(f"{' '.join(argv[:4])} failed:\n{out.read()}")
    return Sample(seconds, _cpu() - used, peak / MIB)


def _adopt_orphans() -> None:
    """Make this process the parent of what its descendants leave behind, so that it is counted."""
    set_child_subreaper = 36
    if ctypes.CDLL(None, use_errno=True).prctl(set_child_subreaper, 1, 0, 0, 0):
        raise OSError(ctypes.get_errno(), "this kernel hands orphans to nobody else; Linux does since 3.4")


def _started_since(others: Sequence[psutil.Process]) -> list[psutil.Process]:
    return [child for child in psutil.Process().children() if child not in others]


def _cpu() -> float:
    """Processor seconds of all children that have ended, and of theirs."""
    times = os.times()
    return times.children_user + times.children_system


def resident(root: psutil.Process) -> int:
    """Bytes that a process and its descendants hold in memory."""
    total = 0
    with contextlib.suppress(psutil.Error):
        for process in (root, *root.children(recursive=True)):
            with contextlib.suppress(psutil.Error):
                total += process.memory_info().rss
    return total
