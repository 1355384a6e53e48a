"""What holds data in production is protected from the engine itself (PLT-07, C-33)."""

from collections.abc import Iterator

from assurance.changes.stateful import PROTECTED
from policies.profiles import Profile
from policies.rule import Resource, Rule


def _protected(resource: Resource, profile: Profile) -> Iterator[str]:
    if profile.production and not resource.protected:
        yield f"holds {PROTECTED[resource.type]} and is not protected; declare it with protect=True"


RULE = Rule(
    name="unprotected-data",
    promise="What holds data in production cannot be destroyed by a deployment.",
    types=frozenset(PROTECTED),
    judge=_protected,
)
