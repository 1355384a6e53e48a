"""What of a region reaches into another one: copies of keys, and a network that it can talk to (KMS-04, NET-10)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from components.aws.partitions import partition_of
from infra.config.errors import Path, Problem
from infra.config.pairs import in_europe

if TYPE_CHECKING:
    from infra.config.region import RegionStack
    from infra.config.siblings import Sibling


def problems(stack: RegionStack) -> Iterator[Problem]:
    """The other region is one that may be reached, and its addresses are its own."""
    keys, peer = stack.keys, stack.network.peer
    if keys.replica_region:
        yield from _reach(stack, ("keys", "replica_region"), keys.replica_region)
        if not keys.multi_region:
            yield Problem(("keys", "replica_region"), "needs keys that can be replicated; set multi_region: true")
    if not peer:
        return
    yield from _reach(stack, ("network", "peer", "region"), peer.region)
    if stack.recovery and stack.recovery.peer not in (None, peer.region):
        rule = f"is not where the stack recovers, which is {stack.recovery.peer}; write that, or leave the peer out"
        yield Problem(("network", "peer", "region"), rule)
    for name, cidr in (("network", stack.network.cidr), ("service range", stack.cluster.service_cidr)):
        if peer.cidr.overlaps(cidr):
            rule = f"overlaps this stack's {name} {cidr}, so that no route can lead there; give each a range of its own"
            yield Problem(("network", "peer", "cidr"), rule)


def sibling_problems(stack: RegionStack, siblings: Sequence[Sibling]) -> Iterator[Problem]:
    """A peer is what its own stack file says; an account's roles are made by one of its stacks."""
    for sibling in siblings:
        elsewhere = sibling.data.get("region") != stack.region
        if sibling.data.get("kind") != "region" or sibling.data.get("account") != stack.account or not elsewhere:
            continue
        if stack.account_roles and sibling.data.get("account_roles", True):
            yield Problem(("account_roles",), sibling.says_too(stack.account))
        peer = stack.network.peer
        if peer and sibling.data.get("region") == peer.region and sibling.cidr != peer.cidr:
            rule = f"is not the network of {sibling.file}; write {sibling.cidr}"
            yield Problem(("network", "peer", "cidr"), rule)


def _reach(stack: RegionStack, at: Path, region: str) -> Iterator[Problem]:
    if region == stack.region:
        yield Problem(at, "is the stack's own region; name the other one, or leave it out")
    elif partition_of(region) != partition_of(stack.region):
        yield Problem(at, f"lies in another partition than {stack.region}; choose a region of the same")
    elif in_europe(region) != in_europe(stack.region):
        rule = f"opens a way to {stack.region}, and none may lead into the EU or out of it; leave it out"
        yield Problem(at, rule)
