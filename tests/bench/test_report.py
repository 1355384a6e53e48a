"""What is said of the samples is what follows from them; nothing here takes time."""

import json
import subprocess
import sys

import psutil
import pytest

from bench import measure, programs, report
from bench.measure import MeasuredError, Sample
from bench.report import Line


def line(name: str, regions: int, seconds: float, mib: float) -> Line:
    return Line(name, regions, 190 * regions, Sample(seconds, seconds / 2, mib), Sample(4.0, 2.0, 200.0))


DEV = line("dev", 1, 5.0, 280.0)
REGIONS = [line("1 region", 1, 5.0, 280.0), line("2 regions", 2, 7.0, 380.0), line("4 regions", 4, 13.0, 580.0)]


def test_each_figure_has_a_median_of_its_own() -> None:
    taken = [Sample(3.0, 1.0, 100.0), Sample(1.0, 3.0, 300.0), Sample(2.0, 2.0, 200.0)]
    assert report.middle(taken) == Sample(2.0, 2.0, 200.0)
    assert report.middle(taken[:2]) == Sample(2.0, 2.0, 200.0)


def test_a_ratio_counts_floors() -> None:
    assert (DEV.time_ratio, DEV.memory_ratio) == (1.25, 1.4)


def test_growth_is_what_one_more_region_costs() -> None:
    assert report.steps(REGIONS[::-1]) == [("1 to 2", 2.0, 100.0), ("2 to 4", 3.0, 100.0)]


def test_the_table_holds_every_figure() -> None:
    assert report.table([DEV]).splitlines() == [
        "preview of   resources   wall s   floor  ratio   cpu s   floor     MiB   floor  ratio",
        "dev                190     5.00    4.00   1.25    2.50    2.00     280     200   1.40",
    ]


def test_the_verdict_says_what_is_missed() -> None:
    assert report.verdict([DEV], REGIONS).splitlines() == [
        "dev, time: 1.25 floors, aim 1.3",
        "dev, memory: 1.40 floors, aim 1.3: above the aim",
        "one more region, from 1 to 2: 2.00 s, 100 MiB",
        "one more region, from 2 to 4: 3.00 s, 100 MiB",
        "growth is more than linear: the last region costs 1.50 times the second, aim 1.3",
    ]
    even = [*REGIONS[:2], line("4 regions", 4, 11.0, 580.0)]
    assert report.verdict([], even).splitlines()[-1] == (
        "growth is linear: the last region costs 1.00 times the second, aim 1.3"
    )


def test_one_size_says_nothing_of_growth() -> None:
    assert "growth" not in report.verdict([DEV], REGIONS[:1])


def test_results_are_plain_data_with_the_samples_they_come_from() -> None:
    kept = report.results([DEV], {"dev": [DEV.own]}, {"cpus": 2})
    assert json.loads(json.dumps(kept)) == kept
    assert kept["machine"] == {"cpus": 2}
    assert kept["samples"] == {"dev": [{"seconds": 5.0, "cpu_seconds": 2.5, "peak_mib": 280.0}]}
    assert kept["medians"][0]["time_ratio"] == 1.25


def test_memory_of_a_child_and_of_its_children_is_seen() -> None:
    held = "hold = bytearray(64 << 20); print('held', flush=True); input()"
    command = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {held!r}])"
    argv, pipe = [sys.executable, "-c", command], subprocess.PIPE
    with subprocess.Popen(argv, stdin=pipe, stdout=pipe, text=True) as child:  # noqa: S603 our own interpreter
        assert child.stdout is not None
        assert child.stdout.readline() == "held\n"
        seen = measure.resident(psutil.Process(child.pid))
        child.communicate("go on\n")
    assert seen > 64 * measure.MIB


def test_processor_time_is_that_of_the_command() -> None:
    sample = measure.measure([sys.executable, "-c", "sum(range(3_000_000))"], {})
    assert sample.cpu_seconds > 0
    assert sample.seconds > 0


def test_a_command_that_fails_is_no_sample() -> None:
    with pytest.raises(MeasuredError, match="the engine's own words"):
        measure.measure([sys.executable, "-c", 'print("the engine\'s own words"); raise SystemExit(3)'], {})


def test_regions_share_neither_name_nor_address() -> None:
    orders = programs.orders(8)
    assert len({order.name for order in orders}) == 8
    assert len({order.network.cidr for order in orders}) == 8
    assert not any(
        one.network.cidr.overlaps(other.network.cidr) for one in orders for other in orders if one is not other
    )
