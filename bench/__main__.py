"""`python -m bench [--runs 5] [--stacks dev prod] [--regions 1 2 4 8]`: what `make bench` calls."""

import argparse
import json
import os
import platform
import tempfile
from importlib import metadata
from pathlib import Path

from bench import cases, report
from bench.measure import Sample

RESULTS = Path(__file__).with_name("results.json")
PINNED = ("pulumi", "pulumi-aws", "pulumi-kubernetes")


def main() -> None:
    """Measure everything round by round, so that a busy minute falls on all of it; print and keep the figures."""
    parser = argparse.ArgumentParser(prog="python -m bench")
    parser.add_argument("--runs", type=int, default=5, help="rounds, of which the median counts")
    parser.add_argument("--stacks", nargs="*", default=["dev", "prod"])
    parser.add_argument("--regions", type=int, nargs="*", default=[1, 2, 4, 8])
    words = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="bench-") as place, cases.laptop(Path(place) / "home") as home:
        pairs = _prepare(home, Path(place), words.stacks, words.regions)
        samples = _measure(pairs, words.runs)
    lines = [
        report.Line(
            own.name, count, own.resources, report.middle(samples[own.name]), report.middle(samples[floor.name])
        )
        for count, own, floor in pairs
    ]
    print(f"\n{report.table(lines)}\n\n{report.verdict(lines[: len(words.stacks)], lines[len(words.stacks) :])}")
    RESULTS.write_text(json.dumps(report.results(lines, samples, _machine()), indent=2) + "\n")


def _prepare(
    home: cases.Home, folder: Path, stacks: list[str], counts: list[int]
) -> list[tuple[int, cases.Case, cases.Case]]:
    """Regions, case and floor of each thing to be measured; stacks first."""
    print("one unmeasured run of each: modules are compiled and resources counted", flush=True)
    found = [(1, *cases.committed(home, folder, name)) for name in stacks]
    found += [(count, *cases.regions(home, folder, count)) for count in counts]
    return [(count, case, cases.floor(home, folder, case, modules)) for count, case, modules in found]


def _measure(pairs: list[tuple[int, cases.Case, cases.Case]], runs: int) -> dict[str, list[Sample]]:
    samples: dict[str, list[Sample]] = {}
    for turn in range(1, runs + 1):
        for case in (case for _, *both in pairs for case in both):
            sample = case.preview()
            samples.setdefault(case.name, []).append(sample)
            print(f"[{turn}/{runs}] {case.name}: {sample.seconds:.2f} s, {sample.peak_mib:.0f} MiB", flush=True)
    return samples


def _machine() -> dict[str, object]:
    versions: dict[str, object] = {name: metadata.version(name) for name in PINNED}
    return {"cpus": os.cpu_count(), "system": platform.platform(), "python": platform.python_version()} | versions


if __name__ == "__main__":
    main()
