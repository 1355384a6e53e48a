"""What a failover needs of both its regions: names that are theirs, an application, and room for it (S-04, BDR-14)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from infra.config.errors import Problem

if TYPE_CHECKING:
    from infra.config.failover import FailoverConfig
    from infra.config.region import RegionStack


def problems(stack: RegionStack) -> Iterator[Problem]:
    """The sizes of a standby belong to one, and what moves is there."""
    recovery = stack.recovery
    failover = recovery.failover if recovery else None
    waits = failover is not None and stack.stands_by
    yield from _nodes(stack, waits)
    yield from _replicas(stack, waits)
    if failover is None or recovery is None:
        return
    yield from _site(stack, failover, "secondary" if waits else "primary")
    if stack.apps.payment and not (stack.data and stack.data.database):
        rule = "is missing, which a failover of apps.payment promotes; order it, or leave peer and failover out"
        yield Problem(("data", "database"), rule)


def _nodes(stack: RegionStack, waits: bool) -> Iterator[Problem]:
    for name, group in stack.cluster.node_groups.items():
        at = ("cluster", "node_groups", name, "full")
        if group.full is None:
            continue
        if not waits:
            yield Problem(at, "is the size of a standby that carries the load, and this region is none; remove it")
        elif group.full < group.min:
            yield Problem(at, f"is below min {group.min}, and a failover must not shrink a standby; raise it")
        elif group.full > group.max:
            yield Problem(at, f"is above max {group.max}; lower it, or raise max")


def _replicas(stack: RegionStack, waits: bool) -> Iterator[Problem]:
    payment, at = stack.apps.payment, ("apps", "payment", "standby")
    if payment is None:
        return
    if waits and payment.standby is None:
        rule = "is required where the region stands by; say how many replicas wait (warm), and how many carry the load"
        yield Problem(at, f"{rule} (full)")
    if payment.standby and not waits:
        yield Problem(at, "has no meaning in a region that does not stand by; remove it")


def _site(stack: RegionStack, failover: FailoverConfig, side: str) -> Iterator[Problem]:
    """What one file says of the other is checked there."""
    said = {"primary": failover.primary, "secondary": failover.secondary}[side]
    at = ("recovery", "failover", side)
    for key, stated, own in (
        ("environment", said.environment, stack.environment),
        ("cluster", said.cluster, stack.cluster_name),
    ):
        if stated != own:
            yield Problem((*at, key), f"is not what this stack, the {side} one, has; write {own}")
