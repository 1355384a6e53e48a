"""Sums of times that can be read line by line, and what in them would have to change."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

Setting = tuple[str, ...]


@dataclass(frozen=True)
class Term:
    """`value` of a setting, counted `factor` seconds each; a term without a setting cannot be changed."""

    what: str
    value: int
    factor: int = 1
    setting: Setting | None = None
    least: int = 0
    unit: str = ""

    @property
    def seconds(self) -> int:
        return self.value * self.factor


@dataclass(frozen=True)
class Change:
    """A setting at its highest value that still meets a target."""

    setting: Setting
    before: int
    after: int
    unit: str = ""

    def __str__(self) -> str:
        return f"{'.'.join(self.setting)}: {self.after} instead of {self.before}{self.unit}"


@dataclass(frozen=True)
class Sum:
    """What passes one after the other."""

    terms: tuple[Term, ...]

    @property
    def seconds(self) -> int:
        return sum(term.seconds for term in self.terms)

    def lines(self, limit: int) -> Iterator[str]:
        """One line a term, the amounts below each other, then the total; the term that passes `limit` is marked."""
        amounts = [spelt(term.seconds) for term in self.terms]
        width = max(map(len, [*amounts, spelt(self.seconds)]))
        before = 0
        for term, amount in zip(self.terms, amounts, strict=True):
            passes = before <= limit < before + term.seconds
            mark = f"  <- passes {spelt(limit)}" if passes else ""
            yield f"{'+' if term is not self.terms[0] else ' '} {amount:>{width}}  {term.what}{mark}"
            before += term.seconds
        yield f"= {spelt(self.seconds):>{width}}, {spelt(self.seconds - limit)} too long"


def savings(sum_: Sum, excess: int) -> tuple[list[Change], list[Change]]:
    """The changes of which any one saves `excess` seconds; if there is none, the fewest that do so together.

    Both lists are empty where even all settings at their least do not.
    """
    adjustable = _by_setting(sum_)
    if alone := [_change(terms, excess) for terms in adjustable if _most(terms) >= excess]:
        return alone, []
    together: list[Change] = []
    for terms in sorted(adjustable, key=_most, reverse=True):
        together.append(_change(terms, min(excess, _most(terms))))
        excess -= min(excess, _most(terms))
        if excess == 0:
            return [], together
    return [], []


def _by_setting(sum_: Sum) -> list[tuple[Term, ...]]:
    """The terms that can be lowered, those of one setting together."""
    found: dict[Setting, list[Term]] = {}
    for term in sum_.terms:
        if term.setting:
            found.setdefault(term.setting, []).append(term)
    return [tuple(terms) for terms in found.values() if _most(terms)]


def _most(terms: Sequence[Term]) -> int:
    """The seconds that are saved by a setting at its least."""
    return sum((term.value - term.least) * term.factor for term in terms)


def _change(terms: Sequence[Term], excess: int) -> Change:
    first = terms[0]
    each = sum(term.factor for term in terms)
    return Change(first.setting or (), first.value, first.value - -(-excess // each), first.unit)


def spelt(seconds: int) -> str:
    """A time as people say it: 24 h, 12 min 45 s, 0 s."""
    hours, rest = divmod(seconds, 3600)
    parts = [(hours, "h"), (rest // 60, "min"), (rest % 60, "s")]
    return " ".join(f"{amount} {unit}" for amount, unit in parts if amount) or "0 s"
