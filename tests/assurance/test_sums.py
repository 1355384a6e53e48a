"""Sums are read line by line, and the changes that they ask for are the smallest."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from assurance.recovery.sums import Change, Sum, Term, savings, spelt


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0, "0 s"),
        (59, "59 s"),
        (60, "1 min"),
        (765, "12 min 45 s"),
        (3600, "1 h"),
        (90000, "25 h"),
        (3661, "1 h 1 min 1 s"),
    ],
)
def test_times_are_spelt_as_people_say_them(seconds: int, said: str):
    assert spelt(seconds) == said


@pytest.mark.req("BDR-14")
def test_the_lines_of_a_sum_show_where_it_passes_its_limit():
    found = Sum((Term("checks fail", 10, 3), Term("delay", 5, 60), Term("the rest", 1, 3600)))

    assert list(found.lines(limit=200)) == [
        "            30 s  checks fail",
        "+          5 min  delay  <- passes 3 min 20 s",
        "+            1 h  the rest",
        "= 1 h 5 min 30 s, 1 h 2 min 10 s too long",
    ]


@pytest.mark.req("BDR-14")
def test_any_one_of_the_changes_is_enough_and_none_is_larger_than_it_must_be():
    found = Sum(
        (Term("checks", 10, 3, ("every",), 1), Term("delay", 300, 1, ("delay",)), Term("next", 10, 1, ("every",), 1))
    )

    assert savings(found, 35) == ([Change(("every",), 10, 1), Change(("delay",), 300, 265)], [])
    assert savings(found, 37) == ([Change(("delay",), 300, 263)], [])
    assert [str(change) for change in savings(found, 37)[0]] == ["delay: 263 instead of 300"]


@pytest.mark.req("BDR-14")
def test_where_no_change_is_enough_the_fewest_are_named_that_are_together():
    found = Sum((Term("a", 30, 1, ("a",)), Term("b", 100, 1, ("b",)), Term("c", 50, 1, ("c",), 10), Term("fixed", 99)))

    assert savings(found, 110) == ([], [Change(("b",), 100, 0), Change(("c",), 50, 40)])
    assert savings(found, 170) == ([], [Change(("b",), 100, 0), Change(("c",), 50, 10), Change(("a",), 30, 0)])
    assert savings(found, 171) == ([], [])


terms = some.builds(
    Term,
    what=some.just("it takes"),
    value=some.integers(5, 500),
    factor=some.sampled_from([1, 3, 60]),
    setting=some.sampled_from([None, ("a",), ("b",), ("c",), ("d",)]),
    least=some.integers(0, 5),
)
sums = some.lists(terms, min_size=1, max_size=6, unique_by=lambda term: term.setting).map(
    lambda found: Sum(tuple(found))
)


def after(found: Sum, changes: list[Change]) -> int:
    """The seconds of a sum once its settings have changed."""
    new = {change.setting: change.after for change in changes}
    return Sum(tuple(replace(t, value=new.get(t.setting or (), t.value)) for t in found.terms)).seconds


@pytest.mark.req("BDR-14")
@settings(deadline=None)
@given(sums, some.integers(1, 60000))
def test_every_advice_meets_the_limit_and_one_less_would_not(found: Sum, excess: int):
    limit = found.seconds - excess
    alone, together = savings(found, excess)
    least = {t.setting: t.least for t in found.terms}

    for change in alone:
        assert after(found, [change]) <= limit
        assert after(found, [replace(change, after=change.after + 1)]) > limit
        assert change.after >= least[change.setting]
    if together:
        assert after(found, together) <= limit
        assert after(found, together[:-1]) > limit
    if not alone and not together:
        assert after(found, [Change(t.setting, t.value, t.least) for t in found.terms if t.setting]) > limit
