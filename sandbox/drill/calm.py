"""After a drill that came to no end: both stacks as on a calm day, though the drill and its databases are gone."""

from __future__ import annotations

import time
from dataclasses import fields
from typing import TYPE_CHECKING

from services.failover import spec
from services.failover.clients import Clients
from services.failover.guard import Guard
from services.failover.kubernetes import Kubernetes, in_cluster
from services.failover.machine import Event, Phase, State
from services.failover.standby import Standby

if TYPE_CHECKING:
    from pathlib import Path

    from sandbox.drill.estate import Estate
    from sandbox.drill.seat import Seat


def calm(estate: Estate, folder: Path) -> bool:
    """Take back what the controllers and the guard did, with their own code; whether there was anything."""
    failover, wiring = spec.Failover.model_validate(estate.failover), spec.Wiring.model_validate(estate.wiring)
    if estate.is_calm():
        return False
    store = estate.store
    read = store.load(State(active=estate.primary))
    state = State(active=estate.primary, reached=True, epoch=read.state.epoch + 1)
    text = f"a drill that ended in {read.state.phase} is taken back"
    store.save(read, state, [Event(at=time.time(), phase=Phase.HEALTHY, text=text)], (), None)
    if estate.sizes()["writer"] != wiring.primary_database:
        _write(estate, wiring)
    clients = Clients(**{each.name: estate.there.client(each.name) for each in fields(Clients)})
    Standby(clients, wiring, failover.spec.secondary.namespace, _cluster(estate.there, folder)).rest()
    guarded = spec.Wiring.model_validate(estate.here.wiring())
    Guard(failover, guarded, store, _cluster(estate.here, folder)).tick()
    estate.rest()
    return True


def _write(estate: Estate, wiring: spec.Wiring) -> None:
    """No database is lent any more, so that the writer moves at once."""
    estate.client("rds", estate.recovery).failover_global_cluster(
        GlobalClusterIdentifier=wiring.global_cluster,
        TargetDbClusterIdentifier=wiring.primary_database,
        AllowDataLoss=True,
    )


def _cluster(seat: Seat, folder: Path) -> Kubernetes:
    return in_cluster(seat.plane.endpoint, seat.account(folder))
