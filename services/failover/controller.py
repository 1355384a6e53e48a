"""The loop: hold the lease, look, decide, do one plan step after the other, tell people, keep the switch alive."""

import logging
from collections.abc import Callable, Sequence

from botocore.exceptions import BotoCoreError, ClientError

from services.failover import machine, probes
from services.failover.clients import CALL_SECONDS, Clients
from services.failover.database import instant
from services.failover.errors import BlockedError, NotYetError
from services.failover.kubernetes import KubernetesError
from services.failover.lease import Lease
from services.failover.machine import PLANS, Event, Phase, Sample, State, Told, Verdict
from services.failover.notify import Notifier, NotifyError
from services.failover.spec import Failover, Wiring
from services.failover.steps import Changes, Steps
from services.failover.store import Read, StaleError, Store
from services.failover.switch import DIMENSION, METRIC, NAMESPACE

LEASE_SECONDS = 30.0
STEP_SECONDS = 3 * CALL_SECONDS
"""What must be left of the lease when a step begins: a promotion looks, acts and records within it."""
MESSAGE_LIFE = 900.0
"""Seconds for which a message that no channel takes is offered again."""

log = logging.getLogger("failover")

TROUBLE = (BotoCoreError, ClientError, KubernetesError, OSError)
"""What a bad day brings; the next tick tries again, and a step that takes too long is paged."""


class Controller:
    """One of any number of equal controllers; the one that holds the lease works."""

    def __init__(
        self,
        failover: Failover,
        wiring: Wiring,
        clients: Clients,
        steps: Steps,
        notifier: Notifier,
        clock: Callable[[], float],
        elapsed: Callable[[], float] | None = None,
    ) -> None:
        """`clock` tells the time of day, `elapsed` never jumps: leases are measured by it."""
        self.spec, self._wiring, self._clients, self._steps = failover.spec, wiring, clients, steps
        self._notifier, self._clock, self._name = notifier, clock, failover.metadata.name
        self.store = Store(clients.dynamodb, wiring.table, self._name)
        self.lease = Lease(self.store, LEASE_SECONDS, elapsed or clock)
        self._read = Read(State(active=wiring.primary_region), 0, ())

    @property
    def state(self) -> State:
        """As last read or written."""
        return self._read.state

    def current(self) -> State:
        """As it is in the table now."""
        return self.store.load(self.state if self._read.version else State(active=self._wiring.primary_region)).state

    def tick(self) -> bool:
        """One round; whether this controller works. A round that another controller overtook changes nothing."""
        try:
            if not self.lease.hold():
                return False
            self._read = self.store.load(State(active=self._wiring.primary_region))
            if self.state.phase not in PLANS:
                self.decide(*self.observe(probes.look(self.spec, self._wiring.metrics_url)))
            self.execute()
            self._publish()
            self._flush()
        except StaleError as error:
            log.info("overtaken: %s", error)
            return False
        except TROUBLE as error:
            log.error("this round was lost: %s", error)
            return False
        return True

    def observe(self, sample: Sample) -> tuple[State, Verdict]:
        """What a round of probes makes of the state, and how the primary is seen now."""
        gap = self.lease.seconds + 2 * self.spec.interval
        state = machine.observe(self.state, sample, self.spec, self._clock(), gap)
        return state, machine.level(state.failures, sample, self.spec)

    def decide(self, state: State, seen: Verdict) -> None:
        """Move on where what was seen asks for it."""
        try:
            moved, events = machine.decide(state, seen, self.spec, self._clock(), lambda: self._steps.obstacle(state))
        except TROUBLE as error:
            moved, events = self._late(state, f"the guard cannot be asked: {error}")
        self._save(moved, events)

    def execute(self) -> None:
        """Do the steps of the plan until one is not done at once; each is recorded before the next begins."""
        while self.state.phase in PLANS:
            self.lease.require(STEP_SECONDS)
            try:
                changes = self._steps.run(self.state)
            except BlockedError as error:
                return self._save(*machine.block(self.state, self._clock(), str(error)))
            except (NotYetError, *TROUBLE) as error:
                return self._save(*self._late(self.state, str(error)))
            self._done(changes)
        return None

    def dry_run(self) -> dict[str, object]:
        """What the controller would see and do now; changes nothing."""
        state = self.store.load(State(active=self._wiring.primary_region)).state
        sample = probes.look(self.spec, self._wiring.metrics_url)
        return {
            "phase": state.phase,
            "active": state.active,
            "checks": {n: str(verdict) for n, verdict in sample.items()},
            "obstacle": self._steps.obstacle(state),
            "plan": PLANS[Phase.FAILING_BACK if state.phase is Phase.FAILED_OVER else Phase.PROMOTING],
        }

    def ask(self, move: Callable[[State], Told]) -> State:
        """A person's decision; needs no lease, and is refused where it does not fit the state it meets."""
        for _ in range(5):
            read = self.store.load(State(active=self._wiring.primary_region))
            state, events = move(read.state)
            try:
                return self.store.save(read, state, events, (*read.outbox, *events), None).state
            except StaleError:
                continue
        raise StaleError("the state changed under every attempt; try again")

    def _done(self, changes: Changes) -> None:
        now, before = self._clock(), self.state
        state = machine.advance(before, now, changes)
        text = f"{before.step} done after {state.took[before.step or '']:g} s"
        events = [Event(at=now, phase=state.phase, text=text, urgency="log")]
        if state.phase is not before.phase:
            text = f"{state.active} carries the load"
            if state.phase is Phase.FAILED_OVER and state.elapsed is not None:
                text += f" after {state.elapsed:.0f} s of {self._wiring.rto:.0f} s"
            events.append(Event(at=now, phase=state.phase, text=text, urgency="page"))
        self._save(state, events)

    def _late(self, state: State, reason: str) -> Told:
        """Go on waiting, and page once when a step is over its budget."""
        now, since = self._clock(), state.step_since or state.waiting_since
        what = state.step or "guard"
        moved = state.model_copy(update={"reason": reason})
        if since is None or now - since < self._wiring.step_budget or state.late == what:
            return moved, ()
        text = f"{what} takes longer than {self._wiring.step_budget:g} s: {reason}"
        return moved.model_copy(update={"late": what}), (Event(at=now, phase=state.phase, text=text, urgency="page"),)

    def _save(self, state: State, events: Sequence[Event]) -> None:
        for event in events:
            log.log(logging.WARNING if event.urgency == "page" else logging.INFO, "%s: %s", event.phase, event.text)
        if state != self.state or events:
            outbox = (*self._read.outbox, *(event for event in events if event.urgency != "log"))
            self._read = self.store.save(self._read, state, events, outbox, self.lease.condition())

    def _flush(self) -> None:
        """Send what is to be told; what no channel took is kept for a while."""
        left, now = [], self._clock()
        for event in self._read.outbox:
            try:
                self._notifier.send(event)
            except NotifyError as error:
                log.error("%s", error)
                if now - event.at < MESSAGE_LIFE:
                    left.append(event)
        if len(left) != len(self._read.outbox):
            self._read = self.store.save(self._read, self.state, (), left, self.lease.condition())

    def _publish(self) -> None:
        """What the health check behind the failover record watches; missing data leaves it where it was."""
        active = self.state.active == self._wiring.recovery_region
        try:
            self._clients.cloudwatch.put_metric_data(
                Namespace=NAMESPACE,
                MetricData=[
                    {
                        "MetricName": METRIC,
                        "Dimensions": [{"Name": DIMENSION, "Value": self._name}],
                        "Value": float(active),
                        "Timestamp": instant(self._clock()),
                    }
                ],
            )
        except TROUBLE as error:
            log.error("the switch could not be published: %s", error)
