"""The address plan of a VPC: which zone's subnet of which tier lies where."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Network
from typing import Literal

Tier = Literal["public", "private", "database"]
SubnetPlan = Mapping[Tier, Mapping[str, IPv4Network]]
Cidrs = Mapping[str, IPv4Network]

LETTERS = "abcdef"

# A VPC is cut into eighths. Zones a to f own one each for their private subnet; the seventh is cut into 32 small
# ones, of which public subnets have the first eight and database subnets the next; the eighth is held in reserve.
_EIGHTHS = 3
_SMALL = 5
_SHARED = 6
_FIRST_DATABASE = 8
_SMALLEST_VPC = 20  # AWS allows no subnet smaller than /28


@dataclass(frozen=True, kw_only=True)
class Conflict:
    """A subnet given by hand that cannot stand, and why."""

    tier: Tier
    zone: str
    rule: str


def slot(zone: str) -> int:
    """The fixed place of a zone by its letter, so that other zones coming or going never move it."""
    letter = zone[-1:]
    if not letter or letter not in LETTERS:
        raise ValueError(f"{zone or 'an empty zone'} has no place in the address plan; zones end in {LETTERS[0]} to f")
    return LETTERS.index(letter)


def plan(
    cidr: IPv4Network, zones: Sequence[str], private: Cidrs | None = None, public: Cidrs | None = None
) -> SubnetPlan:
    """Subnets by tier and zone, disjoint and inside `cidr` (NET-01); `private` and `public` override single zones.

    A /16 gives private subnets of /19 and public and database subnets of /24. ValueError lists what cannot stand.
    """
    if found := list(conflicts(cidr, zones, private or {}, public or {})):
        raise ValueError("; ".join(f"{c.tier} subnet of {c.zone} {c.rule}" for c in found))
    return _layout(cidr, zones, private or {}, public or {})


def conflicts(cidr: IPv4Network, zones: Sequence[str], private: Cidrs, public: Cidrs) -> Iterator[Conflict]:
    """What keeps the overrides from standing: another zone, outside the VPC, a wrong size, or taken addresses."""
    layout = _layout(cidr, zones, private, public)
    taken = [(tier, zone, subnet) for tier, by_zone in layout.items() for zone, subnet in by_zone.items()]
    overrides: tuple[tuple[Tier, Cidrs], ...] = (("private", private), ("public", public))
    for tier, given in overrides:
        for zone, subnet in given.items():
            rule = _conflict(cidr, zones, zone, subnet) or _overlap(tier, zone, subnet, taken)
            if rule:
                yield Conflict(tier=tier, zone=zone, rule=rule)


def _layout(cidr: IPv4Network, zones: Sequence[str], private: Cidrs, public: Cidrs) -> SubnetPlan:
    if cidr.prefixlen > _SMALLEST_VPC:
        raise ValueError(f"{cidr} is too small for the address plan; give the VPC a /{_SMALLEST_VPC} or larger")
    slots = {zone: slot(zone) for zone in zones}
    eighths = list(cidr.subnets(_EIGHTHS))
    small = list(eighths[_SHARED].subnets(_SMALL))
    return {
        "public": {zone: public.get(zone, small[place]) for zone, place in slots.items()},
        "private": {zone: private.get(zone, eighths[place]) for zone, place in slots.items()},
        "database": {zone: small[_FIRST_DATABASE + place] for zone, place in slots.items()},
    }


def _conflict(cidr: IPv4Network, zones: Sequence[str], zone: str, subnet: IPv4Network) -> str | None:
    if zone not in zones:
        return f"has no such zone beside it; add {zone} to the zones or remove the subnet"
    if not subnet.subnet_of(cidr):
        return f"lies outside the VPC's {cidr}; choose it from there"
    if not 16 <= subnet.prefixlen <= 28:
        return "has a size that AWS does not offer; choose /16 to /28"
    return None


def _overlap(tier: Tier, zone: str, subnet: IPv4Network, taken: list[tuple[Tier, str, IPv4Network]]) -> str | None:
    for other_tier, other_zone, other in taken:
        if (other_tier, other_zone) != (tier, zone) and other.overlaps(subnet):
            return f"overlaps the {other_tier} subnet {other} of {other_zone}; choose free addresses"
    return None
