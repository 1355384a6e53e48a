"""Two regions that recover one another, and what a stack promises beside what it orders."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from pydantic import ValidationError

from components.aws.partitions import partition_of
from infra.config.errors import Problem
from infra.config.recovery import RecoveryConfig

if TYPE_CHECKING:
    from infra.config.region import RegionStack
    from infra.config.siblings import Sibling

OWN = frozenset({"role", "peer"})  # what the two sides of a pair say differently


def problems(stack: RegionStack) -> Iterator[Problem]:
    """What is ordered can be lost, and the other region is one that may hold it (BDR-14, DATA-04, C-31)."""
    data = stack.data
    ordered = [name for name in ("database", "cache", "streaming") if data and getattr(data, name)]
    if stack.recovery is None:
        if stack.production and ordered:
            rule = (
                f"is required where production has data ({', '.join(ordered)}); say what may be lost, and for how long"
            )
            yield Problem(("recovery",), rule)
        return
    if silent := [name for name in ordered if name not in stack.recovery.data]:
        rule = f"says nothing of {', '.join(silent)}, which the stack has; say how each comes back"
        yield Problem(("recovery", "data"), rule)
    if stack.recovery.peer:
        yield from _place(stack, stack.recovery.peer)


def _place(stack: RegionStack, peer: str) -> Iterator[Problem]:
    at = ("recovery", "peer")
    if peer == stack.region:
        yield Problem(at, "is the region itself; name the one that stands by, or leave it out")
    elif partition_of(peer) != partition_of(stack.region):
        yield Problem(at, f"lies in another partition than {stack.region}; choose a region of the same")
    elif in_europe(stack.region) and not in_europe(peer):
        rule = f"takes data of {stack.region} out of the EU; choose a region of the EU, or leave it out: "
        yield Problem(at, rule + "the region then survives the loss of a zone")


def sibling_problems(stack: RegionStack, siblings: Sequence[Sibling]) -> Iterator[Problem]:
    """Both sides of a pair have the same plan, and one of them stands by."""
    recovery = stack.recovery
    if recovery is None or recovery.peer is None:
        return
    other_role = "standby" if recovery.role == "primary" else "primary"
    counterparts = [each for each in siblings if each.place == stack.counterpart and _names(each, stack.region)]
    if not counterparts:
        rule = f"is where no stack file of account {stack.account} pairs with {stack.region}; give one there the same "
        yield Problem(("recovery", "peer"), f"{rule}recovery, with role: {other_role} and peer: {stack.region}")
    for sibling in counterparts:
        if plan := _plan(sibling):
            yield from _differences(recovery, plan, sibling.file)


def _differences(ours: RecoveryConfig, theirs: RecoveryConfig, file: str) -> Iterator[Problem]:
    if theirs.role == ours.role:
        rule = f"is what {file} says too, and a pair has one primary and one standby; change it in one of them"
        yield Problem(("recovery", "role"), rule)
    for key in RecoveryConfig.model_fields:
        if key not in OWN and getattr(theirs, key) != getattr(ours, key):
            rule = f"differs from {file}, and both regions of a pair follow one plan; write the same in both"
            yield Problem(("recovery", key), rule)


def in_europe(region: str) -> bool:
    """Whether data of EU subjects may be kept here."""
    return region.startswith("eu-")


def _names(sibling: Sibling, peer: str) -> bool:
    found = sibling.data.get("recovery")
    return isinstance(found, dict) and found.get("peer") == peer


def _plan(sibling: Sibling) -> RecoveryConfig | None:
    """The plan of another stack file; one that cannot stand is reported there."""
    try:
        return RecoveryConfig.model_validate(sibling.data["recovery"])
    except ValidationError:
        return None
