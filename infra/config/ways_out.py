"""Who of the pods leaves the network where the others may not, and what that takes (NET-12)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from infra.config.errors import Problem

if TYPE_CHECKING:
    from infra.config.cluster import NodeGroupConfig
    from infra.config.region import RegionStack

HTTPS, SSH = 443, 22
BURSTABLE = re.compile(r"t\d")  # the one family of today's that has no trunk for the interfaces of pods


def of(stack: RegionStack) -> Mapping[str, Sequence[int]]:
    """TCP ports, by what goes out: Argo CD to Git, sign-on and chat, and a failover to its other region and to people.

    Nothing where all pods may go anywhere, or where the network has no way out.
    """
    if stack.network.pod_egress == "open" or stack.network.nat == "none":
        return {}
    sign_on = stack.platform.argocd.oidc
    called = [stack.gitops.repository, *([sign_on.issuer] if sign_on else [])]
    ways = {"argocd": sorted({HTTPS, *map(_port, called)})}
    return ways | ({"failover": [HTTPS]} if stack.pair else {})


def problems(stack: RegionStack) -> Iterator[Problem]:
    """There is a way out for those who need one, and a node that can tell them from the others."""
    if stack.pair and stack.network.nat == "none":
        rule = "leaves the failover no way to the other region, nor to people; use nat: per_zone"
        yield Problem(("network", "nat"), rule)
    groups = stack.cluster.node_groups.values()
    open_ = [group for group in groups if not group.keeps_others_off] or groups
    if of(stack) and not any(map(_tells_pods_apart, open_)):
        rule = (
            "have no group without a taint whose nodes can give pods a security group of their own, by which some "
            f"leave the network ({', '.join(of(stack))}); choose another family than t"
        )
        yield Problem(("cluster", "node_groups"), rule)


def _port(url: str) -> int:
    parts = urlsplit(url)
    return parts.port or (SSH if parts.scheme == "ssh" else HTTPS)


def _tells_pods_apart(group: NodeGroupConfig) -> bool:
    return not any(map(BURSTABLE.match, group.instance_types))
