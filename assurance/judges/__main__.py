"""`python -m assurance.judges [--every] STATE ...`: let outside judges look at stacks, each a file that
`pulumi stack export` wrote; with --every they are all there are, and waivers of nothing are named.

Exit status 1 if something is found that nobody answers for, 2 if the run is void.
"""

import argparse
import sys
import tempfile
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from assurance.judges import cfnlint, checkov, documents, planted, waivers
from assurance.judges.findings import Hearing
from assurance.judges.planted import Plant
from assurance.judges.program import JudgeError
from assurance.judges.resources import Resource, StateError, read
from assurance.judges.schema import Wheel
from assurance.judges.verdict import judge, told
from sandbox.tools import ToolError, judges

AT_ONCE = 2
"""Judges at work side by side: each takes a core and about 500 MB."""


def hear(stacks: Mapping[str, Sequence[Resource]], plants: Sequence[Plant], found: judges.Judges) -> list[Hearing]:
    """Every judge on every stack, and on what was planted for it; JudgeError if one cannot be heard."""
    with tempfile.TemporaryDirectory(prefix="judges-") as temporary, ThreadPoolExecutor(AT_ONCE) as pool:

        def folder(judge: str, stack: str) -> Path:
            path = Path(temporary) / judge / stack
            path.mkdir(parents=True)
            return path

        schema, known = Wheel(found.schema), cfnlint.registry(found.python)
        rooms = {
            checkov.NAME: partial(checkov.hear, found.python, schema),
            cfnlint.NAME: partial(cfnlint.hear, found.python, known),
            documents.NAME: partial(documents.hear, found.python),
        }
        heard = [
            pool.submit(judge, stack, resources, folder(name, stack))
            for name, judge in rooms.items()
            for stack, resources in (*stacks.items(), (planted.STACK, planted.of(plants, name)))
        ]
        return [each.result() for each in heard]


def main() -> None:
    """Judge the given states."""
    parser = argparse.ArgumentParser(prog="python -m assurance.judges", description=__doc__)
    parser.add_argument("--every", action="store_true", help="the states are those of every stack")
    parser.add_argument("states", nargs="+", type=Path)
    words = parser.parse_args()
    try:
        plants = planted.read()
        stacks = {path.stem: read(path) for path in words.states}
        today = datetime.now(UTC).date()
        given, low = waivers.read(today=today), waivers.low()
        hearings = hear(stacks, plants, judges.ensure())
    except (StateError, JudgeError, ToolError, waivers.WaiverError) as error:
        print(error, file=sys.stderr)
        sys.exit(2)
    verdict = judge(hearings, plants, given, low, today=today, whole=words.every)
    print(told(verdict))
    sys.exit(verdict.status)


if __name__ == "__main__":
    main()
