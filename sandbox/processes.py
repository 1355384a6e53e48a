"""Long-lived children of the laptop cloud: started detached, found again by a pid file, stopped with their group."""

import contextlib
import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from sandbox.home import Home


class NotReadyError(RuntimeError):
    """A child that did not come up; carries the end of its log."""


def free_ports(count: int) -> list[int]:
    """Loopback ports nobody listens on; held together so that no two are the same."""
    sockets = [socket.socket() for _ in range(count)]
    try:
        for held in sockets:
            held.bind(("127.0.0.1", 0))
        return [held.getsockname()[1] for held in sockets]
    finally:
        for held in sockets:
            held.close()


def start(home: Home, name: str, argv: Sequence[str | Path], env: Mapping[str, str] | None = None) -> int:
    """Start `argv` in a session of its own, its output in logs/<name>.log; a living name is left alone."""
    if (pid := alive(home, name)) is not None:
        return pid
    log = home.logs / f"{name.replace('/', '_')}.log"
    with log.open("ab") as out:
        child = subprocess.Popen(  # noqa: S603 argv is a list of our own, never a shell line
            [str(word) for word in argv],
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
            env={**os.environ, **(env or {})},
            start_new_session=True,
        )
    child.returncode = 0  # it outlives this program on purpose: nothing to warn of when the handle goes
    _pid_file(home, name).write_text(f"{child.pid} {_started(child.pid)}")
    return child.pid


def alive(home: Home, name: str) -> int | None:
    """The pid of a child that still runs; a recycled pid is told apart by its start time."""
    with contextlib.suppress(FileNotFoundError, ValueError):
        pid, started = _pid_file(home, name).read_text().split()
        if _started(int(pid)) == started:
            return int(pid)
    return None


def stop(home: Home, name: str, grace_seconds: float = 10) -> None:
    """Ask, wait, then kill; the whole session of the child goes."""
    pid = alive(home, name)
    if pid is not None:
        for sign, patience in ((signal.SIGTERM, grace_seconds), (signal.SIGKILL, 5.0)):
            with contextlib.suppress(ProcessLookupError):
                os.killpg(pid, sign)
            deadline = time.monotonic() + patience
            while alive(home, name) is not None and time.monotonic() < deadline:
                _reap(pid)
                time.sleep(0.05)
            if alive(home, name) is None:
                break
    _pid_file(home, name).unlink(missing_ok=True)


def names(home: Home, prefix: str = "") -> list[str]:
    """Every child with a pid file whose name starts with `prefix`, dead ones included."""
    return sorted(name for path in home.pids.glob("*.pid") if (name := path.stem.replace("__", "/")).startswith(prefix))


def wait(home: Home, name: str, ready: Callable[[], bool], seconds: float = 60) -> None:
    """Return once `ready()`; raise NotReadyError, with the log's end, when the child dies or the time is over."""
    deadline = time.monotonic() + seconds
    while not ready():
        if alive(home, name) is None or time.monotonic() > deadline:
            tail = (home.logs / f"{name.replace('/', '_')}.log").read_text(errors="replace").splitlines()[-15:]
            what = "stopped" if alive(home, name) is None else f"did not answer within {seconds:.0f} s"
            raise NotReadyError(f"{name} {what}; the end of its log:\n" + "\n".join(tail))
        time.sleep(0.1)


def listening(port: int) -> bool:
    """Whether somebody accepts connections on the loopback port."""
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _pid_file(home: Home, name: str) -> Path:
    return home.pids / f"{name.replace('/', '__')}.pid"


def _started(pid: int) -> str:
    """Start time of a process; empty for a dead one or a zombie."""
    import psutil  # slow to import, and a provider may never look at a process

    try:
        process = psutil.Process(pid)
        return "" if process.status() == psutil.STATUS_ZOMBIE else str(process.create_time())
    except psutil.NoSuchProcess:
        return ""


def _reap(pid: int) -> None:
    with contextlib.suppress(ChildProcessError, OSError):
        os.waitpid(pid, os.WNOHANG)
