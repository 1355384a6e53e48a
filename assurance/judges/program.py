"""Running a judge: a program of another environment, without the network, without the user's accounts, with an end."""

import os
import subprocess
from collections.abc import Sequence
from pathlib import Path

SECONDS = 300
"""The longest that one judge may take for one stack; ten or so on a quiet machine."""
_NOWHERE = "http://127.0.0.1:9"  # the discard port: whoever calls home gets a refusal at once


class JudgeError(RuntimeError):
    """A judge that could not be heard; says which, and what it said."""


def run(command: Sequence[str | Path], folder: Path, accepted: Sequence[int] = (0, 1)) -> str:
    """What the judge prints; JudgeError if it fails, which is not the same as finding something."""
    words = [str(word) for word in command]
    alone = {"PATH": os.defpath, "HOME": str(folder), "LANG": "C.UTF-8", "LOG_LEVEL": "ERROR"}
    proxies = dict.fromkeys(("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"), _NOWHERE)
    try:
        done = subprocess.run(  # noqa: S603 words of our own
            words, cwd=folder, env=alone | proxies, capture_output=True, text=True, timeout=SECONDS
        )
    except subprocess.TimeoutExpired as error:
        raise JudgeError(f"{_name(words)} did not end within {SECONDS} s") from error
    if done.returncode not in accepted:
        said = (done.stderr.strip() or done.stdout.strip())[-2000:]
        raise JudgeError(f"{_name(words)} failed with status {done.returncode}: {said or 'it said nothing'}")
    return done.stdout


def _name(words: Sequence[str]) -> str:
    return " ".join(Path(word).name for word in words[:3])
