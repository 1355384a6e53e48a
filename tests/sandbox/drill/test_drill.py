"""The drill, for real: two PostgreSQL servers, a disaster, and a report that can be believed."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from sandbox.drill import report
from sandbox.drill.cloud import small
from sandbox.drill.result import Result
from sandbox.drill.run import drill
from sandbox.home import PROJECT
from tests.sandbox.drill.folders import folder

pytestmark = [pytest.mark.engine, pytest.mark.req("BDR-09", "C-03")]


@pytest.fixture(scope="module")
def result() -> Iterator[Result]:
    """One drill for all tests."""
    with folder() as place, small(3) as ground:
        yield drill(place, ground, print)


def test_every_promise_held(result: Result):
    assert [check.what for check in result.checks if not check.held] == []
    assert len(result.checks) == 8


def test_writes_were_lost_and_counted_and_no_more_than_were_on_their_way(result: Result):
    assert 0 < len(result.lost) < 60
    assert 0 < result.loss_seconds < 3


def test_each_part_of_the_interruption_was_measured(result: Result):
    assert list(result.took) == list(result.bound)
    assert sum(result.took.values()) == pytest.approx(result.rto)
    assert result.took["delay"] >= 3


def test_the_report_says_what_was_measured_beside_its_bound(result: Result):
    said = "\n".join(report.lines(result))
    assert f"recovery time {result.rto:.1f} s" in " ".join(said.split())
    assert "BROKEN" not in said
    assert result.stack is not None
    oldest = f"age of lost writes {result.loss_seconds:.2f} s {result.loss_bound} s {result.stack[1]} s"
    assert oldest in " ".join(said.split())
    page = report.page(result)
    assert page.count("<svg") == page.count("</svg>") == 1
    assert "http" not in page.replace("http-equiv", "")


def test_by_the_command_a_replica_that_lags_too_far_blocks_and_pages_until_a_person_forces_it(tmp_path: Path):
    page = tmp_path / "pages" / "drill.html"
    words = [sys.executable, "-m", "sandbox.drill", "--small", "--delay", "3", "--lag", "6", "--page", str(page)]
    env = {**os.environ, "LAPTOP_HOME": str(tmp_path)}
    done = subprocess.run(words, cwd=PROJECT, env=env, capture_output=True, text=True, check=False)  # noqa: S603 our own program
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.endswith(f"==> the drill passed; the page is {page}\n")
    assert "ok      a lagging replica blocks and pages: " in done.stdout
    (oldest,) = re.findall(r"age of lost writes +([\d.]+) s", done.stdout)
    assert float(oldest) > 5
    written = page.read_text()
    assert "<h1>Failover drill passed</h1>" in written
    assert "failover forced by drill: rehearsal" in written
