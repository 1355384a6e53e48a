"""The audit trail of a region's account, and for how long evidence cannot be changed (AUD-01 to AUD-04, C-23)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import TYPE_CHECKING, Literal

from pydantic import Field

from infra.config.errors import Problem
from infra.config.pairs import in_europe
from infra.config.section import Section
from infra.config.types import DnsLabel

if TYPE_CHECKING:
    from infra.config.region import RegionStack

TRAIL = "trail"
# Seven years of payment and cretoai, of which 2555 days is the shorter; three years of goldengoose.
LEAST_PRODUCTION_DAYS: Mapping[str, int] = {TRAIL: 2555, "evidence": 1095}


class AuditConfig(Section):
    """Locked buckets, one for each class of evidence, of which the trail is always one."""

    mode: Literal["governance", "compliance"] = "compliance"
    """In compliance mode nobody deletes a version before its time, the root user included."""
    retention_days: Mapping[DnsLabel, int] = Field(default={TRAIL: 2557}, min_length=1)
    """How long each class is locked; a day later it expires."""
    global_events: bool = True
    """Whether the trail also holds other regions and what has none, such as IAM; one trail of an account does."""

    def problems(self, today: date) -> Iterator[Problem]:
        """There is a trail, and everything is kept."""
        if TRAIL not in self.retention_days:
            yield Problem(("retention_days", TRAIL), "is required; say for how many days the trail is locked")
        for name, days in self.retention_days.items():
            if days < 1:
                yield Problem(("retention_days", name), "locks nothing; give 1 day or more")


def problems(stack: RegionStack) -> Iterator[Problem]:
    """Evidence of production cannot go, and that of the EU stays there (AUD-04, DATA-04)."""
    audit = stack.audit
    if audit is None:
        return
    if audit.global_events and in_europe(stack.region):
        rule = "makes the trail record in regions outside the EU; set false, so that it stays in its own"
        yield Problem(("audit", "global_events"), rule)
    if not stack.production:
        if audit.mode == "compliance":
            rule = "cannot be undone, so that this stack could never be destroyed; set governance outside production"
            yield Problem(("audit", "mode"), rule)
        return
    if audit.mode != "compliance":
        rule = "lets whoever has the right delete evidence of production; set compliance"
        yield Problem(("audit", "mode"), rule)
    for name, least in LEAST_PRODUCTION_DAYS.items():
        if audit.retention_days.get(name, least) < least:
            rule = f"ends before what production has promised; give {least} or more (C-23)"
            yield Problem(("audit", "retention_days", name), rule)
