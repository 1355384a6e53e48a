"""Findings held against approvals, and what to tell the one who wants the change."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from assurance.changes.findings import Finding

if TYPE_CHECKING:
    from infra.config.policies import Approval

DAYS_TO_DO_IT = 7


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What came of a preview's findings on a day."""

    stack: str
    today: date
    refused: Sequence[tuple[Finding, Approval | None]]
    """With the approval that has expired, where there is one."""
    approved: Sequence[tuple[Finding, Approval]]

    @property
    def locked(self) -> list[Finding]:
        """What is approved and the engine still protects."""
        return [finding for finding, _ in self.approved if finding.protected]

    @property
    def stops(self) -> bool:
        return bool(self.refused or self.locked)


def judge(stack: str, found: Sequence[Finding], approvals: Sequence[Approval], today: date) -> Verdict:
    """Sort findings by whether an approval names their resource and their change, and has not expired."""
    given = {(each.resource, each.change): each for each in approvals}
    pairs = [(finding, given.get((finding.step.label, finding.change))) for finding in found]
    return Verdict(
        stack=stack,
        today=today,
        refused=[(finding, approval) for finding, approval in pairs if approval is None or approval.expires < today],
        approved=[(finding, approval) for finding, approval in pairs if approval and approval.expires >= today],
    )


def told(verdict: Verdict, command: Callable[[Sequence[str]], str] = shlex.join) -> str:
    """The verdict in words; `command` spells a command of the engine for the place where it is to be typed."""
    return "\n".join([*_approved(verdict), *_refused(verdict), *_locked(verdict, command)])


def _approved(verdict: Verdict) -> Iterator[str]:
    for finding, approval in verdict.approved:
        yield f"approved: {finding.change} of {finding.step.label}, by {approval.owner} until {approval.expires}"
        yield f"    {approval.reason}"


def _refused(verdict: Verdict) -> Iterator[str]:
    if not verdict.refused:
        return
    count = "1 change" if len(verdict.refused) == 1 else f"{len(verdict.refused)} changes"
    yield f"{verdict.stack}: {count} may destroy data, and nobody answers for that; nothing was changed"
    for finding, expired in verdict.refused:
        yield f"  {finding.change:<7} {finding.step.label}"
        yield f"          {finding.why}"
        if expired:
            yield f"          the approval of {expired.owner} expired on {expired.expires}"
    yield f"If it is meant, let the owner of each write this into Pulumi.{verdict.stack}.yaml, and try again:"
    yield "    approvals:"
    for finding, _ in verdict.refused:
        yield f'      - resource: "{finding.step.label}"'
        yield f"        change: {finding.change}"
        yield "        owner: "
        yield "        reason: "
        yield f'        expires: "{verdict.today + timedelta(days=DAYS_TO_DO_IT)}"'


def _locked(verdict: Verdict, command: Callable[[Sequence[str]], str]) -> Iterator[str]:
    if not verdict.locked:
        return
    yield "The engine protects what was approved. Lift that by hand, and try again:"
    for finding in verdict.locked:
        words = ["pulumi", "state", "unprotect", finding.step.urn, "--stack", verdict.stack, "--yes"]
        yield f"    {command(words)}"
