"""From samples to figures: medians, ratios to the floor, and what each further region costs."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import pairwise
from statistics import median
from typing import Any

from bench.measure import Sample

TARGET = 1.3  # times the floor


@dataclass(frozen=True)
class Line:
    """Medians of one case, beside those of its floor."""

    name: str
    regions: int
    resources: int
    own: Sample
    floor: Sample

    @property
    def time_ratio(self) -> float:
        """Wall time in floors."""
        return self.own.seconds / self.floor.seconds

    @property
    def memory_ratio(self) -> float:
        """Peak memory in floors."""
        return self.own.peak_mib / self.floor.peak_mib


def middle(samples: Sequence[Sample]) -> Sample:
    """The median of each figure by itself."""
    return Sample(
        seconds=median(sample.seconds for sample in samples),
        cpu_seconds=median(sample.cpu_seconds for sample in samples),
        peak_mib=median(sample.peak_mib for sample in samples),
    )


def steps(lines: Sequence[Line]) -> list[tuple[str, float, float]]:
    """What one more region costs between two sizes, in seconds and MiB: constant where growth is linear."""
    sizes = sorted(lines, key=lambda line: line.regions)
    return [
        (
            f"{small.regions} to {large.regions}",
            (large.own.seconds - small.own.seconds) / (large.regions - small.regions),
            (large.own.peak_mib - small.own.peak_mib) / (large.regions - small.regions),
        )
        for small, large in pairwise(sizes)
    ]


def table(lines: Sequence[Line]) -> str:
    """The figures as people read them."""
    head = f"{'preview of':<12}{'resources':>10}{'wall s':>9}{'floor':>8}{'ratio':>7}{'cpu s':>8}{'floor':>8}"
    rows = [f"{head}{'MiB':>8}{'floor':>8}{'ratio':>7}"]
    for line in lines:
        own, floor = line.own, line.floor
        rows.append(
            f"{line.name:<12}{line.resources:>10}{own.seconds:>9.2f}{floor.seconds:>8.2f}{line.time_ratio:>7.2f}"
            f"{own.cpu_seconds:>8.2f}{floor.cpu_seconds:>8.2f}"
            f"{own.peak_mib:>8.0f}{floor.peak_mib:>8.0f}{line.memory_ratio:>7.2f}"
        )
    return "\n".join(rows)


def verdict(lines: Sequence[Line], regions: Sequence[Line]) -> str:
    """Whether the aim is met: TARGET floors, and no further region dearer than TARGET times the cheapest one."""
    said = []
    for line in lines:
        for what, ratio in (("time", line.time_ratio), ("memory", line.memory_ratio)):
            missed = "" if ratio <= TARGET else ": above the aim"
            said.append(f"{line.name}, {what}: {ratio:.2f} floors, aim {TARGET}{missed}")
    costs = steps(regions)
    said += [f"one more region, from {span}: {seconds:.2f} s, {mib:.0f} MiB" for span, seconds, mib in costs]
    if len(costs) > 1:
        seconds = [cost[1] for cost in costs]
        linear = seconds[-1] <= TARGET * seconds[0]
        said.append(f"growth is {'linear' if linear else 'more than linear'}: the last region costs ")
        said[-1] += f"{seconds[-1] / seconds[0]:.2f} times the second, aim {TARGET}"
    return "\n".join(said)


def results(
    lines: Sequence[Line], samples: Mapping[str, Sequence[Sample]], machine: Mapping[str, Any]
) -> dict[str, Any]:
    """Everything, for a file."""
    medians = [asdict(line) | {"time_ratio": line.time_ratio, "memory_ratio": line.memory_ratio} for line in lines]
    raw = {name: [asdict(sample) for sample in taken] for name, taken in samples.items()}
    return {"machine": dict(machine), "target": TARGET, "medians": medians, "samples": raw}
