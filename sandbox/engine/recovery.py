"""What a killed engine leaves behind: its lock, its children, and creates that its state never learnt of."""

import contextlib
import json
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil

from sandbox import journal
from sandbox.engine.stack import Stack


class BusyError(RuntimeError):
    """Another command is at work on the stack."""


def recover(stack: Stack) -> list[str]:
    """Clear a dead engine's leftovers and say what was done, one line each; nothing to do gives an empty list.

    Raises BusyError when the engine that holds the stack's lock is alive.
    """
    if not stack.exists():
        return []
    locks = _locks(stack)
    said = stop_orphans(stack.home.root)
    if locks:
        stack.run("cancel", "--yes", "--stack", stack.name, quiet=True)
        said.append(f"removed the lock that a killed run left on {stack.name}")
    exported = stack.export()
    deployment = exported.get("deployment") or {}
    pending = deployment.pop("pending_operations", None) or []
    if pending:
        living = journal.living(stack.home.engine / "journal.jsonl")
        said += [settle(deployment, operation, living) for operation in pending]
        stack.replace_state(exported)
        stack.run("refresh", "--yes", "--skip-preview", *stack.common(), quiet=True)
    return said


def _locks(stack: Stack) -> list[Path]:
    """The lock files of the stack, whose holders are dead."""
    found = (stack.home.engine / "state" / ".pulumi" / "locks").rglob("*.json")
    mine = [path for path in found if path.parent.name == stack.name]
    for path in mine:
        # A killed engine may leave a lock without a word in it.
        with contextlib.suppress(psutil.NoSuchProcess, ValueError):
            holder = json.loads(path.read_text())["pid"]
            if "pulumi" in psutil.Process(holder).name():
                raise BusyError(f"process {holder} is at work on {stack.name}; wait for it, or end it, and try again")
    return mine


def settle(deployment: dict[str, Any], operation: dict[str, Any], living: dict[str, list[str]]) -> str:
    """Write into the deployment what really came of one pending operation, by the journal's `urn -> ids`; say it."""
    resource, kind = operation["resource"], operation["type"]
    resources, urn = deployment.setdefault("resources", []), resource["urn"]
    name = f"{resource['type']} {urn.rsplit('::', 1)[-1]}"
    old = [entry for entry in resources if entry["urn"] == urn and not entry.get("delete")]
    standing = [entry for entry in old if not entry.get("pendingReplacement")]
    # What was deleted first, to be replaced, may have left its id to its successor.
    known = {entry.get("id") for entry in resources if entry["urn"] == urn and not entry.get("pendingReplacement")}
    made = [id_ for id_ in living.get(urn, []) if id_ not in known]
    if kind != "creating":
        return f"pending: {kind} of {name} was interrupted; it is looked at again now"
    if not made:
        return f"pending: create of {name} had not happened; removed from the list, it is created now"
    # Beside an older object, and beside the last of several, the engine keeps none: it deletes what is marked so.
    adopted = None if standing else made[-1]
    for id_ in made:
        entry = resource | {"id": id_, "custom": True, "outputs": resource.get("inputs") or {}}
        if id_ == adopted and old:  # one that was deleted first, to be replaced: the new one takes its place
            resources[resources.index(old[0])] = entry
        else:
            resources.append(entry if id_ == adopted else entry | {"delete": True})
    if adopted:
        return f"pending: create of {name} had happened; adopted as {adopted}"
    return f"pending: create of {name} had happened; {', '.join(made)} is removed, since the older one still stands"


def stop_orphans(root: Path) -> list[str]:
    """Stop plugins whose engine is gone; what helm is doing for one ends first, so that the plugin hears of it."""
    said = []
    for process, plugin in sorted(_processes(root), key=lambda found: found[1]):
        with contextlib.suppress(psutil.Error):
            patience = 10 if plugin == "pulumi-providers" else 1  # which ends with its engine, when its calls are done
            if plugin and not _has_engine(process) and not _ended(process, patience):
                process.send_signal(signal.SIGTERM)
                if not _ended(process, 40):
                    process.kill()
                said.append(f"stopped {plugin}, which a killed run left behind")
    return said


def _ended(process: psutil.Process, seconds: float) -> bool:
    try:
        process.wait(seconds)
    except psutil.TimeoutExpired:
        return False
    return True


def _has_engine(process: psutil.Process) -> bool:
    """Whether an engine is above it. The process of all providers names its own: what started it may have ended."""
    for each in (process, *process.parents()):
        words = each.cmdline()
        engine = int(words[-1]) if any(word.endswith("/pulumi-providers") for word in words[:2]) else each.pid
        with contextlib.suppress(psutil.NoSuchProcess):
            found = psutil.Process(engine)
            if found.name() == "pulumi" and found.status() != psutil.STATUS_ZOMBIE:
                return True
    return False


def stop_engines(root: Path) -> None:
    """Kill the engines of this laptop cloud and their plugins, those of dead engines too: nothing of it is to stay."""
    ended = []
    for process, _ in sorted(_processes(root), key=lambda found: found[1]):  # engines first: they would start others
        with contextlib.suppress(psutil.Error):
            process.kill()
            ended.append(process)
    psutil.wait_procs(ended, timeout=10)


def _processes(root: Path) -> Iterator[tuple[psutil.Process, str]]:
    """Each engine of this laptop cloud with "", each plugin, and each helm at work for one, with its name."""
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error):
            plugin = next((word for word in process.cmdline()[:2] if "sandbox/bin/pulumi-" in word), "")
            name = plugin.rpartition("/")[2] or process.name()
            if (plugin or name in ("helm", "pulumi")) and process.environ().get("LAPTOP_HOME") == str(root):
                yield process, "" if name == "pulumi" else name
