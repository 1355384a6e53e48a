"""`python -m sandbox.difference`: what a change of the program does to the stacks, from two previews of each.

record STACK FILE       preview the stack from nothing, on a laptop cloud of its own, and keep what it declares
report BASE HEAD        compare two folders of such files, and print what changed as Markdown
gate BASE HEAD FROM     say what of that may destroy data, where FROM is the base's checkout; exit status 1 if nobody
                        answers for it, or if it cannot be told
"""

import argparse
import contextlib
import io
import json
import sys
import tempfile
from collections.abc import Collection, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

from assurance.changes.findings import findings
from assurance.changes.steps import State, Step
from assurance.changes.verdict import judge, told
from infra.config import ConfigurationError, check
from sandbox import commands
from sandbox.engine.stack import EngineError
from sandbox.home import PROJECT, Home
from sandbox.providers.aws.provider import Aws
from sandbox.providers.aws.table import TABLE
from sandbox.providers.kubernetes.provider import Kubernetes
from sandbox.providers.protocol import UNKNOWN, Ref

_REMEDY = "repair that preview, or let who may merge past a failed check answer for it"
LINES, WIDTH = 300, 160  # of all stacks together: a comment may hold 65,536 characters

Declared = dict[str, dict[str, Any]]
"""Resource, as its URN names it within the stack -> its type and its inputs."""


class Stacks(NamedTuple):
    """The same stack on both sides; None where it was not there, or could not be previewed."""

    base: Declared | None
    head: Declared | None


def record(stack: str) -> Declared:
    """What the stack declares when nothing exists yet; the laptop cloud of the checkout is left alone."""
    said = io.StringIO()
    with tempfile.TemporaryDirectory(prefix="preview-") as folder:
        home = Home(Path(folder) / "home")
        try:
            with contextlib.redirect_stdout(said):
                commands.preview(home, stack, "--json")
        except EngineError:
            sys.stderr.write(said.getvalue())
            raise
        finally:
            with contextlib.redirect_stdout(io.StringIO()):
                commands.reset(home)
    text = said.getvalue()
    return declared(json.JSONDecoder().raw_decode(text, text.index("{\n"))[0])


def declared(preview: Mapping[str, Any]) -> Declared:
    """The resources of a preview in JSON; an input that only a deployment can know is named by where it comes from."""
    found = {}
    for step in preview["steps"]:
        new = step.get("newState") or {}
        if new.get("custom"):
            sources = new.get("propertyDependencies") or {}
            inputs = {key: _named(value, sources.get(key, ())) for key, value in new.get("inputs", {}).items()}
            inputs.pop("__internal", None)
            if "tagsAll" in inputs:
                inputs.pop("tags", None)
            kept = {"protect": True} if new.get("protect") else {}
            found[step["urn"].split("::", 2)[2]] = {"type": new["type"], "inputs": inputs, **kept}
    return found


def _named(value: Any, sources: list[str]) -> Any:
    match value:
        case dict():
            return {key: _named(inner, sources) for key, inner in value.items()}
        case list():
            return [_named(inner, sources) for inner in value]
        case _ if value == UNKNOWN:
            return f"<{', '.join(sorted(source.rpartition('::')[2] for source in sources)) or 'known later'}>"
        case _:
            return value


def report(stacks: Mapping[str, Stacks]) -> str:
    """Every stack under a heading of its own, the counts first and the resources below them."""
    parts = ["## What this changes, on the laptop cloud"]
    for stack, (base, head) in sorted(stacks.items()):
        if head is None:
            parts.append(f"### {stack}\n\nNo preview of the head: it failed, or the stack file is gone.")
            continue
        note = "" if base is not None else " The base could not be previewed, so everything counts as added."
        changes = sorted(compare(base or {}, head))
        counts = ", ".join(f"{sum(kind == each for kind, *_ in changes)} {each}" for each in _MARKS)
        details = _details(changes, LINES // len(stacks)) if changes else ""
        parts.append(f"### {stack}\n\n{counts}.{note}{details}")
    return "\n\n".join(parts) + "\n"


_MARKS = {"added": "+", "changed": "!", "removed": "-", "replaced": "!"}


def compare(base: Declared, head: Declared) -> Iterator[tuple[str, str, list[str]]]:
    """(added, changed, removed or replaced; resource; lines), by the table that tells updates from replacements."""
    for name in base.keys() | head.keys():
        old, new = base.get(name), head.get(name)
        if old is None or new is None:
            yield ("added" if old is None else "removed"), name, []
        elif old != new:
            because = replacing(new["type"], old["inputs"], new["inputs"])
            lines = list(_lines(dict(_flat(old["inputs"])), dict(_flat(new["inputs"]))))
            yield ("replaced" if because else "changed"), name, lines


def replacing(token: str, old: dict[str, Any], new: dict[str, Any]) -> frozenset[str]:
    """The inputs whose change makes a new object, as the stand-in providers have it; none for what they do not know."""
    ref = Ref(token, "", "")
    if token in TABLE:
        return Aws().diff(ref, old, new, {}).replace
    if token.startswith("kubernetes:"):
        kubernetes = Kubernetes()
        kubernetes.configure({"kubeconfig": UNKNOWN})
        return kubernetes.diff(ref, old, new, {}).replace
    return frozenset()


def steps(stack: str, base: Declared, head: Declared) -> Iterator[Step]:
    """What the engine would do to the base, where that is up, to make it the head."""
    for name, old in base.items():
        new = head.get(name)
        because = replacing(old["type"], old["inputs"], new["inputs"]) if new else frozenset()
        yield Step(
            op="delete" if new is None else "replace" if because else "update",
            urn=f"urn:pulumi:{stack}::platform::{name}",
            type=old["type"],
            old=_state(old),
            new=_state(new) if new else None,
            because=tuple(sorted(because)),
        )


def _state(declared: Mapping[str, Any]) -> State:
    return State(inputs=declared["inputs"], protect=bool(declared.get("protect")))


def gate(stacks: Mapping[str, Stacks], before: Collection[str], now: Collection[str]) -> tuple[str, bool]:
    """What may destroy data, and whether nobody answers for some of it or it cannot be told.

    `before` and `now` are the stacks that have a file in the base and in the head. A new one has nothing to lose, and
    one whose file is gone is changed by nobody.
    """
    said, stops = [], False
    for name in sorted({*before} & {*now}):
        base, head = stacks.get(name, Stacks(None, None))
        if base is None or head is None:
            which = "base" if base is None else "head"
            said.append(f"{name}: its {which} could not be previewed, so nobody can tell what this destroys; {_REMEDY}")
            stops = True
            continue
        order = check(PROJECT / f"Pulumi.{name}.yaml")
        found = findings(steps(name, base, head), order.production)
        verdict = judge(name, found, order.approvals, datetime.now(UTC).date())
        said += [told(verdict)] if found else []
        stops |= bool(verdict.refused)
    return "\n\n".join(said) or "Nothing here may destroy data.", stops


def _ordered(folder: Path) -> set[str]:
    """The stacks that have a file in a checkout."""
    if names := {path.name.split(".")[1] for path in folder.glob("Pulumi.*.yaml")}:
        return names
    print(f"{folder} has no stack file, so nobody can tell what was there before")  # the comment has what is printed
    sys.exit(1)


def _flat(value: Any, at: str = "") -> Iterator[tuple[str, str]]:
    """Path -> value, into documents that are kept as text."""
    if isinstance(value, str) and value[:1] in ("{", "["):
        with contextlib.suppress(ValueError):
            value = json.loads(value)
    match value:
        case dict() if value:
            for key, inner in sorted(value.items()):
                yield from _flat(inner, f"{at}.{key}" if at else key)
        case list() if value:
            for position, inner in enumerate(value):
                yield from _flat(inner, f"{at}[{position}]")
        case _:
            yield at, json.dumps(value)


def _lines(old: Mapping[str, str], new: Mapping[str, str]) -> Iterator[str]:
    for path in sorted(old.keys() | new.keys()):
        for mark, side in (("-", old), ("+", new)):
            if path in side and old.get(path) != new.get(path):
                yield f"{mark}     {path}: {side[path]}"


def _details(changes: list[tuple[str, str, list[str]]], room: int) -> str:
    lines = []
    for kind, name, inner in changes:
        lines += [f"{_MARKS[kind]} {kind} {name}", *inner]
    if len(lines) > room:
        lines = [*lines[:room], f"  and {len(lines) - room} lines more"]
    # A fence within a value would end ours.
    body = "\n".join(line.replace("```", "'''")[:WIDTH] for line in lines)
    return f"\n\n<details><summary>Resources</summary>\n\n```diff\n{body}\n```\n\n</details>"


def _read(folder: Path, stack: str) -> Declared | None:
    path = folder / f"{stack}.json"
    return json.loads(path.read_text()) if path.exists() else None


def main() -> None:
    """Record one stack, or report on all that were recorded."""
    parser = argparse.ArgumentParser(prog="python -m sandbox.difference", description=__doc__)
    parser.add_argument("command", choices=["record", "report", "gate"])
    parser.add_argument("first", help="a stack, or the folder of the base")
    parser.add_argument("second", type=Path, help="the file to write, or the folder of the head")
    parser.add_argument("checkout", type=Path, nargs="?", default=Path("../base"), help="of the base")
    words = parser.parse_args()
    if words.command == "record":
        try:
            found = record(words.first)
        except (ConfigurationError, EngineError, commands.LaptopError) as error:
            sys.exit(str(error))
        words.second.parent.mkdir(parents=True, exist_ok=True)
        words.second.write_text(json.dumps(found, indent=1))
    else:
        base, head = Path(words.first), words.second
        names = {path.stem for folder in (base, head) for path in folder.glob("*.json")}
        stacks = {name: Stacks(_read(base, name), _read(head, name)) for name in names}
        if words.command == "report":
            print(report(stacks), end="")
            return
        said, stops = gate(stacks, _ordered(words.checkout), _ordered(PROJECT))
        print(said)
        sys.exit(1 if stops else 0)


if __name__ == "__main__":
    main()
