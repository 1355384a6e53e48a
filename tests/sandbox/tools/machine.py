"""A machine on which tools are looked for and built, by a Go that only writes down what it is asked."""

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from sandbox import tools

GO = """\
[ "$1" = version ] && echo "go version go{version} linux/amd64" && exit
echo "$@" >> {log}
mkdir -p "$GOCACHE/of/packages" "$GOMODCACHE/of/modules"
while [ "$1" != -o ]; do shift; done
{compile}
printf '#!/bin/sh\\necho v3.20.0\\n' > "$2"
chmod +x "$2"
"""


@dataclass(frozen=True)
class Machine:
    """A machine with nothing on its PATH but what a test puts there, pins of its own and an empty cache."""

    root: Path

    @property
    def cache(self) -> Path:
        return self.root / "cache" / "regulated-platform" / "tools"

    @property
    def builds(self) -> list[str]:
        """What Go was asked to build, in order."""
        log = self.root / "go.log"
        return [line.split()[-1] for line in log.read_text().splitlines()] if log.exists() else []

    def has(self, name: str, script: str, folder: str = "bin") -> Path:
        path = self.root / folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"#!/bin/sh\nPATH=/usr/bin:/bin\n{script}\n")
        path.chmod(0o755)
        return path

    def has_go(self, version: str = "1.26.0", compile: str = ":", folder: str = "bin") -> Path:
        return self.has("go", GO.format(version=version, compile=compile, log=self.root / "go.log"), folder)

    def pins(self, folder: str, module: str, version: str) -> None:
        path = self.root / "pins" / folder
        path.mkdir(parents=True, exist_ok=True)
        replaced = f"replace (\n\texample.org/a => example.org/a v9.9.9\n\t{module}/api => {module}/api v9.9.9\n)\n"
        required = f"require (\n\texample.org/a v0.1.0 // indirect\n\t{module} v{version} // indirect\n)\n"
        (path / "go.mod").write_text(f"module tools/{folder}\n\ngo 1.25.0\n\n{required}\n{replaced}")
        (path / "go.sum").write_text(f"{module} v{version} h1:sum\n")


def only(found: list[tools.Found]) -> tools.Found:
    assert len(found) == 1
    return found[0]


def another_checkout(machine: Machine) -> subprocess.Popen[str]:
    program = (
        "import pathlib, sys; from sandbox import tools; from sandbox.tools import builder, pins; "
        "pins.PINS = pathlib.Path(sys.argv[1]); "
        "builder.BASE_GB = builder.GB_PER_TOOL = 0; print(tools.ensure(['helm']))"
    )
    command = [sys.executable, "-c", program, str(machine.root / "pins")]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)  # noqa: S603 words of our own
