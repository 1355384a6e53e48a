"""The address plan: disjoint, inside the VPC, and unmoved by zones that come and go."""

from collections.abc import Mapping
from ipaddress import IPv4Network
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from components.aws.subnets import LETTERS, Conflict, SubnetPlan, conflicts, plan, slot

# The same examples in every run, and no clock among the judges.
settings.register_profile("repeatable", derandomize=True, deadline=None)
settings.load_profile("repeatable")

ZONES = [f"us-east-1{letter}" for letter in LETTERS]
VPC = IPv4Network("10.16.0.0/16")

zone_sets = st.lists(st.sampled_from(ZONES), min_size=1, max_size=len(ZONES), unique=True)


@st.composite
def vpcs(draw: st.DrawFn) -> IPv4Network:
    """Any VPC that the plan takes, /16 to /20."""
    prefix = draw(st.integers(16, 20))
    place = draw(st.integers(0, 2 ** (prefix - 8) - 1))
    return IPv4Network((10 << 24 | place << (32 - prefix), prefix))


def everything(layout: SubnetPlan) -> list[IPv4Network]:
    return [subnet for by_zone in layout.values() for subnet in by_zone.values()]


def without(layout: SubnetPlan, zone: str) -> Mapping[str, Mapping[str, IPv4Network]]:
    return {tier: {z: subnet for z, subnet in by_zone.items() if z != zone} for tier, by_zone in layout.items()}


@pytest.mark.req("NET-01")
@given(vpcs(), zone_sets)
def test_each_zone_has_a_public_a_private_and_a_database_subnet(vpc: IPv4Network, zones: list[str]) -> None:
    layout = plan(vpc, zones)
    assert {tier: set(by_zone) for tier, by_zone in layout.items()} == {
        tier: set(zones) for tier in ("public", "private", "database")
    }


@pytest.mark.req("NET-01")
@given(vpcs(), zone_sets)
def test_subnets_lie_inside_the_vpc_and_never_overlap(vpc: IPv4Network, zones: list[str]) -> None:
    subnets = everything(plan(vpc, zones))
    assert all(subnet.subnet_of(vpc) for subnet in subnets)
    assert not any(one.overlaps(other) for one, other in combinations(subnets, 2))


@pytest.mark.req("NET-01")
@given(vpcs(), zone_sets, st.sampled_from(ZONES))
def test_a_zone_that_comes_or_goes_moves_no_other(vpc: IPv4Network, zones: list[str], zone: str) -> None:
    others = [z for z in zones if z != zone]
    assert without(plan(vpc, [zone, *others]), zone) == plan(vpc, others)


@given(vpcs(), st.permutations(ZONES))
def test_the_order_of_zones_means_nothing(vpc: IPv4Network, zones: list[str]) -> None:
    assert plan(vpc, zones) == plan(vpc, ZONES)


@given(vpcs(), zone_sets)
def test_private_subnets_are_large_and_the_others_small_but_never_smaller_than_aws_allows(
    vpc: IPv4Network, zones: list[str]
) -> None:
    layout = plan(vpc, zones)
    sizes = {
        tier: {subnet.prefixlen - vpc.prefixlen for subnet in by_zone.values()} for tier, by_zone in layout.items()
    }
    assert sizes == {"public": {8}, "private": {3}, "database": {8}}
    assert all(subnet.prefixlen <= 28 for subnet in everything(layout))


@pytest.mark.req("NET-01")
def test_the_plan_of_a_16_is_what_is_deployed_already() -> None:
    layout = plan(VPC, ZONES)
    assert {tier: [str(subnet) for subnet in by_zone.values()] for tier, by_zone in layout.items()} == {
        "private": [f"10.16.{third}.0/19" for third in (0, 32, 64, 96, 128, 160)],
        "public": [f"10.16.{third}.0/24" for third in range(192, 198)],
        "database": [f"10.16.{third}.0/24" for third in range(200, 206)],
    }


@pytest.mark.req("NET-01")
@given(st.sampled_from(ZONES[:3]), st.integers(224, 255))
def test_an_override_moves_its_own_subnet_only(zone: str, third: int) -> None:
    given_by_hand = IPv4Network(f"10.16.{third}.0/24")
    layout = plan(VPC, ZONES[:3], private={zone: given_by_hand})
    assert layout["private"][zone] == given_by_hand
    assert without(layout, zone) == without(plan(VPC, ZONES[:3]), zone)
    assert layout["public"] == plan(VPC, ZONES[:3])["public"]


@pytest.mark.req("NET-01")
def test_overrides_that_cannot_stand_are_all_listed() -> None:
    private = {
        "us-east-1a": IPv4Network("10.99.0.0/19"),
        "us-east-1b": IPv4Network("10.16.240.0/24"),
        "us-east-1f": IPv4Network("10.16.250.0/24"),
    }
    public = {"us-east-1a": IPv4Network("10.16.240.0/28"), "us-east-1b": IPv4Network("10.16.251.0/29")}
    with pytest.raises(ValueError, match="subnet of") as refused:
        plan(VPC, ZONES[:2], private, public)
    assert str(refused.value).split("; ") == [
        "private subnet of us-east-1a lies outside the VPC's 10.16.0.0/16",
        "choose it from there",
        "private subnet of us-east-1b overlaps the public subnet 10.16.240.0/28 of us-east-1a",
        "choose free addresses",
        "private subnet of us-east-1f has no such zone beside it",
        "add us-east-1f to the zones or remove the subnet",
        "public subnet of us-east-1a overlaps the private subnet 10.16.240.0/24 of us-east-1b",
        "choose free addresses",
        "public subnet of us-east-1b has a size that AWS does not offer",
        "choose /16 to /28",
    ]


def test_a_conflict_names_tier_and_zone() -> None:
    assert list(conflicts(VPC, ZONES[:1], {}, {ZONES[0]: IPv4Network("10.0.0.0/24")})) == [
        Conflict(tier="public", zone="us-east-1a", rule="lies outside the VPC's 10.16.0.0/16; choose it from there")
    ]


@pytest.mark.parametrize("zone", ["us-east-1g", "us-east-1", ""])
def test_a_zone_without_a_letter_of_the_plan_is_refused(zone: str) -> None:
    with pytest.raises(ValueError, match="has no place") as refused:
        slot(zone)
    assert str(refused.value) == (f"{zone or 'an empty zone'} has no place in the address plan; zones end in a to f")


def test_a_vpc_too_small_for_the_plan_is_refused() -> None:
    with pytest.raises(ValueError, match="too small") as refused:
        plan(IPv4Network("10.16.0.0/21"), ZONES[:2])
    assert str(refused.value) == "10.16.0.0/21 is too small for the address plan; give the VPC a /20 or larger"
