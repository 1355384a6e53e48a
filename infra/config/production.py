"""The rules that hold where `production: true`, wherever the region."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from infra.config import promotion
from infra.config.errors import Problem

if TYPE_CHECKING:
    from infra.config.region import RegionStack


def problems(stack: RegionStack) -> Iterator[Problem]:
    """What production must not be: reachable, thin, shared or changed on a whim."""
    yield from _resilience(stack)
    yield from _isolation(stack)
    yield from (problem.under(("promotion",)) for problem in promotion.production_problems(stack.promotion))


def _resilience(stack: RegionStack) -> Iterator[Problem]:
    if len(stack.network.zones) < 3:
        yield Problem(("network", "zones"), f"has {len(stack.network.zones)} zones; production needs 3, name another")
    if stack.network.nat == "single":
        yield Problem(("network", "nat"), "lets one zone's loss cut off the others; set per_zone in production")
    if stack.data:
        yield from (problem.under(("data",)) for problem in stack.data.production_problems())
    if not stack.platform.argocd.high_availability:
        yield Problem(("platform", "argocd", "high_availability"), "is required in production; set true")


def _isolation(stack: RegionStack) -> Iterator[Problem]:
    if stack.platform.argocd.oidc is None:
        rule = "is missing, which leaves a local administrator with one password for all; name issuer and client_id"
        yield Problem(("platform", "argocd", "oidc"), rule)
    if stack.cluster.endpoint.public:
        rule = "opens the Kubernetes API of production to the internet; set false and use way_in: session_manager"
        yield Problem(("cluster", "endpoint", "public"), rule)
    if not stack.pci:
        return
    if stack.network.pod_egress == "open":
        rule = "lets pods with cardholder data reach the internet; set vpc_endpoints in PCI production"
        yield Problem(("network", "pod_egress"), rule)
    for name, group in stack.cluster.node_groups.items():
        if group.carries_pci and group.tenancy != "dedicated":
            rule = "shares hosts with other customers; set dedicated in PCI production"
            yield Problem(("cluster", "node_groups", name, "tenancy"), rule)
