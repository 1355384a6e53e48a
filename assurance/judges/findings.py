"""What a judge says of a stack, and what a run must hold before it counts."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, order=True)
class Finding:
    """One rule that one resource breaks."""

    judge: str
    rule: str
    resource: str
    """As waivers name it: `aws:s3/bucket:Bucket::audit-logs`."""
    message: str


@dataclass(frozen=True, kw_only=True)
class Hearing:
    """One judge on one stack."""

    judge: str
    stack: str
    judged: int
    """How many resources, or policy documents, the judge says it saw."""
    findings: Sequence[Finding]
    holes: Sequence[str] = ()
    """What the judge was not shown, or could not read: any makes the run void."""
