"""`python -m assurance.promotion plan|enter|complete STACK`: what a deployment waits for, for pipelines.

`plan` prints as JSON what the stack file orders. `enter` stops a deployment that has to wait, before it changes
anything; `complete` publishes that it is done. Exit status 1 if it has to wait, 2 if there is no such stack.
"""

import argparse
import json
import os
import sys
from pathlib import Path

from assurance.promotion import gate, pipeline
from infra.config import ConfigurationError, check
from infra.config.source import ROOT


def main() -> None:
    """Run one command for one stack."""
    parser = argparse.ArgumentParser(prog="python -m assurance.promotion", description=__doc__)
    parser.add_argument("command", choices=["plan", "enter", "complete"])
    parser.add_argument("stack")
    parser.add_argument("--outputs", type=Path, help="what `pulumi stack output --json` wrote; its texts are published")
    words = parser.parse_args()
    try:
        stack = check(ROOT / f"Pulumi.{words.stack}.yaml")
    except ConfigurationError as error:
        print(error, file=sys.stderr)
        sys.exit(2)
    order = stack.promotion
    if words.command == "plan":
        print(json.dumps(order.model_dump(mode="json", include={"automatic", "approvers", "tests", "after"})))
        return
    deployment = pipeline.deployment(words.stack, os.environ)
    sources = pipeline.sources(order, stack.region, os.environ)
    try:
        if words.command == "enter":
            gate.enter(order, deployment, sources)
            print(f"{words.stack}: nothing holds back {deployment.revision}")
        else:
            for line in gate.complete(order, deployment, sources, outputs(words.outputs)):
                print(line)
            print(f"{words.stack}: {deployment.revision} is complete")
    except gate.PromotionError as error:
        print(error)
        sys.exit(1)


def outputs(path: Path | None) -> dict[str, str]:
    """The plain texts among a stack's outputs; the engine masks secrets, and what is masked is left out."""
    found = json.loads(path.read_text()) if path else {}
    return {key: value for key, value in found.items() if isinstance(value, str) and value != "[secret]"}


if __name__ == "__main__":
    main()
