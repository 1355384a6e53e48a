"""What stands before a drill begins: the documents of a failover, and the local AWS with what they name."""

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from infra.config.failover import FailoverConfig
from infra.config.recovery import RecoveryConfig
from sandbox.drill.pair import Pair
from services.failover.machine import Phase, State
from services.failover.store import Store


class DrillError(RuntimeError):
    """A drill that cannot go on; says what did not happen, and where to look."""


@dataclass(frozen=True, kw_only=True)
class Post:
    """Where a process sits: the options that lead to its cluster, the variables by which it is known to AWS.

    `rights` are the actions that its role allows; None where it has no role.
    """

    options: Sequence[str] = ()
    identity: Mapping[str, str]
    rights: Sequence[str] | None = None


@dataclass(frozen=True, kw_only=True)
class Ground:
    """Furnished by the drill itself (cloud.py), or by the stacks (estate.py).

    `failover` and `wiring` are the controller's documents, without the addresses of the drill's own services;
    `promise` is what was promised, with what the controller waits for shortened. `zone` is the id of the hosted zone
    that holds the host of the promise, `aws` the address of the local AWS.
    """

    failover: dict[str, Any]
    wiring: dict[str, Any]
    promise: RecoveryConfig
    aws: str
    zone: str
    told: str
    """What of it is not as in an account, for the report."""
    full: Mapping[str, object] = field(default_factory=dict)
    """The sizes of a standby that carries the load."""

    def client(self, service: str, region: str) -> Any:
        """A person's client, in the account of the failover."""
        raise NotImplementedError

    def route53(self) -> Any:
        """A client of the zone's owner."""
        return self.client("route53", self.primary)

    def lend(self, pair: Pair) -> AbstractContextManager[None]:
        """Put a pair behind the global database."""
        raise NotImplementedError

    def controller(self, folder: Path) -> Post:
        """Where the controllers sit; a folder for their credentials."""
        raise NotImplementedError

    def guard(self, folder: Path) -> tuple[Post, Mapping[str, Any]] | None:
        """Where the guard of the primary sits, and its wiring; None where there is no cluster to guard."""
        return None

    def writers(self) -> int | None:
        """How many replicas of the application the primary is to run; None where there is no cluster."""
        return None

    def sizes(self) -> Mapping[str, object]:
        """What a failover changes of what the stacks made."""
        return {}

    def undone(self, region: str, address: str) -> Sequence[str] | None:
        """What the next run of a region's stack would change, with AWS at an address; None where there is no stack."""
        return None

    def rest(self) -> None:
        """After the fail-back: what somebody does then who is not here."""

    def calm(self, folder: Path) -> bool:
        """Take back what a drill left that came to no end; whether there was anything. A folder for credentials."""
        return False

    @cached_property
    def store(self) -> Store:
        """The controllers' rows."""
        return Store(self.client("dynamodb", self.recovery), self.wiring["table"], self.name)

    def state(self) -> State:
        """As the controllers have written it."""
        return self.store.load(State(active=self.primary)).state

    def is_calm(self) -> bool:
        """Whether a drill can begin, or has come back to where it began."""
        state = self.state()
        return state.active == self.primary and state.phase in (Phase.HEALTHY, Phase.SUSPECT) and state.fenced is None

    @property
    def primary(self) -> str:
        """The region that is lost."""
        return str(self.wiring["primaryRegion"])

    @property
    def recovery(self) -> str:
        """The region that takes over."""
        return str(self.wiring["recoveryRegion"])

    @property
    def name(self) -> str:
        """The failover's."""
        return str(self.failover["metadata"]["name"])

    @property
    def order(self) -> FailoverConfig:
        """The policy as it is rehearsed."""
        if self.promise.failover is None:
            raise DrillError("no failover is ordered; a drill needs one")
        return self.promise.failover

    def arn(self, region: str) -> str:
        """The Aurora cluster of a region."""
        return str(self.wiring["primaryDatabase" if region == self.primary else "recoveryDatabase"])
