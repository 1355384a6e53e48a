"""`python -m assurance.promotion plan|enter|complete|load STACK`: what a deployment waits for, for pipelines.

`plan` prints as JSON what the stack file orders. `enter` stops a deployment that has to wait, before it changes
anything; `complete` publishes that it is done. `load` judges a test under load by the thresholds of the stack's mode.
Exit status 1 if it has to wait or is beyond a threshold, 2 if there is no such stack or no such summary.
"""

import argparse
import json
import os
import sys
from collections.abc import Mapping
from pathlib import Path

from assurance.promotion import gate, load, pipeline
from infra.config import ConfigurationError, check
from infra.config.source import ROOT
from infra.config.thresholds import mode, thresholds


def main() -> None:
    """Run one command for one stack."""
    words = _parser().parse_args()
    try:
        stack = check(ROOT / f"Pulumi.{words.stack}.yaml")
    except ConfigurationError as error:
        print(error, file=sys.stderr)
        sys.exit(2)
    order = stack.promotion
    if words.command == "plan":
        orders = order.model_dump(mode="json", include={"automatic", "approvers", "tests", "after"})
        more = {"mode": mode(stack), "thresholds": thresholds(stack), "evidence": stack.evidence_bucket}
        print(json.dumps({**orders, **more}))
        return
    if words.command == "load":
        _judge(words, thresholds(stack))
        return
    deployment = pipeline.deployment(words.stack, os.environ)
    sources = pipeline.sources(order, stack.region, os.environ)
    try:
        if deployment.alone:
            gate.refuse_alone(words.stack, stack)
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


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m assurance.promotion", description=__doc__)
    parser.add_argument("command", choices=["plan", "enter", "complete", "load"])
    parser.add_argument("stack")
    parser.add_argument("--outputs", type=Path, help="what `pulumi stack output --json` wrote; its texts are published")
    parser.add_argument("--summary", type=Path, help="what k6 says of the revision under load")
    parser.add_argument("--baseline", type=Path, help="what k6 said of the revision before it")
    parser.add_argument("--first", action="store_true", help="no revision was before it")
    return parser


def _judge(words: argparse.Namespace, bounds: Mapping[str, float]) -> None:
    """Print what is beyond a bound, and exit by it."""
    try:
        if words.summary is None:
            raise load.SummaryError("--summary is missing; give the summary of k6")
        if words.baseline is None and not words.first:
            remedy = "give the summary of the revision before, or --first where there is none"
            raise load.SummaryError(f"--baseline is missing; {remedy}")
        seen = load.read(words.summary)
        excesses = [*load.excesses(seen, seen if words.first else load.read(words.baseline), bounds)]
    except (OSError, load.SummaryError) as error:
        print(error, file=sys.stderr)
        sys.exit(2)
    for line in excesses:
        print(f"{words.stack}: {line}")
    if excesses:
        sys.exit(1)
    print(f"{words.stack}: {seen.error_percent:.2f} % of requests failed, 95 % were answered within {seen.p95:.0f} ms")


def outputs(path: Path | None) -> dict[str, str]:
    """The plain texts among a stack's outputs; the engine masks secrets, and what is masked is left out."""
    found = json.loads(path.read_text()) if path else {}
    return {key: value for key, value in found.items() if isinstance(value, str) and value != "[secret]"}


if __name__ == "__main__":
    main()
