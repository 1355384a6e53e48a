"""`python -m assurance.changes STACK PREVIEW`: stop a change that would destroy data and that nobody answers for.

PREVIEW is what `pulumi preview --stack STACK --json` wrote. Exit status 1 if it stops, 2 if there is nothing to read.
"""

import argparse
import sys
from datetime import UTC, datetime
from pathlib import Path

from assurance.changes.findings import findings
from assurance.changes.steps import PreviewError, read
from assurance.changes.verdict import judge, told
from infra.config import ConfigurationError, check
from infra.config.source import ROOT


def main() -> None:
    """Judge one preview against its stack file."""
    parser = argparse.ArgumentParser(prog="python -m assurance.changes", description=__doc__)
    parser.add_argument("stack")
    parser.add_argument("preview", type=Path)
    words = parser.parse_args()
    try:
        stack = check(ROOT / f"Pulumi.{words.stack}.yaml")
        steps = read(words.preview)
    except (ConfigurationError, PreviewError, OSError) as error:
        print(error, file=sys.stderr)
        sys.exit(2)
    found = findings(steps, stack.production)
    verdict = judge(words.stack, found, stack.approvals, datetime.now(UTC).date())
    print(told(verdict) or f"{words.stack}: no change of {len(steps)} steps may destroy data")
    sys.exit(1 if verdict.stops else 0)


if __name__ == "__main__":
    main()
