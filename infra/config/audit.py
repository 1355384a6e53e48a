"""The audit trail of an account, and for how long evidence cannot be changed (AUD-01 to AUD-04, C-23)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Literal

from pydantic import Field

from infra.config.errors import Problem
from infra.config.section import Section
from infra.config.types import DnsLabel, RetentionDays

if TYPE_CHECKING:
    from infra.config.base import Stack
    from infra.config.region import RegionStack
    from infra.config.siblings import Sibling

TRAIL = "trail"
EVIDENCE = "evidence"  # the class that pipelines write
# Seven years of payment and cretoai, of which 2555 days is the shorter; three years of goldengoose.
CONTROLLED_SECONDS = 900  # of S3 replication time control, the only time that it offers
COUNTED_MINUTES = 30 * 24 * 60
DELIVERY_MINUTES = 5  # from a call to its event in CloudWatch Logs, on average
LONGEST_BUCKET_NAME = 63
LEAST_PRODUCTION_DAYS: Mapping[str, int] = {TRAIL: 2555, EVIDENCE: 1095}


class AuditConfig(Section):
    """Locked buckets, one for each class of evidence, of which the trail is always one."""

    mode: Literal["governance", "compliance"] = "compliance"
    """In compliance mode nobody deletes a version before its time, the root user included."""
    retention_days: Mapping[DnsLabel, int] = Field(default={TRAIL: 2557, EVIDENCE: 1096}, min_length=1)
    """How long each class is locked; a day later it expires."""
    global_events: bool = True
    """Whether the trail also holds other regions and what has none, such as IAM; one trail of an account does.

    What it holds comes into this region, and leaves it for none (DATA-04)."""
    completeness_percent: float = Field(default=99.98, ge=97, lt=100)
    """How much of 30 days the trail must tell; people hear of a silence that is longer than the rest (AUD-08)."""
    log_days: RetentionDays = 365
    """For how long the trail can be searched in CloudWatch Logs; the locked copy is kept for longer."""
    recent_gb: int = Field(default=500, ge=1)
    """How much of a class may be younger than the 90 days after which it moves to colder storage (AUD-03)."""

    @property
    def silent_minutes(self) -> int:
        """For how long the trail may be silent within 30 days and still be as complete, in whole minutes."""
        return int(round((100 - self.completeness_percent) / 100 * COUNTED_MINUTES, 6))

    def problems(self, today: date) -> Iterator[Problem]:
        """There is a trail, and everything is kept."""
        if TRAIL not in self.retention_days:
            yield Problem(("retention_days", TRAIL), "is required; say for how many days the trail is locked")
        for name, days in self.retention_days.items():
            if days < 1:
                yield Problem(("retention_days", name), "locks nothing; give 1 day or more")
            if name == "access-logs":
                yield Problem(("retention_days", name), "is the name of what readers leave behind; choose another")
        if self.silent_minutes < DELIVERY_MINUTES:
            rule = f"leaves {self.silent_minutes} minutes of silence in 30 days, and CloudTrail itself takes "
            yield Problem(("completeness_percent",), f"{rule}{DELIVERY_MINUTES}; give 99.988 or less")


def problems(stack: Stack) -> Iterator[Problem]:
    """Production has evidence that cannot go (AUD-04)."""
    audit = stack.audit
    if audit is None:
        if stack.production:
            rule = "is required in production, or nobody can tell who did what; write audit: {} for a locked trail and "
            yield Problem(("audit",), rule + "evidence, kept for as long as was promised")
        return
    yield from _names(stack, audit)
    if not stack.production:
        if audit.mode == "compliance":
            rule = "cannot be undone, so that this stack could never be destroyed; set governance outside production"
            yield Problem(("audit", "mode"), rule)
        return
    if audit.mode != "compliance":
        rule = "lets whoever has the right delete evidence of production; set compliance"
        yield Problem(("audit", "mode"), rule)
    for name, least in LEAST_PRODUCTION_DAYS.items():
        at = ("audit", "retention_days", name)
        if name not in audit.retention_days:
            yield Problem(at, f"is required in production; lock it for {least} days or more (C-23)")
        elif audit.retention_days[name] < least:
            yield Problem(at, f"ends before what production has promised; give {least} or more (C-23)")


def sibling_problems(stack: Stack, siblings: Sequence[Sibling]) -> Iterator[Problem]:
    """Of the stacks in an account one has the trail that holds all regions, and IAM (AUD-02)."""
    if stack.audit is None:
        return
    everywhere = [each for each in siblings if each.claims(stack.account, "audit", "global_events")]
    if stack.audit.global_events and everywhere:
        yield Problem(("audit", "global_events"), everywhere[0].says_too(stack.account))
    if not stack.audit.global_events and not everywhere:
        rule = f"leaves account {stack.account} without a trail of all its regions and of IAM; set true"
        yield Problem(("audit", "global_events"), rule)


def copy_problems(stack: RegionStack) -> Iterator[Problem]:
    """What recovery promises of evidence is what S3 can keep, and there is evidence (C-02)."""
    recovery, at = stack.recovery, ("recovery", "data", "evidence")
    if recovery is None:
        return
    evidence = recovery.data.get("evidence")
    if evidence is None:
        return
    if stack.audit is None:
        yield Problem(at, "is kept nowhere; order audit, or remove it")
    if evidence.replication != "asynchronous":
        return
    if recovery.peer is None:
        rule = "leads nowhere; name the other region in recovery.peer, or set synchronous, which a bucket is over zones"
        yield Problem((*at, "replication"), rule)
    elif evidence.max_lag_seconds is not None and evidence.max_lag_seconds < CONTROLLED_SECONDS:
        rule = f"is less than S3 promises, which is {CONTROLLED_SECONDS}; set that, or more"
        yield Problem((*at, "max_lag_seconds"), rule)


def _names(stack: Stack, audit: AuditConfig) -> Iterator[Problem]:
    """S3 takes so many characters, the copy's suffix included."""
    for name in audit.retention_days:
        bucket = f"{stack.name}-{stack.account}-{name}-recovery"
        if (over := len(bucket) - LONGEST_BUCKET_NAME) > 0:
            rule = f"names the bucket {bucket}, {over} characters longer than S3 takes; shorten it"
            yield Problem(("audit", "retention_days", name), rule)
