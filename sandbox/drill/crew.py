"""The processes of a failover: two controllers, and where there is a cluster to guard, a guard."""

import contextlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import psutil

from sandbox.drill.ground import DrillError, Post
from sandbox.home import PROJECT

PROGRAM = "services.failover"


def stop_strays(root: Path) -> None:
    """End what a killed drill on this laptop cloud left: its controllers, its guard and its databases."""
    ended = []
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error):
            ours = process.name() == "postgres" or process.cmdline()[1:3] == ["-m", PROGRAM]
            if ours and process.environ().get("LAPTOP_HOME") == str(root):
                process.kill()
                ended.append(process)
    psutil.wait_procs(ended, timeout=10)


class Crew:
    """Ours to start and end; each has a log in the folder, and calls AWS in the recovery region."""

    def __init__(self, folder: Path, region: str) -> None:
        self._folder, self._region = folder, region
        self._running: dict[str, subprocess.Popen[bytes]] = {}
        self._known: dict[str, tuple[list[str], dict[str, str]]] = {}

    def know(self, duty: str, post: Post, aws: str, failover: Mapping[str, Any], wiring: Mapping[str, Any]) -> None:
        """Write down what those of a duty are told; all their calls go to `aws`."""
        words = [sys.executable, "-m", PROGRAM, *post.options]
        for name, document in (("failover", failover), ("wiring", wiring)):
            path = self._folder / f"{duty}-{name}.json"
            path.write_text(json.dumps(document))
            words += [f"--{name}", str(path)]
        others = {key: value for key, value in os.environ.items() if not key.startswith("AWS_")}
        env = {**others, **post.identity, "AWS_ENDPOINT_URL": aws, "AWS_REGION": self._region}
        self._known[duty] = words, env

    def start(self, duty: str, name: str) -> None:
        """Start one, by a name of its own."""
        words, env = self._known[duty]
        with (self._folder / f"{name}.log").open("ab") as log:
            self._running[name] = subprocess.Popen(  # noqa: S603 our own program
                [*words, duty],
                env=env,
                cwd=PROJECT,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )

    def say(self, duty: str, *words: str) -> None:
        """A person's word, from where those of a duty are; DrillError where it is refused."""
        begin, env = self._known[duty]
        done = subprocess.run(  # noqa: S603 our own program
            [*begin, *words], env=env, cwd=PROJECT, capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise DrillError(f"{words[0]} was refused: {done.stderr.strip()}")

    def kill(self, name: str) -> None:
        """End one at once."""
        self._running[name].kill()
        self._running[name].wait()

    def end(self) -> None:
        """Ask all to end, and see that they do."""
        for process in self._running.values():
            process.send_signal(signal.SIGTERM)
        for process in self._running.values():
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(timeout=10)
            process.kill()
            process.wait()
