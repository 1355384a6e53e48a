"""What programs registered, kept while nothing that it comes from changes: seconds to make, a blink to read."""

import fcntl
import hashlib
import inspect
import pickle
import shutil
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import TypeVar

T = TypeVar("T")
HOUR = 3600.0
PROJECT = Path(__file__).parents[1]
FOLDER = PROJECT / ".pytest_cache" / "records"
SOURCES = ("Pulumi*.yaml", "tests/*.py", "tests/infra/config/orders.py", "tests/assurance/previews.py")
ROOMS = ("assurance", "components", "infra", "policies", "sandbox", "services")
LIBRARIES = ("boto3", "moto", "pulumi", "pulumi-aws", "pulumi-kubernetes", "pydantic")


def kept(name: str, make: Callable[[], T], folder: Path = FOLDER) -> T:
    """What is kept under this name; whoever asks first makes it, and others wait for that one.

    The file that says how it is made, which may be a test's, counts as a source of it.
    """
    mine = folder / fingerprint()
    mine.mkdir(parents=True, exist_ok=True)
    for other in {*folder.iterdir()} - {mine}:  # of a state of the sources that is gone, and no run is at it now
        with suppress(FileNotFoundError):  # somebody else was quicker
            if time.time() - other.stat().st_mtime > HOUR:
                shutil.rmtree(other, ignore_errors=True)
    stem = f"{name}-{word(Path(inspect.getfile(make)).read_bytes())[:8]}"
    with (mine / f"{stem}.lock").open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        path = mine / f"{stem}.pickle"
        if path.exists():
            found: T = pickle.loads(path.read_bytes())  # noqa: S301 a file of our own
            return found
        made = make()
        if fingerprint() != fingerprint.__wrapped__(PROJECT):
            return made  # somebody edits the sources: nobody can say which of them this was made of
        written = path.with_suffix(".part")  # a killed test run leaves no half of a record behind
        written.write_bytes(pickle.dumps(made))
        written.rename(path)
        return made


@cache
def fingerprint(project: Path = PROJECT) -> str:
    """What a record depends on, as one word: every source, every stack file and the libraries.

    Asked for before any source is imported, so that what is imported is what is told here.
    """
    told = hashlib.sha256(repr((sys.version, [version(each) for each in LIBRARIES])).encode())
    for path in sorted(_sources(project)):
        told.update(path.relative_to(project).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return told.hexdigest()[:32]


def word(content: bytes) -> str:
    """Another one for any other content, fit for a file's name."""
    return hashlib.sha256(content).hexdigest()[:32]


def _sources(project: Path) -> Iterator[Path]:
    for pattern in SOURCES:
        yield from project.glob(pattern)
    for room in ROOMS:
        yield from (path for path in (project / room).rglob("*.*") if path.is_file() and path.suffix != ".pyc")
