"""What a deployment still waits for, and what is said and set when it is complete."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Protocol, TypeVar

from assurance.promotion.announce import Announcer
from assurance.promotion.service import SourceError

if TYPE_CHECKING:
    from infra.config.base import Stack
    from infra.config.promotion import PromotionConfig

Source = TypeVar("Source")


class PromotionError(RuntimeError):
    """A deployment that has to wait; says for what, and what to do about each."""


class Tickets(Protocol):
    """An ITSM."""

    def state(self, number: str) -> str | None: ...


class Forge(Protocol):
    """Where the code lives, its tests run and its changes are agreed to."""

    def checks(self, revision: str) -> Mapping[str, str]: ...

    def approvals(self) -> Mapping[str, frozenset[str]]: ...


class Keys(Protocol):
    """Where pipelines tell each other what is done."""

    def is_set(self, key: str) -> bool: ...

    def publish(self, key: str, metadata: Mapping[str, str]) -> None: ...


@dataclass(frozen=True, kw_only=True)
class Deployment:
    """One revision on its way to one stack. `asked_by` is the person who started it, None for a pipeline.

    `alone` waits for no other stack: the region of those before it may be lost.
    """

    stack: str
    revision: str
    asked_by: str | None = None
    ticket: str | None = None
    alone: bool = False

    @property
    def details(self) -> dict[str, str]:
        """What may be told to anybody."""
        told = {"stack": self.stack, "revision": self.revision, "asked_by": self.asked_by, "ticket": self.ticket}
        told["alone"] = "no other stack was waited for" if self.alone else None
        return {key: value for key, value in told.items() if value}


@dataclass(frozen=True, kw_only=True)
class Sources:
    """Those who know; who is missing cannot be asked, which stops whatever needs an answer."""

    tickets: Tickets | None = None
    forge: Forge | None = None
    keys: Keys | None = None
    announcer: Announcer = field(default_factory=Announcer)


def before(order: PromotionConfig, deployment: Deployment, sources: Sources) -> list[str]:
    """What holds back the change, with a remedy for each; nothing if it may go ahead."""
    if not order.automatic and deployment.asked_by is None:
        return ["a person: this stack is not deployed automatically; start the deployment by hand"]
    wanted = [*order.tests_before, *stacks_before(order, deployment)]
    questions = (
        _checks(wanted, deployment, sources.forge),
        _approvals(order.approvers, deployment, sources.forge),
        _ticket(order, deployment, sources.tickets),
        _keys(order.wait_for, sources.keys),
    )
    return list(dict.fromkeys(line for question in questions for line in _asked(question)))


def refuse_alone(name: str, stack: Stack) -> None:
    """Raise PromotionError for a stack that waits for the others whatever is lost: only a standby goes on without."""
    if not stack.stands_by:
        raise PromotionError(f"{name} stands by for no other region, so that it never goes alone; leave that out")


def stacks_before(order: PromotionConfig, deployment: Deployment) -> list[str]:
    """The checks that say of other stacks that they are complete."""
    return [] if deployment.alone else [f"complete {stack}" for stack in order.after]


def after(order: PromotionConfig, deployment: Deployment, sources: Sources) -> list[str]:
    """What keeps a deployment from being called complete."""
    wanted = [f"{test} {deployment.stack}" for test in order.tests_after]
    return list(_asked(_checks(wanted, deployment, sources.forge)))


def enter(order: PromotionConfig, deployment: Deployment, sources: Sources) -> None:
    """Let the deployment begin, or raise PromotionError; whoever wants to know is told of a refusal."""
    if waiting := before(order, deployment, sources):
        _tell(order, deployment, sources, f"{deployment.stack}: the deployment waits for {_first(waiting)}")
        raise PromotionError(told(deployment, "waits, and nothing was changed. It waits for", waiting))


def complete(order: PromotionConfig, deployment: Deployment, sources: Sources, outputs: Mapping[str, str]) -> list[str]:
    """Publish that it is done, with what was deployed; PromotionError while a test of it is missing.

    Returns who could not be told: the deployment is done all the same.
    """
    if waiting := after(order, deployment, sources):
        raise PromotionError(told(deployment, "was deployed and is not complete. It waits for", waiting))
    if order.publish is not None:
        if sources.keys is None:
            raise PromotionError(told(deployment, "was deployed and is not told", ["the parameter store: not wired"]))
        now = datetime.now(UTC).isoformat(timespec="seconds")
        sources.keys.publish(order.publish, {**outputs, **deployment.details, "completed": now})
    return _tell(order, deployment, sources, f"{deployment.stack}: {deployment.revision[:12]} is deployed")


def told(deployment: Deployment, what: str, waiting: Sequence[str]) -> str:
    """One readable piece."""
    return f"{deployment.stack} {what}:" + "".join(f"\n  {line}" for line in waiting)


def _checks(wanted: Sequence[str], deployment: Deployment, forge: Forge | None) -> Iterator[str]:
    if not wanted:
        return
    known = _wired(forge, "the code's host").checks(deployment.revision)
    for check in wanted:
        if (conclusion := known.get(check)) != "success":
            said = f"says {conclusion}" if conclusion else "has not run"
            stack = check.removeprefix("complete ")
            remedy = "let it pass there first" if stack == check else f"deploy it to {stack} first"
            yield f"{check}: this check {said} on {deployment.revision[:12]}; {remedy}"


def _approvals(groups: Sequence[str], deployment: Deployment, forge: Forge | None) -> Iterator[str]:
    """Each group agrees through an environment of its own, and each by another person than the others and the asker."""
    if not groups:
        return
    given = _wired(forge, "the code's host").approvals()
    people = [given.get(f"{deployment.stack}-{group}", frozenset()) - {deployment.asked_by} for group in groups]
    if lacking := [group for group, agreed in zip(groups, people, strict=True) if not agreed]:
        for group in lacking:
            yield f"{group}: nobody of it but the one who asks has agreed; approve {deployment.stack}-{group}"
    elif not _distinct(people, frozenset()):
        yield f"{' and '.join(groups)}: the same person agreed for several; let another one agree for one of them"


def _distinct(people: Sequence[frozenset[str]], taken: frozenset[str]) -> bool:
    return not people or any(_distinct(people[1:], taken | {one}) for one in people[0] - taken)


def _ticket(order: PromotionConfig, deployment: Deployment, tickets: Tickets | None) -> Iterator[str]:
    if order.change is None:
        return
    number = deployment.ticket
    if not number:
        yield "a change ticket: none was named; give the number of an approved one"
        return
    state = _wired(tickets, "the ITSM").state(number)
    if state is None:
        yield f"{number}: the ITSM knows no such change request; give the number of an approved one"
    elif state != order.change.approved_state:
        yield f"{number}: is in state {state} and not {order.change.approved_state}; have it approved first"


def _keys(wanted: Sequence[str], keys: Keys | None) -> Iterator[str]:
    for key in wanted:
        if not _wired(keys, "the parameter store").is_set(key):
            yield f"{key}: is not set; whoever builds what it stands for sets it when that is done"


def _wired(source: Source | None, name: str) -> Source:
    if source is None:
        raise SourceError(f"{name}: cannot be asked from here; see docs/environment.md for what to give this run")
    return source


def _asked(lines: Iterator[str]) -> Iterator[str]:
    """Whoever does not answer has not agreed."""
    try:
        yield from lines
    except SourceError as error:
        yield str(error)


def _tell(order: PromotionConfig, deployment: Deployment, sources: Sources, text: str) -> list[str]:
    return sources.announcer.tell(order.announce, text, deployment.details)


def _first(waiting: Sequence[str]) -> str:
    return waiting[0].partition(":")[0] + (f" and {len(waiting) - 1} more" if len(waiting) > 1 else "")
