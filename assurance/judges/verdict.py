"""What comes of a run: void, stopped, or sound; and the words for it."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from assurance.judges.findings import Finding, Hearing
from assurance.judges.planted import STACK, Plant
from assurance.judges.waivers import Low, Waiver


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """A run on a day. What is void says nothing about any stack, however few its findings are."""

    void: Sequence[str]
    refused: Sequence[tuple[str, Finding, Waiver | None]]
    """Stack, finding, and the waiver that has expired, where there is one."""
    unused: Sequence[Waiver]
    """Waivers of nothing that was found; empty unless every stack was judged."""
    tallies: Mapping[str, Mapping[str, int]]
    """Stack -> what was judged and found, counted."""

    @property
    def status(self) -> int:
        """For the shell: 2 if void, 1 if it stops, 0 if it is sound."""
        return 2 if self.void else 1 if self.refused else 0


def judge(
    hearings: Sequence[Hearing],
    plants: Sequence[Plant],
    waivers: Sequence[Waiver],
    low: Sequence[Low],
    *,
    today: date,
    whole: bool,
) -> Verdict:
    """Hold what was found against what was planted, what counts for less and what somebody answers for."""
    minor = {each.rule for each in low}
    refused: list[tuple[str, Finding, Waiver | None]] = []
    tallies: dict[str, Counter[str]] = {}
    used: set[int] = set()
    for hearing in (each for each in hearings if each.stack != STACK):
        tally = tallies.setdefault(hearing.stack, Counter())
        tally[f"judged by {hearing.judge}"] += hearing.judged
        for finding in hearing.findings:
            covering = [number for number, waiver in enumerate(waivers) if waiver.covers(hearing.stack, finding)]
            used.update(covering)
            valid = [number for number in covering if waivers[number].expires >= today]
            kind = "low" if finding.rule in minor else "waived" if valid else "high"
            tally[kind] += 1
            if kind == "high":
                refused.append((hearing.stack, finding, waivers[covering[0]] if covering else None))
    return Verdict(
        void=[*_holes(hearings), *_missed(hearings, plants)],
        refused=refused,
        unused=[waiver for number, waiver in enumerate(waivers) if number not in used] if whole else [],
        tallies=tallies,
    )


def _holes(hearings: Sequence[Hearing]) -> Iterator[str]:
    for hearing in hearings:
        for hole, times in sorted(Counter(hearing.holes).items()):
            yield f"{hearing.stack}: {hearing.judge} does not judge {hole}{f' ({times} times)' if times > 1 else ''}"
    for stack in dict.fromkeys(each.stack for each in hearings):
        if not any(each.judged for each in hearings if each.stack == stack):
            yield f"{stack}: there was nothing to judge"


def _missed(hearings: Sequence[Hearing], plants: Sequence[Plant]) -> Iterator[str]:
    found = {
        (finding.judge, finding.rule, finding.resource)
        for hearing in hearings
        if hearing.stack == STACK
        for finding in hearing.findings
    }
    for plant in plants:
        for rule in plant.breaks:
            if (plant.judge, rule, plant.resource.label) not in found:
                yield f"{plant.judge} passes {plant.resource.label}, which was planted to break {rule}"
        for rule in plant.spares:
            if (plant.judge, rule, plant.resource.label) in found:
                yield f"{plant.judge} stops {plant.resource.label} by {rule}, which it was planted to keep"


def told(verdict: Verdict) -> str:
    """The verdict in words."""
    return "\n".join([*_counts(verdict), *_refusals(verdict), *_leftovers(verdict), *_voids(verdict)])


def _counts(verdict: Verdict) -> Iterator[str]:
    for stack, tally in verdict.tallies.items():
        yield f"{stack}: " + ", ".join(f"{tally[what]} {what}" for what in (*_judged(tally), "high", "waived", "low"))


def _judged(tally: Mapping[str, int]) -> list[str]:
    return [what for what in tally if what.startswith("judged by ")]


def _refusals(verdict: Verdict) -> Iterator[str]:
    for stack, finding, expired in verdict.refused:
        yield f"{stack}: {finding.resource}"
        yield f"    {finding.judge} {finding.rule}: {finding.message}"
        if expired:
            yield f"    the waiver of {expired.owner} expired on {expired.expires}"
    if verdict.refused:
        yield "Repair what is found, or let its owner write a waiver into assurance/judges/waivers.yaml."


def _leftovers(verdict: Verdict) -> Iterator[str]:
    for waiver in verdict.unused:
        yield f"the waiver of {waiver.rule} for {', '.join(waiver.resources)} is of nothing that was found"


def _voids(verdict: Verdict) -> Iterator[str]:
    if verdict.void:
        yield "This run is void:"
        yield from (f"    {reason}" for reason in verdict.void)
