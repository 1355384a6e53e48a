"""What a drill measured, and what had to hold."""

import itertools
import time
from dataclasses import dataclass, field

from assurance.recovery import bounds
from sandbox.drill import plan
from sandbox.drill.ground import Ground
from services.failover.machine import Event, Phase


@dataclass(frozen=True)
class Check:
    """What must hold, whether it did, and the figures."""

    what: str
    held: bool
    figures: str


@dataclass
class Result:
    """Everything that was measured; moments are seconds since the epoch."""

    primary: str
    recovery: str
    told: str
    """What of the ground was not as in an account."""
    started: float = field(default_factory=time.time)
    lost_at: float = 0
    arrived_at: float = 0
    returned_at: float = 0
    back_at: float = 0
    ended: float = 0
    took: dict[str, float] = field(default_factory=dict)
    bound: dict[str, int] = field(default_factory=dict)
    stack: tuple[dict[str, int], int] | None = None
    """The bounds of production: of each part, and of the age of lost writes."""
    lost: set[int] = field(default_factory=set)
    loss_seconds: float = 0
    loss_bound: int = 0
    interruption: float = 0
    checks: list[Check] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    served: list[tuple[float, str]] = field(default_factory=list)
    refused: list[float] = field(default_factory=list)

    @property
    def rto(self) -> float:
        """Seconds from the loss to the first write that the recovery region confirmed."""
        return self.arrived_at - self.lost_at

    @property
    def passed(self) -> bool:
        return all(check.held for check in self.checks)

    def check(self, what: str, held: bool, figures: str) -> None:
        """Note down what had to hold."""
        self.checks.append(Check(what, held, figures))

    def part(self) -> None:
        """What each part of the interruption took, by the controllers' journal and the load's first success."""
        since = [event for event in self.events if event.at >= self.lost_at and event.phase is not Phase.SUSPECT]
        at = {event.phase: event.at for event in reversed(since)}
        steps = [event for event in reversed(self.events) if " done " in event.text]
        done = {event.text.partition(" done")[0]: event.at for event in steps}
        moments = [self.lost_at, at[Phase.WAITING], at[Phase.PROMOTING]]
        moments += [done["check"], done["promote"], done["scale"], self.arrived_at]
        pairs = itertools.pairwise(moments)
        self.took = {part: end - start for part, (start, end) in zip(plan.STEPS.values(), pairs, strict=True)}


def expected(ground: Ground) -> Result:
    """A result with its bounds, and nothing measured yet."""
    result = Result(ground.primary, ground.recovery, ground.told)
    result.bound, result.stack = plan.parts(bounds.downtime(ground.promise, "database")), plan.of_stack()
    result.loss_bound = plan.lost(ground.promise)
    return result
