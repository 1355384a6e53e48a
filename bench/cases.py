"""What is measured: stacks of the project and many regions, each beside as many empty resources."""

import json
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.measure import Sample, measure
from infra.config import check
from sandbox import processes
from sandbox.cloud import aws
from sandbox.engine.environment import executable
from sandbox.engine.stack import Stack
from sandbox.home import PROJECT, Home


@dataclass(frozen=True)
class Case:
    """A stack whose preview from nothing is measured, and how many resources it has, components among them."""

    name: str
    stack: Stack
    resources: int
    components: int

    def preview(self) -> Sample:
        """One preview."""
        return measure(_argv(self.stack), self.stack.env)


@contextmanager
def laptop(folder: Path) -> Iterator[Home]:
    """A local AWS of the benchmark's own; previews change nothing on it."""
    home = Home(folder)
    try:
        aws.start(home)
        accounts = {name: _place(name) for name in committed_stacks()}
        aws.hand_over(home, accounts | {"bench": _place("dev")})
        yield home
    finally:
        for name in processes.names(home):
            processes.stop(home, name, grace_seconds=3)


def committed_stacks() -> list[str]:
    """The stacks of the project."""
    return sorted(path.name.split(".")[1] for path in PROJECT.glob("Pulumi.*.yaml"))


def _place(name: str) -> tuple[str, str]:
    order = check(PROJECT / f"Pulumi.{name}.yaml")
    return order.account, order.region


def committed(home: Home, folder: Path, name: str) -> tuple[Case, Sequence[str]]:
    """A stack of the project, as `make preview` runs it, and the modules of the SDKs that its program imports."""
    noted = folder / f"modules-{name}"
    run = f"pulumi.run(lambda: programs.noting_modules(programs.committed({name!r}), Path({str(noted)!r})))"
    _case(name, _program(home, folder / f"noting-{name}", run, name))
    return _case(name, _selected(Stack(home, name))), noted.read_text().split()


def regions(home: Home, folder: Path, count: int) -> tuple[Case, Sequence[str]]:
    """The region of dev so many times over, and the modules of the SDKs that its program imports."""
    noted = folder / f"modules-{count}"
    run = f"pulumi.run(lambda: programs.noting_modules(programs.region_stacks({count}), Path({str(noted)!r})))"
    case = _case(f"{count} region{'s' * (count > 1)}", _program(home, folder / f"regions-{count}", run))
    return case, noted.read_text().split()


def floor(home: Home, folder: Path, case: Case, modules: Sequence[str]) -> Case:
    """As many empty resources as a case has, with the same modules imported."""
    counts = f"custom={case.resources - case.components}, components={case.components}"
    run = f"programs.empty_resources({counts}, modules={list(modules)!r})"
    stack = _program(home, folder / f"floor-{case.name.replace(' ', '-')}", run)
    stack.env["PATH"] = os.pathsep.join((str(_plugins(folder)), stack.env["PATH"]))
    return _case(f"floor of {case.name}", stack)


def _plugins(folder: Path) -> Path:
    """A folder with the empty provider and a bare language host, under the names by which the engine looks for them."""
    place = folder / "bin"
    place.mkdir(exist_ok=True)
    for name, module in (("resource-empty", "bench.provider"), ("language-python", "sandbox.engine.language")):
        script = place / f"pulumi-{name}"
        script.write_text(f"#!{sys.executable}\nfrom {module} import main\n\nmain()\n")
        script.chmod(0o755)
    return place


def _case(name: str, stack: Stack) -> Case:
    """Preview once unmeasured: compiled modules are written, files are in the cache, and resources are counted."""
    found = json.loads(stack.capture("preview", *stack.common(), "--json"))
    made = [step["newState"] for step in found["steps"] if step["op"] == "create"]
    own = [state for state in made if state["type"] != "pulumi:pulumi:Stack"]
    return Case(name, stack, len(own), sum(not state.get("custom") for state in own))


def _program(home: Home, folder: Path, run: str, name: str = "bench") -> Stack:
    folder.mkdir()
    (folder / "Pulumi.yaml").write_text("name: platform\nruntime: python\n")
    (folder / f"Pulumi.{name}.yaml").write_text("config: {}\n")
    (folder / "__main__.py").write_text(
        f"from pathlib import Path\n\nimport pulumi\nfrom bench import programs\n\n{run}\n"
    )
    stack = Stack(home, name, folder)
    stack.env["PYTHONPATH"] = str(PROJECT)
    return _selected(stack)


def _selected(stack: Stack) -> Stack:
    stack.select()
    return stack


def _argv(stack: Stack) -> Sequence[str]:
    return [executable("pulumi"), "-C", str(stack.project), "preview", *stack.common()]
