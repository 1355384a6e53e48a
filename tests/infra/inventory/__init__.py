"""What each committed stack consists of: how many of each type, which refers to which, and what of it is waived."""

from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from assurance.judges import waivers
from tests import records
from tests.recorder import Record

FOLDER = Path(__file__).parent
HEADER = (
    "# Written by `python -m tests.infra.inventory`; a change here is a change of the stack, to be read in review.\n"
)


def inventory(stack: str) -> dict[str, Any]:
    """`types`: token -> number of resources; `edges`: resource -> the resources that its inputs refer to; `waivers`:
    how many findings of outside judges somebody answers for in it."""
    engine = records.of_stack(stack)
    known = {record.urn: record for record in engine.records}
    edges = {label(record): targets for record in engine.records if (targets := refers_to(record, known))}
    counted = Counter(record.token for record in engine.records)
    waived = waivers.number(waivers.read(), stack, [f"{record.token}::{record.name}" for record in engine.records])
    return {"waivers": waived, "types": dict(sorted(counted.items())), "edges": dict(sorted(edges.items()))}


def refers_to(record: Record, known: Mapping[str, Record]) -> list[str]:
    """The resources behind a resource's inputs, each once."""
    urns = {urn for urns in record.property_dependencies.values() for urn in urns}
    return sorted(label(known[urn]) for urn in urns if urn in known)


def label(record: Record) -> str:
    """`Subnet network-private-us-east-1a`."""
    return f"{record.token.rpartition(':')[2]} {record.name}"


def write(stack: str) -> Path:
    """Bring the committed inventory in step with the stack."""
    path = FOLDER / f"{stack}.yaml"
    path.write_text(HEADER + yaml.safe_dump(inventory(stack), sort_keys=False, width=120))
    return path


def read(stack: str) -> Any:
    """The committed inventory."""
    return yaml.load((FOLDER / f"{stack}.yaml").read_text(), yaml.CSafeLoader)
