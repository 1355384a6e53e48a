"""What providers made and removed, written at once: after a crash it tells which pending creates really happened."""

import json
import os
import threading
from pathlib import Path

_LOCK = threading.Lock()


def created(urn: str, id_: str) -> None:
    """Record that a resource now exists under this id."""
    _write({"urn": urn, "created": id_})


def deleted(urn: str, id_: str) -> None:
    """Record that it does not exist any more."""
    _write({"urn": urn, "deleted": id_})


def living(path: Path) -> dict[str, list[str]]:
    """URN -> ids that were created and not deleted since, oldest first."""
    ids: dict[str, list[str]] = {}
    for line in path.read_text().splitlines() if path.exists() else ():
        entry = json.loads(line)
        mine = ids.setdefault(entry["urn"], [])
        if (id_ := entry.get("created") or entry["deleted"]) in mine:  # a name may be made again under the same id
            mine.remove(id_)
        if "created" in entry:
            mine.append(id_)
    return {urn: mine for urn, mine in ids.items() if mine}


def _write(entry: dict[str, str]) -> None:
    """Append one line in one write; without LAPTOP_JOURNAL (unit tests) nothing is kept."""
    if path := os.environ.get("LAPTOP_JOURNAL"):
        with _LOCK, Path(path).open("a") as out:
            out.write(json.dumps(entry) + "\n")
