"""Records of whole stacks, kept while nothing that they come from changes: seconds to make, a blink to read."""

import fcntl
import hashlib
import pickle
import shutil
import sys
from collections.abc import Callable, Iterator
from functools import cache
from importlib.metadata import version
from pathlib import Path

from tests import recorder

PROJECT = Path(__file__).parents[1]
FOLDER = PROJECT / ".pytest_cache" / "records"
SOURCES = ("Pulumi*.yaml", "tests/*.py", "tests/infra/config/orders.py")
ROOMS = ("assurance", "components", "infra", "policies", "sandbox", "services")
LIBRARIES = ("boto3", "moto", "pulumi", "pulumi-aws", "pulumi-kubernetes", "pydantic")


def kept(name: str, make: Callable[[], recorder.Engine], folder: Path = FOLDER) -> recorder.Engine:
    """The record of this name; whoever asks first makes it, and others wait for that one."""
    mine = folder / fingerprint()
    mine.mkdir(parents=True, exist_ok=True)
    for other in {*folder.iterdir()} - {mine}:
        shutil.rmtree(other, ignore_errors=True)  # of a state of the sources that is gone
    with (mine / f"{name}.lock").open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        path = mine / f"{name}.pickle"
        if path.exists():
            records, outputs, secrets = pickle.loads(path.read_bytes())  # noqa: S301 a file of our own
            return recorder.Engine(records, outputs, secrets)
        made = make()
        written = path.with_suffix(".part")  # a killed test run leaves no half of a record behind
        written.write_bytes(pickle.dumps((made.records, made.outputs, made.secrets)))
        written.rename(path)
        return made


@cache
def fingerprint(project: Path = PROJECT) -> str:
    """What a record depends on, as one word: every source, every stack file and the libraries."""
    told = hashlib.sha256(repr((sys.version, [version(each) for each in LIBRARIES])).encode())
    for path in sorted(_sources(project)):
        told.update(path.relative_to(project).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return told.hexdigest()[:32]


def _sources(project: Path) -> Iterator[Path]:
    for pattern in SOURCES:
        yield from project.glob(pattern)
    for room in ROOMS:
        yield from (path for path in (project / room).rglob("*.*") if path.is_file() and path.suffix != ".pyc")
