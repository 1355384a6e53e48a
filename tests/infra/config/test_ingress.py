"""The way in as ordered: names in one zone, a firewall where it belongs, administrators' hosts not public."""

from pathlib import Path
from typing import Any

import pytest

from tests.infra.config.orders import ABSENT, DEV, GLOBAL, GOVCLOUD, PRODUCTION, committed, edited, refusals
from tests.infra.config.test_border import refusal

INGRESS: dict[str, Any] = {
    "zone": "example.com",
    "zone_account": "000000000100",
    "hosts": {"api.example.com": {"namespace": "payment-service"}},
}
OPEN = {"ingress": INGRESS}
SHARED = {"zones": {"example.com": {"writers": {"000000000101": ["api.example.com"]}}}}
EU = edited(
    PRODUCTION,
    {
        "environment": "eu",
        "account": "000000000104",
        "region": "eu-west-1",
        "network.zones": ["eu-west-1a", "eu-west-1b", "eu-west-1c"],
        "network.cidr": "10.80.0.0/16",
        "network.pod_egress": "vpc_endpoints",
    },
)


def ordered(**changes: Any) -> dict[str, Any]:
    """A way in with other settings; a host that is ABSENT is none."""
    return {"ingress": edited(INGRESS, changes)}


def host(name: str, **order: Any) -> dict[str, Any]:
    """The hosts of a way in that has one more."""
    return {"ingress": {**INGRESS, "hosts": {**INGRESS["hosts"], name: {"namespace": "argocd", **order}}}}


@pytest.mark.req("C-29")
def test_the_retired_controller_is_refused_and_two_kinds_are_offered():
    assert refusals(PRODUCTION, ordered(kind="nginx")) == [
        "ingress.kind = nginx: has been retired and gets no fixes; write application or network, and routes of Gateway "
        "API"
    ]
    assert refusals(PRODUCTION, OPEN) == []
    assert refusals(PRODUCTION, ordered(kind="network")) == []
    assert refusals(PRODUCTION, {}) == []


@pytest.mark.req("WAF-03", "C-29")
def test_a_network_load_balancer_takes_no_web_firewall():
    assert refusals(PRODUCTION, ordered(kind="network", firewall={})) == [
        "ingress.firewall: cannot be attached to a network load balancer; set kind: application, or leave the firewall "
        "out where nothing asks for one"
    ]


@pytest.mark.req("WAF-01")
def test_production_is_not_reached_around_the_firewall():
    assert refusals(PRODUCTION, ordered(firewall=None)) == [
        "ingress.firewall: is missing before hosts that the internet reaches; order it, or make every host internal"
    ]
    inside = {"hosts": {"api.example.com": {"namespace": "payment-service", "access": "internal"}}}
    assert refusals(PRODUCTION, ordered(firewall=None, **inside)) == []
    assert refusals(DEV, ordered(firewall=None)) == []


@pytest.mark.req("WAF-01", "C-33")
def test_a_log_that_cannot_go_is_for_production():
    assert refusals(DEV, OPEN) == [
        "ingress.firewall.log_lock: cannot be undone, so that this stack could never be destroyed; set governance "
        "outside production"
    ]
    assert refusals(DEV, ordered(firewall={"log_lock": "governance"})) == []


@pytest.mark.req("WAF-04", "DNS-04")
@pytest.mark.parametrize("label", ["argocd", "grafana", "kiali", "chaos", "compliance", "monitoring"])
def test_administrators_hosts_are_internal_or_behind_single_sign_on_in_production(label: str):
    name = f"{label}.example.com"
    assert refusals(PRODUCTION, host(name)) == [
        f"ingress.hosts.{name}.access: opens an administrators' host to everybody in production; set internal, or sso "
        "if it asks for it"
    ]
    assert refusals(PRODUCTION, host(name, access="internal")) == []
    assert refusals(PRODUCTION, host(name, access="sso")) == []


@pytest.mark.req("WAF-04", "GIT-03")
def test_an_exposed_argo_cd_has_a_host():
    exposed = {"platform.argocd.exposure": {"gateway": "public"}}
    assert refusals(PRODUCTION, OPEN | exposed) == [
        "ingress.hosts: lacks argocd.dev.example.com, under which Argo CD is exposed; add it"
    ]
    assert refusals(PRODUCTION, host("argocd.dev.example.com", access="sso") | exposed) == []


@pytest.mark.req("DNS-04")
def test_hosts_lie_in_one_zone_and_below_it():
    assert refusals(PRODUCTION, host("www.example.org")) == [
        "ingress.hosts.www.example.org: lies outside the zone example.com; name hosts of one zone"
    ]
    assert refusals(PRODUCTION, host("example.com")) == [
        "ingress.hosts.example.com: is the zone itself, where no alias of a name can stand; serve a name below it"
    ]


@pytest.mark.req("DNS-01")
def test_the_name_that_moves_is_served_here():
    assert refusals(committed("prod"), {"recovery.failover.host": "pay.example.com"}) == [
        "ingress.hosts: lacks pay.example.com, which recovery.failover moves; add it"
    ]


@pytest.mark.req("DNS-01", "GOV-02")
def test_govcloud_has_no_public_zones():
    (refused, *_) = refusals(GOVCLOUD, ordered(firewall={"log_lock": "governance"}))
    assert refused == (
        "ingress.zone = example.com: is public, and Route 53 has no public zones in aws-us-gov; leave ingress out, and "
        "let a name server of your own lead to the load balancer"
    )


@pytest.mark.req("DNS-02", "C-31")
def test_requests_of_the_eu_go_to_a_region_of_the_eu():
    assert refusals(PRODUCTION, ordered(location="EU")) == [
        "ingress.location = EU: sends requests of the EU to us-east-1; serve them from a region of the EU (C-31)"
    ]
    assert refusals(EU, ordered(location="EU")) == []


@pytest.mark.req("WAF-02")
def test_the_end_of_a_certificate_is_announced_after_its_renewal_should_have_come():
    assert refusals(PRODUCTION, ordered(expiry_alarm_days=60)) == [
        "ingress.expiry_alarm_days = 60: is too large; give at most 44"
    ]


@pytest.mark.req("DNS-05")
def test_who_hears_from_the_issuer_has_an_address():
    assert refusals(PRODUCTION, ordered(acme_email="the platform team")) == [
        "ingress.acme_email: is no e-mail address; write name@domain"
    ]
    heard = ordered(acme_email="platform@example.com", firewall={"log_lock": "governance"})
    assert refusals(DEV, heard | {"network.pod_egress": "open"}) == []
    assert refusals(DEV, heard) == [
        "ingress.acme_email = platform@example.com: needs Let's Encrypt and Route 53, to which pod_egress: "
        "vpc_endpoints leaves no way; leave it out: the load balancer has certificates of ACM"
    ]


@pytest.mark.req("DNS-01")
def test_the_global_stack_has_the_zone_and_lets_the_account_write_the_host(tmp_path: Path):
    mine = edited(PRODUCTION, OPEN)
    assert refusal(tmp_path, prod=mine, shared=edited(GLOBAL, SHARED)) == ""
    assert refusal(tmp_path, prod=mine, shared=GLOBAL) == (
        "ingress.zone = example.com: is no zone of Pulumi.shared.yaml; add it to its zones"
    )
    other = edited(GLOBAL, {"zones": {"example.com": {"writers": {"000000000101": ["www.example.com"]}}}})
    assert refusal(tmp_path, prod=mine, shared=other) == (
        "ingress.hosts.api.example.com: may not be written by account 000000000101; add it to the zone's writers in "
        "Pulumi.shared.yaml"
    )


@pytest.mark.req("DNS-02")
def test_regions_that_share_a_host_share_it_by_place(tmp_path: Path):
    here, there = edited(PRODUCTION, ordered(location="default")), edited(EU, ordered(location="EU"))
    assert refusal(tmp_path, prod=here, eu=there) == ""
    assert refusal(tmp_path, eu=there, prod=edited(PRODUCTION, OPEN)) == ""
    alike = "tell requests for api.example.com from those that Pulumi.eu.yaml serves; give each a place"
    assert refusal(tmp_path, prod=edited(PRODUCTION, OPEN), eu=there) == f"ingress.location: does not {alike}"
    both = edited(EU, ordered(location="default"))
    assert refusal(tmp_path, prod=here, eu=both) == f"ingress.location = default: does not {alike}"


@pytest.mark.req("DNS-01")
def test_a_zone_lies_where_route_53_has_public_ones_and_its_writers_within_it():
    outside = {"zones": {"example.com": {"writers": {"000000000101": ["api.example.org"]}}}}
    assert refusals(GLOBAL, outside) == [
        "zones.example.com.writers.000000000101[0] = api.example.org: lies outside the zone example.com; name a host "
        "in it"
    ]
    gov = {"region": "us-gov-west-1", "budget": ABSENT, "replication_regions": [], "zones": {"example.com": {}}}
    assert refusals(GLOBAL, gov) == [
        "zones.example.com: is public, and Route 53 has no public zones in aws-us-gov; keep it in partition aws"
    ]
    name = f"{'a' * 38}.com"
    assert refusals(GLOBAL, {"zones": {name: {}}}) == [
        f"zones.{name}: names roles that would be too long; choose a zone of at most 41 characters"
    ]
