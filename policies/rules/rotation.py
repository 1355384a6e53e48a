"""Keys turn over by themselves (KMS-01, KMS-03)."""

from collections.abc import Iterator

from policies.profiles import Profile
from policies.rule import Resource, Rule

SYMMETRIC = "SYMMETRIC_DEFAULT"
LONGEST_DAYS = 365


def _rotated(resource: Resource, profile: Profile) -> Iterator[str]:
    """KMS rotates symmetric keys alone; those that sign are replaced by hand."""
    kind = resource.props.get("customerMasterKeySpec") or resource.props.get("keySpec") or SYMMETRIC
    if kind != SYMMETRIC:
        return
    if resource.props.get("enableKeyRotation") in (None, False, "false"):
        yield "enableKeyRotation is off; set it to true"
    days = resource.props.get("rotationPeriodInDays")
    if isinstance(days, int | float) and days > LONGEST_DAYS:
        yield f"rotationPeriodInDays is {days:g}; give {LONGEST_DAYS} or fewer"


RULE = Rule(
    name="unrotated-key",
    promise="Keys that can be rotated are, within a year.",
    types=frozenset({"aws:kms/key:Key"}),
    judge=_rotated,
)
