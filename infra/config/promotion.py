"""How a change gets into an environment: what must be so before it, and what is told after it."""

from collections.abc import Collection, Iterator
from datetime import date
from typing import Annotated, Literal

from infra.config.errors import Problem
from infra.config.section import Section, repeated
from infra.config.thresholds import ThresholdsConfig
from infra.config.types import Shape

Test = Literal["unit", "integration", "e2e", "security_scan", "smoke", "canary_analysis"]
AFTERWARDS: tuple[Test, ...] = ("smoke", "canary_analysis")
"""Tests of what has been deployed: they hold back not the change, but its being called complete."""
PRODUCTION_APPROVERS = 2

StackName = Annotated[
    str,
    Shape("[a-z][a-z0-9-]{0,30}", "is no stack; write what its file has between Pulumi. and .yaml, such as dev"),
]
Group = Annotated[
    str,
    Shape("[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?", "is no group; write its short name, such as sre-team"),
]
CoordinationKey = Annotated[
    str,
    Shape(
        r"(?!aws|ssm)[a-z0-9][a-z0-9_-]*(/[a-z0-9_-]+){1,14}",
        "is no coordination key; write two or more words joined by slashes, such as phase7/impl/complete",
    ),
]
ItsmUrl = Annotated[
    str,
    Shape(
        r"https://[a-z0-9]([a-z0-9.-]*[a-z0-9])?",
        "is no ITSM; write https:// and its host, without path or credentials",
    ),
]
TicketState = Annotated[str, Shape(r"-?\d{1,2}", 'is no state of a ticket; write its number in quotes, such as "3"')]


class ChangeConfig(Section):
    """The change request that a person names when deploying, and who knows its state (ENV-05)."""

    itsm: ItsmUrl
    """A ServiceNow instance; the token for it comes from the pipeline, never from here."""
    approved_state: TicketState = "3"
    """What `state` says of an approved change request, by the numbers of the ITSM."""


class PromotionConfig(Section):
    """What a deployment waits for. The default lets no pipeline deploy by itself, and asks for nothing else."""

    automatic: bool = False
    """Whether a pipeline may deploy without a person asking for it."""
    tests: tuple[Test, ...] = ()
    """What the revision must have passed; smoke and canary_analysis after the change, the others before it."""
    approvers: tuple[Group, ...] = ()
    """Groups of which each must agree to every deployment."""
    after: tuple[StackName, ...] = ()
    """Stacks on which the same revision must be complete already."""
    change: ChangeConfig | None = None
    wait_for: tuple[CoordinationKey, ...] = ()
    """Keys that others set in the parameter store of the account when their part is done (PLT-09)."""
    publish: CoordinationKey | None = None
    """The key that is set when the deployment is complete, with what was deployed (PLT-09)."""
    thresholds: ThresholdsConfig = ThresholdsConfig()
    """Of tests under load; what is left out follows from the compliance mode (ENV-07)."""
    announce: tuple[Literal["slack", "pagerduty"], ...] = ()
    """Who is told of refusals and deployments; the addresses come from the pipeline."""

    @property
    def tests_before(self) -> tuple[Test, ...]:
        """Those that hold back the change."""
        return tuple(test for test in self.tests if test not in AFTERWARDS)

    @property
    def tests_after(self) -> tuple[Test, ...]:
        """Those that need what was deployed."""
        return tuple(test for test in self.tests if test in AFTERWARDS)

    def problems(self, today: date) -> Iterator[Problem]:
        """Each thing once, nothing that contradicts another."""
        for name in ("tests", "approvers", "after", "wait_for", "announce"):
            yield from repeated((name,), getattr(self, name))
        if self.automatic and (self.approvers or self.change):
            waits = "approvers" if self.approvers else "change"
            yield Problem(("automatic",), f"contradicts {waits}, for which a person is needed; set false, or drop them")
        if self.publish is not None and self.publish in self.wait_for:
            yield Problem(("publish",), "is waited for by the same stack, which would never begin; name another key")


def production_problems(promotion: PromotionConfig) -> Iterator[Problem]:
    """In production nothing happens by itself, nor on one group's word, nor without a ticket (ENV-03, ENV-05)."""
    if promotion.automatic:
        yield Problem(("automatic",), "lets a pipeline change production by itself; set false")
    if len(promotion.approvers) < PRODUCTION_APPROVERS:
        rule = f"names {len(promotion.approvers)} of the 2 groups that production needs; add sre-team and security-team"
        yield Problem(("approvers",), rule)
    if promotion.change is None:
        yield Problem(("change",), "is missing, and no change of production goes without a ticket; name the ITSM")
    if missing := [test for test in AFTERWARDS if test not in promotion.tests]:
        yield Problem(("tests",), f"lacks {' and '.join(missing)}, which production must pass; add them")


def sibling_problems(promotion: PromotionConfig, files: Collection[str]) -> Iterator[Problem]:
    """A stack waits for others that exist."""
    others = [file.removeprefix("Pulumi.").removesuffix(".yaml") for file in files]
    for position, stack in enumerate(promotion.after):
        if stack not in others:
            remedy = f"choose from {', '.join(others)}" if others else "remove it"
            yield Problem(("promotion", "after", position), f"has no other stack file of that name; {remedy}")
