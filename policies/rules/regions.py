"""Nothing lies outside the stack's regions, nor outside what its data is bound to (DATA-04, GOV-02, C-31)."""

import re
from collections.abc import Iterator

from policies.profiles import REGION, Profile
from policies.rule import UNKNOWN, Resource, Rule, texts

_PLACE = re.compile(rf"({REGION})[a-f]?")
_IN_ARN = re.compile(rf"\barn:aws[a-z-]*:[a-z0-9-]+:({REGION}):")
_SAYS_WHERE = re.compile(r"regions?\b|zones?\b", re.IGNORECASE)


def reached(resource: Resource) -> Iterator[tuple[str, str]]:
    """(where it is said, region) for every region that a resource lies in or speaks of."""
    if resource.region not in ("", UNKNOWN):
        yield "region", resource.region
    for path, text in texts(resource.props):
        if (found := _PLACE.fullmatch(text)) and _SAYS_WHERE.search(path):
            yield path, found[1]
        for region in _IN_ARN.findall(text):
            yield path, region


def _within(resource: Resource, profile: Profile) -> Iterator[str]:
    if not profile.region:
        return
    for path, region in dict.fromkeys(reached(resource)):
        if not region.startswith(profile.boundary):
            yield f"{path} leads to {region}, and data of {profile.region} stays in {profile.boundary}*; keep it there"
        elif region not in profile.regions:
            yield f"{path} leads to {region}, which the stack file does not name; use {profile.region}, or add it"


RULE = Rule(
    name="foreign-region",
    promise="Nothing lies outside the stack's regions and the boundary of its data.",
    judge=_within,
)
