"""Who signs the evidence of deployments: jobs in the environments of stacks that keep some (CMP-11)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from pydantic import Field

from infra.config.audit import EVIDENCE
from infra.config.errors import Problem
from infra.config.promotion import StackName
from infra.config.section import Section, repeated
from infra.config.types import GitHubRepository, RoleName

if TYPE_CHECKING:
    from infra.config.shared import GlobalStack
    from infra.config.siblings import Sibling


class EvidenceConfig(Section):
    """The role that alone signs evidence, and the deployments that may take it by OIDC."""

    role: RoleName = "github-actions-evidence"
    repository: GitHubRepository
    """The one whose workflow deploys the stacks."""
    stacks: tuple[StackName, ...] = Field(min_length=1)
    """Those whose deployments are recorded, each in the environment of the repository that has the stack's name."""

    def problems(self, today: date) -> Iterator[Problem]:
        """Each stack once."""
        yield from repeated(("stacks",), self.stacks)


def sibling_problems(stack: GlobalStack, files: Sequence[Sibling]) -> Iterator[Problem]:
    """Whoever signs evidence deploys a stack that has a place for it, of those in `files`, its own among them."""
    order = stack.ci.evidence
    keepers = [each.file.removeprefix("Pulumi.").removesuffix(".yaml") for each in files if _keeps(each.data)]
    remedy = f"choose from {', '.join(keepers)}" if keepers else "remove it, for no stack here keeps any"
    for position, name in enumerate(order.stacks if order else ()):
        if name not in keepers:
            yield Problem(("ci", "evidence", "stacks", position), f"is no stack that keeps evidence; {remedy}")


def _keeps(data: Mapping[str, Any]) -> bool:
    audit = data.get("audit")
    classes = audit.get("retention_days", {EVIDENCE: 1}) if isinstance(audit, Mapping) else None
    return isinstance(classes, Mapping) and EVIDENCE in classes
