"""The catalogue of requirements knows every ID, and claims no proof that is not there."""

import re
from collections import defaultdict
from pathlib import Path

import pytest

from tests.catalogue import CATALOGUE, TESTED, listed_gaps, marked, statuses, with_gaps, with_proofs

MARKED = """
import pytest

pytestmark = pytest.mark.req("NET-01")

@pytest.mark.req("NET-02", "C-07")
def test_a(): ...

@pytest.mark.parametrize("x", [pytest.param(1, marks=pytest.mark.req("NET-03"))])
def test_b(x): ...  # pytest.mark.req("NET-04") in a comment marks nothing
"""


def test_every_id_that_a_test_carries_is_in_the_catalogue():
    assert sorted(marked().keys() - statuses().keys()) == []


def test_the_catalogue_claims_no_proof_that_is_not_there():
    claimed = {id_ for id_, status in statuses().items() if status == TESTED}

    assert sorted(claimed - marked().keys()) == [], "run `python -m tests.catalogue`"


def test_the_catalogue_numbers_every_group_without_a_gap():
    groups: dict[str, list[int]] = defaultdict(list)
    for id_ in re.findall(r"^\| ([A-Z]+-\d+) \|", CATALOGUE.read_text(), re.MULTILINE):
        group, _, number = id_.partition("-")
        groups[group].append(int(number))

    assert len(groups) == 38
    assert {group for group, numbers in groups.items() if numbers != [*range(1, len(numbers) + 1)]} == set()


def test_every_row_of_the_catalogue_can_be_read():
    rows = [line for line in CATALOGUE.read_text().splitlines() if re.match(r"\| [A-Z]+-\d", line)]

    assert len(rows) == len(statuses()) == 297


def test_marks_are_found_wherever_pytest_finds_them(tmp_path: Path):
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "test_x.py").write_text(MARKED)

    assert marked(tmp_path) == {id_: {"deep/test_x.py"} for id_ in ("NET-01", "NET-02", "C-07", "NET-03")}


def test_the_status_follows_the_marks_both_ways():
    text = "| A-01 | One | not yet |\n| A-02 | Two | tested |\n"

    assert with_proofs(text, {"A-01"}) == "| A-01 | One | tested |\n| A-02 | Two | not yet |\n"


@pytest.mark.parametrize("gaps", [{}, {"EKS updates": "change at once", "B": "a sentence; and one more: here"}])
def test_the_list_of_gaps_reads_as_it_was_written(gaps: dict[str, str]):
    text = with_gaps("before\n<!-- gaps -->\n- **old**: gone\n<!-- end of gaps -->\nafter\n", gaps)

    assert listed_gaps(text) == gaps
    assert text.startswith("before\n<!-- gaps -->\n")
    assert text.endswith("<!-- end of gaps -->\nafter\n")
