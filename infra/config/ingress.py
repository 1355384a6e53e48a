"""How the outside reaches a region: host names, the load balancer before the mesh, its firewall and certificates."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from ipaddress import IPv4Network
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from infra.config.errors import Problem
from infra.config.pairs import in_europe
from infra.config.section import Section, repeated
from infra.config.types import AccountId, Cidr, DnsLabel, Domain, Email

if TYPE_CHECKING:
    from infra.config.region import RegionStack
    from infra.config.siblings import Sibling

# What administrators look at: DNS-04's names, and what usually stands beside them (WAF-04).
ADMIN_LABELS = ("argocd", "chaos", "compliance", "grafana", "kiali", "monitoring", "prometheus")
Location = Literal["default", "AF", "AN", "AS", "EU", "NA", "OC", "SA"]


def _not_retired(value: object) -> object:
    if value == "nginx":
        raise ValueError("has been retired and gets no fixes; write application or network, and routes of Gateway API")
    return value


def _by_kind(settings: dict[str, Any]) -> WebFirewallConfig | None:
    return WebFirewallConfig() if settings.get("kind", "application") == "application" else None


class WebFirewallConfig(Section):
    """AWS's rules against common attacks, bad inputs, SQL injection and bad addresses, and a rate (WAF-01)."""

    rate_limit: int = Field(default=2000, ge=10, le=2_000_000_000)
    """Requests of one address in five minutes."""
    log_days: int = Field(default=365, ge=1)
    """How long the log of requests is locked; a day later it expires."""
    log_lock: Literal["governance", "compliance"] = "compliance"


class HostConfig(Section):
    """One name, and the namespace whose routes may claim it."""

    namespace: DnsLabel
    access: Literal["public", "sso", "internal"] = "public"
    """Who reaches it: anybody; anybody, and the service behind it asks for single sign-on; the network only."""


class IngressConfig(Section):
    """The Gateway API through Istio, behind a load balancer of the cloud (C-29)."""

    kind: Annotated[Literal["application", "network"], BeforeValidator(_not_retired)] = "application"
    """An application load balancer can carry a web firewall, a network load balancer cannot (WAF-03)."""
    zone: Domain
    """The public zone that the hosts lie in; a global stack has it."""
    zone_account: AccountId | None = None
    """The account of that stack; the stack's own unless stated."""
    hosts: Mapping[Domain, HostConfig] = Field(min_length=1)
    location: Location | None = None
    """Whose requests for the hosts come here, where other regions serve them too: those of a continent, or of everybody
    that no other region serves."""
    allowed_cidrs: tuple[Cidr, ...] = Field(default=(IPv4Network("0.0.0.0/0"),), min_length=1)
    firewall: WebFirewallConfig | None = Field(default_factory=_by_kind)
    acme_email: Email | None = None
    """Who hears from the issuer letsencrypt-prod; without, there is none, and the cluster signs for itself (DNS-05)."""
    expiry_alarm_days: int = Field(default=30, ge=1, le=44)
    """Before the end of a certificate; ACM renews 60 days before, and reminds 45 days before (WAF-02)."""

    def open_to(self, *access: str) -> list[str]:
        """The hosts of these kinds of access."""
        return [host for host, order in self.hosts.items() if order.access in access]

    def problems(self, today: date) -> Iterator[Problem]:
        """Names lie in the zone, and a firewall has something that carries it."""
        yield from repeated(("allowed_cidrs",), map(str, self.allowed_cidrs))
        for host in self.hosts:
            if host == self.zone:
                rule = "is the zone itself, where no alias of a name can stand; serve a name below it"
                yield Problem(("hosts", host), rule, quoted=False)
            elif not host.endswith(f".{self.zone}"):
                rule = f"lies outside the zone {self.zone}; name hosts of one zone"
                yield Problem(("hosts", host), rule, quoted=False)
        if self.kind == "network" and self.firewall:
            rule = (
                "cannot be attached to a network load balancer; set kind: application, or leave the firewall out where "
                "nothing asks for one"
            )
            yield Problem(("firewall",), rule)


def problems(stack: RegionStack) -> Iterator[Problem]:
    """What only shows beside the rest of the stack."""
    if stack.ingress is not None:
        found = [*_place(stack, stack.ingress), *_failover(stack, stack.ingress), *_exposure(stack, stack.ingress)]
        yield from (problem.under(("ingress",)) for problem in found)


def sibling_problems(stack: RegionStack, siblings: Sequence[Sibling]) -> Iterator[Problem]:
    """The zone exists and lets the account write its names; a host that several regions serve is shared by place."""
    order = stack.ingress
    if order is None:
        return
    owner = order.zone_account or stack.account
    for sibling in siblings:
        if sibling.data.get("kind") == "global" and sibling.data.get("account") == owner:
            yield from _written(stack, order, sibling)
        if sibling.data.get("kind") == "region" and sibling.data.get("account") != stack.account:
            yield from _shared(order, sibling)


def _place(stack: RegionStack, order: IngressConfig) -> Iterator[Problem]:
    if stack.partition != "aws":
        rule = f"is public, and Route 53 has no public zones in {stack.partition}; leave ingress out, and let a name "
        yield Problem(("zone",), f"{rule}server of your own lead to the load balancer")
    if order.location == "EU" and not in_europe(stack.region):
        rule = f"sends requests of the EU to {stack.region}; serve them from a region of the EU (C-31)"
        yield Problem(("location",), rule)
    if order.acme_email and stack.network.pod_egress != "open":
        rule = "needs Let's Encrypt and Route 53, to which pod_egress: vpc_endpoints leaves no way; leave it out: the "
        yield Problem(("acme_email",), f"{rule}load balancer has certificates of ACM")
    if order.firewall and not stack.production and order.firewall.log_lock == "compliance":
        rule = "cannot be undone, so that this stack could never be destroyed; set governance outside production"
        yield Problem(("firewall", "log_lock"), rule)


def _failover(stack: RegionStack, order: IngressConfig) -> Iterator[Problem]:
    """The name that moves is served here, and the controller probes a name that the records have."""
    recovery = stack.recovery
    if recovery is None or recovery.failover is None or recovery.peer is None:
        return
    if recovery.failover.host not in order.hosts:
        rule = f"lacks {recovery.failover.host}, which recovery.failover moves; add it"
        yield Problem(("hosts",), rule)


def _exposure(stack: RegionStack, order: IngressConfig) -> Iterator[Problem]:
    """Production has a firewall before what is public, and administrators' hosts are not public (WAF-01, WAF-04)."""
    exposure = stack.platform.argocd.exposure
    if exposure and stack.argocd_domain not in order.hosts:
        yield Problem(("hosts",), f"lacks {stack.argocd_domain}, under which Argo CD is exposed; add it")
    if not stack.production:
        return
    if order.kind == "application" and order.firewall is None and order.open_to("public", "sso"):
        rule = "is missing before hosts that the internet reaches; order it, or make every host internal"
        yield Problem(("firewall",), rule)
    for host in order.open_to("public"):
        if host.partition(".")[0] in ADMIN_LABELS:
            rule = "opens an administrators' host to everybody in production; set internal, or sso if it asks for it"
            yield Problem(("hosts", host, "access"), rule)


def _written(stack: RegionStack, order: IngressConfig, sibling: Sibling) -> Iterator[Problem]:
    zones = sibling.data.get("zones")
    zone = zones.get(order.zone) if isinstance(zones, Mapping) else None
    if not isinstance(zone, Mapping):
        rule = f"is no zone of {sibling.file}; add it to its zones"
        yield Problem(("ingress", "zone"), rule)
        return
    writers = zone.get("writers")
    names = writers.get(stack.account, ()) if isinstance(writers, Mapping) else ()
    for host in order.hosts:
        if not any(host == name or host.endswith(f".{name}") for name in names):
            rule = f"may not be written by account {stack.account}; add it to the zone's writers in {sibling.file}"
            yield Problem(("ingress", "hosts", host), rule, quoted=False)


def _shared(order: IngressConfig, sibling: Sibling) -> Iterator[Problem]:
    """Records of one name are all chosen by place, each by another one."""
    theirs = sibling.data.get("ingress")
    hosts = theirs.get("hosts") if isinstance(theirs, Mapping) else None
    if not isinstance(theirs, Mapping) or not isinstance(hosts, Mapping):
        return
    shared = [host for host in order.hosts if host in hosts]
    if shared and order.location in (None, theirs.get("location")):
        rule = f"does not tell requests for {shared[0]} from those that {sibling.file} serves; give each a place"
        yield Problem(("ingress", "location"), rule)
