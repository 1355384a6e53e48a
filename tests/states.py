"""`python -m tests.states FOLDER [stack ...]`: write what stacks declare as the engine's state of them would have it.

Everything is known in it, ids and policies too, because the recording engine's answers are those of a deployment.
"""

import json
import shutil
import sys
from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from tests import conftest, records
from tests.recorder import Record

assert conftest  # imported first: it prepares the local AWS


def state(recorded: Sequence[Record]) -> dict[str, Any]:
    """As `pulumi stack export` has it."""
    return {"version": 3, "deployment": {"resources": [_resource(each) for each in recorded]}}


def _resource(record: Record) -> Mapping[str, Any]:
    return {
        "urn": record.urn,
        "type": record.token,
        "custom": bool(record.id),  # components have none
        "id": record.id,
        "inputs": record.inputs,
        "outputs": record.outputs,
        "parent": record.parent,
        "provider": record.provider,
        "propertyDependencies": record.property_dependencies,
    }


def write(folder: str, stack: str) -> Path:
    """Write the state of one committed stack."""
    path = Path(folder) / f"{stack}.json"
    path.write_text(json.dumps(state(records.of_stack(stack).records)))
    return path


def main(folder: str, stacks: Sequence[str]) -> None:
    """Write the named stacks, by default all; whatever was in the folder goes first."""
    if unknown := set(stacks) - set(records.COMMITTED):
        sys.exit(f"there is no stack {', '.join(sorted(unknown))}; choose from {', '.join(records.COMMITTED)}")
    shutil.rmtree(folder, ignore_errors=True)
    Path(folder).mkdir(parents=True)
    chosen = stacks or records.COMMITTED
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        for path in pool.map(write, [folder] * len(chosen), chosen):
            print(path, flush=True)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
