"""`python -m assurance.recovery [stack file ...]` prints the recovery bounds of stack files, by default of all."""

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from assurance.recovery import table
from infra.config import ConfigurationError, RegionStack, read
from infra.config.source import ROOT


def report(path: Path) -> Iterator[str]:
    """The bounds of one stack file; ConfigurationError shows the arithmetic of one that cannot stand."""
    stack = read(path)
    if isinstance(stack, RegionStack) and stack.recovery:
        yield from table.lines(stack, stack.recovery)
    else:
        yield f"{stack.name}, {stack.region}: promises no recovery"


def main(arguments: Sequence[str]) -> int:
    """Print a report for each file; 1 where a file cannot stand."""
    failed = False
    for path in map(Path, arguments) if arguments else sorted(ROOT.glob("Pulumi.*.yaml")):
        try:
            print("\n".join(report(path)), end="\n\n")
        except ConfigurationError as error:
            failed = True
            print(error, end="\n\n", file=sys.stderr)
    return int(failed)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
