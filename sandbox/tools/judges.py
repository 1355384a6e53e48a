"""The outside judges: Python programs that pin what the project has newer, in an environment of their own.

Like the tools, they lie in the user's cache, where every checkout finds them, and other pins have another place.
"""

import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import NamedTuple

from sandbox.tools import pins
from sandbox.tools.builder import alone
from sandbox.tools.pins import Report, ToolError, cache, digest, say

FAILURE_LINES = 15
MINUTES = 15
"""The longest that a step may take; about one on a quiet machine."""


class Judges(NamedTuple):
    """Where the judges are."""

    python: Path
    """The interpreter of their environment."""
    schema: Path
    """The wheel that spells Terraform's schema out; data, not installed."""


def ensure(report: Report = say) -> Judges:
    """The judges, installed first where they are missing; ToolError if they cannot be had."""
    home = _home()
    if not (home / "ready").exists():
        with alone(report, "installing the judges", "judges.lock"):
            if not (home / "ready").exists():
                _install(home, report)
    (schema,) = (home / "schema").glob("*.whl")
    return Judges(home / "venv" / "bin" / "python", schema)


def _home() -> Path:
    locks = "".join((pins.PINS / "judges" / f"{name}.lock").read_text() for name in ("requirements", "schema"))
    return cache() / "judges" / digest(f"{locks}{sys.version}{sys.base_prefix}")


def _install(home: Path, report: Report) -> None:
    report("installing the outside judges (first run only, a minute or two)")
    started = time.monotonic()
    shutil.rmtree(home, ignore_errors=True)  # what a killed run left
    lock = pins.PINS / "judges"
    python = home / "venv" / "bin" / "python"
    hashed = ["--quiet", "--disable-pip-version-check", "--require-hashes"]
    pip = [python, "-m", "pip"]
    _run([sys.executable, "-m", "venv", home / "venv"])
    report("  checkov, cfn-lint, parliament, policy-sentry")
    _run([*pip, "install", *hashed, "--no-compile", "-r", lock / "requirements.lock"])
    report("  Terraform's schema of AWS")
    _run(
        [
            *pip,
            "download",
            *hashed,
            "--no-deps",
            "--only-binary=:all:",
            "-d",
            home / "schema",
            "-r",
            lock / "schema.lock",
        ]
    )
    (home / "ready").touch()
    report(f"  installed in {time.monotonic() - started:.0f} s")


def _run(command: list[str | Path]) -> None:
    words = [str(word) for word in command]
    try:
        done = subprocess.run(words, capture_output=True, text=True, timeout=MINUTES * 60)  # noqa: S603 words of our own
    except subprocess.TimeoutExpired as error:
        raise ToolError(f"`{' '.join(words[1:4])}` did not end within {MINUTES} minutes; run this again") from error
    if done.returncode:
        said = "\n  ".join(done.stderr.strip().splitlines()[-FAILURE_LINES:])
        raise ToolError(
            f"the outside judges cannot be installed; pip says:\n  {said}\n"
            "see that pip reaches its package index, then run this again"
        )
