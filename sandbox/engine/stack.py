"""One stack under the real engine: the commands of `pulumi`, with the laptop cloud's environment around them."""

import json
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from sandbox.engine.environment import environment, executable
from sandbox.home import PROJECT, Home, write_whole

# Said once by the README and `make status`; the engine would repeat it for every plugin at every command.
_KNOWN_WARNING = "from $PATH at"


class EngineError(RuntimeError):
    """The engine ended with an error, which it has already shown."""


def checkpoint(home: Home, name: str) -> Path:
    """Where the laptop's backend keeps the state of a stack; there is none before `stack init`."""
    return home.engine / "state" / ".pulumi" / "stacks" / "platform" / f"{name}.json"


def checkpoints(home: Home) -> list[str]:
    """The names of the stacks whose state lists resources; a preview leaves a state that lists none."""
    return sorted(path.stem for path in checkpoint(home, "any").parent.glob("*.json") if listed(path))


def listed(path: Path) -> list[dict[str, Any]]:
    """The resources in a state file, secrets still encrypted; none where there is no file."""
    latest = json.loads(path.read_bytes()).get("checkpoint", {}).get("latest") if path.exists() else None
    found: list[dict[str, Any]] = (latest or {}).get("resources") or []
    return found


class Stack:
    """A stack of this project in the laptop's own state backend."""

    def __init__(self, home: Home, name: str, project: Path = PROJECT) -> None:
        self.home, self.name, self.project = home, name, project
        self.file = project / f"Pulumi.{name}.yaml"
        self.folder = home.engine
        self.copy = home.engine / f"Pulumi.{name}.yaml"
        self.env = environment(home, name)

    def select(self) -> None:
        """Make the stack, with a fresh copy of its file beside the state: the engine writes a salt into that file."""
        salt = [line for line in self._lines(self.copy) if line.startswith("encryptionsalt:")]
        write_whole(self.copy, "\n".join([*self._lines(self.file), *salt]) + "\n")
        if not self.exists():
            shutil.copy(self.project / "Pulumi.yaml", self.folder)
            self.run("stack", "init", self.name, "--no-select", quiet=True, folder=self.folder)

    def exists(self) -> bool:
        """Whether the backend knows the stack."""
        return self.checkpoint.exists()

    @property
    def checkpoint(self) -> Path:
        """The state file of the backend; read only."""
        return checkpoint(self.home, self.name)

    def up(self, *flags: str) -> None:
        """Deploy without a preview; every step is shown as it happens."""
        self.run("up", "--yes", "--skip-preview", *self.common(), *flags)

    def preview(self, *flags: str) -> None:
        """Show what would change."""
        self.run("preview", "--diff", *self.common(), *flags)

    def refresh(self) -> None:
        """Bring the state in line with what exists."""
        self.run("refresh", "--yes", "--skip-preview", *self.common())

    def destroy(self) -> None:
        """Destroy every resource and forget the stack."""
        self.run("destroy", "--yes", "--skip-preview", *self.common())
        self.run("stack", "rm", "--yes", "--stack", self.name, "--preserve-config", quiet=True)

    def export(self) -> dict[str, Any]:
        """The deployment as the engine exports it, secrets still encrypted."""
        answer: dict[str, Any] = json.loads(self.capture("stack", "export", "--stack", self.name))
        return answer

    def replace_state(self, deployment: dict[str, Any]) -> None:
        """Import an edited deployment."""
        path = self.home.engine / f"{self.name}.import.json"
        path.write_text(json.dumps(deployment))
        try:
            self.run("stack", "import", "--stack", self.name, "--file", str(path), quiet=True)
        finally:
            path.unlink()

    def resources(self) -> list[dict[str, Any]]:
        """What the state lists; empty for a stack that does not exist."""
        return listed(self.checkpoint)

    def outputs(self) -> dict[str, Any]:
        """The stack's outputs, secrets masked."""
        answer: dict[str, Any] = json.loads(self.capture("stack", "output", "--json", "--stack", self.name))
        return answer

    def common(self) -> Sequence[str]:
        """Flags of every command that runs the program."""
        colour = "always" if sys.stdout.isatty() else "never"
        return ("--stack", self.name, "--config-file", str(self.copy), "--non-interactive", "--color", colour)

    def run(self, *words: str, quiet: bool = False, folder: Path | None = None) -> None:
        """Run the engine; its output is shown as it comes, or only when it fails if `quiet`.

        An interrupt reaches the engine too: it is heard out while it ends what it began, and only then raised.
        """
        shown: list[str] = []
        interrupted, talking = False, True
        with subprocess.Popen(  # noqa: S603 argv is a list of our own
            [executable("pulumi"), "-C", str(folder or self.project), *words],
            env=self.env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        ) as child:
            while talking:
                try:
                    for line in child.stdout or ():
                        if _KNOWN_WARNING in line:
                            continue
                        shown.append(line)
                        if not quiet:
                            sys.stdout.write(line)
                            sys.stdout.flush()
                    talking = False
                except KeyboardInterrupt:
                    interrupted = True
        if interrupted:
            raise KeyboardInterrupt
        if child.returncode:
            raise EngineError(f"pulumi {words[0]} of {self.name} failed" + (":\n" + "".join(shown) if quiet else ""))

    def capture(self, *words: str) -> str:
        """Run the engine and return what it printed."""
        child = subprocess.run(  # noqa: S603 argv is a list of our own
            [executable("pulumi"), "-C", str(self.project), *words],
            env=self.env,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        if child.returncode:
            raise EngineError(f"pulumi {words[0]} of {self.name} failed:\n{child.stdout}{child.stderr}")
        return child.stdout

    @staticmethod
    def _lines(path: Path) -> list[str]:
        return path.read_text().splitlines() if path.exists() else []
