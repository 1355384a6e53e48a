"""A controller of its parts."""

import time

import boto3

from services.failover.clients import connect
from services.failover.controller import Controller
from services.failover.database import GlobalDatabase
from services.failover.kubernetes import Kubernetes
from services.failover.notify import Notifier, post
from services.failover.spec import Failover, Wiring
from services.failover.standby import Standby
from services.failover.steps import Steps


def build(
    failover: Failover, wiring: Wiring, kubernetes: Kubernetes | None, session: boto3.Session | None = None
) -> Controller:
    """Everything on the machine's own clocks, every client in the recovery region."""
    clients = connect(wiring.recovery_region, session)
    standby = Standby(clients, wiring, failover.spec.secondary.namespace, kubernetes)
    steps = Steps(failover.spec, wiring, GlobalDatabase(clients, wiring), standby, time.time)
    notifier = Notifier(clients, failover, wiring, post)
    return Controller(failover, wiring, clients, steps, notifier, time.time, time.monotonic)
