"""The changes of a preview that would destroy data, or let it be destroyed."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from assurance.changes.stateful import GUARDS, STATEFUL, WEAKENINGS
from assurance.changes.steps import State, Step

Change = Literal["delete", "replace", "weaken"]

_DELETES = ("delete", "discard", "forget", "remove-pending-replace")
_WORST_FIRST: tuple[Change, ...] = ("delete", "replace", "weaken")


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One change that may destroy data."""

    step: Step
    change: Change
    why: str

    @property
    def protected(self) -> bool:
        """Whether the engine, too, refuses it until the protection in the state is lifted."""
        kept = self.step.new is None or self.step.new.protect  # one update may lift it and replace
        return self.change != "weaken" and kept and bool(self.step.old and self.step.old.protect)


def findings(steps: Iterable[Step], production: bool) -> list[Finding]:
    """What must not happen unless somebody answers for it: one finding a resource, its worst.

    In production everything that holds data counts, elsewhere what the state protects.
    """
    worst: dict[str, Finding] = {}
    for step in steps:
        for found in _of(step):
            known = worst.get(step.urn)
            if _counts(step, production) and (
                known is None or _WORST_FIRST.index(found.change) < _WORST_FIRST.index(known.change)
            ):
                worst[step.urn] = found
    return list(worst.values())


def _counts(step: Step, production: bool) -> bool:
    return production or bool(step.old and (step.old.protect or step.old.retain))


def _of(step: Step) -> Iterator[Finding]:
    if step.old is None:
        return
    change = _end(step, step.old)
    if change and step.type in STATEFUL:
        because = f" ({', '.join(step.because)} cannot change in place)" if step.because else ""
        yield Finding(step=step, change=change, why=f"{STATEFUL[step.type]} would be lost{because}")
    elif change and step.type in GUARDS:
        yield Finding(step=step, change=change, why=GUARDS[step.type])
    elif not change and step.new and (reasons := [*_weakened(step, step.old, step.new)]):
        yield Finding(step=step, change="weaken", why="; ".join(reasons))


def _end(step: Step, old: State) -> Change | None:
    """How the object ends, None if it lives on. The rest of an interrupted replacement belongs to that one."""
    if step.op in _DELETES:
        return "replace" if old.condemned else "delete"
    return "replace" if "replace" in step.op else None


def _weakened(step: Step, old: State, new: State) -> Iterator[str]:
    if step.type in STATEFUL or step.type in GUARDS:
        if old.protect and not new.protect:
            yield "protect is lifted"
        if old.retain and not new.retain:
            yield "retainOnDelete is lifted"
    for each in WEAKENINGS.get(step.type, ()):
        if said := each.said(old.inputs, new.inputs):
            yield said
