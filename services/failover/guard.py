"""In the primary region: stops the region's own writers while it is fenced, and lets them go on afterwards.

It looks at the recovery region's table, never the other way round. What it cannot read it does not act on: a recovery
region that is away must not stop a primary that works.
"""

import logging

from botocore.exceptions import BotoCoreError, ClientError

from services.failover.kubernetes import Kubernetes
from services.failover.machine import State
from services.failover.spec import Failover, Wiring
from services.failover.store import Store

REMEMBERED = "dr.company.com/replicas"
"""The annotation that holds how many replicas a stopped Deployment had."""

log = logging.getLogger("failover")


class Guard:
    """Scales the application's workloads to nothing, which their autoscalers respect, and back."""

    def __init__(self, failover: Failover, wiring: Wiring, store: Store, kubernetes: Kubernetes) -> None:
        self._namespace, self._wiring = failover.spec.primary.namespace, wiring
        self._store, self._kubernetes = store, kubernetes

    def tick(self) -> bool | None:
        """Whether the region is fenced; None where nobody could say, and nothing was done."""
        try:
            read = self._store.load(State(active=self._wiring.primary_region))
        except (BotoCoreError, ClientError) as error:
            log.error("the fence cannot be read: %s", error)
            return None
        fenced = read.state.fenced == self._wiring.primary_region
        for name in self._wiring.workloads:
            self._stop(name) if fenced else self._go_on(name)
        return fenced

    def _stop(self, name: str) -> None:
        found = self._kubernetes.get(self._path(name))
        replicas = int(found["spec"].get("replicas", 1))
        if replicas:
            remembered = {"metadata": {"annotations": {REMEMBERED: str(replicas)}}}
            self._kubernetes.merge(self._path(name), {**remembered, "spec": {"replicas": 0}})
            log.warning("%s is fenced: %d replicas of %s stopped", self._wiring.primary_region, replicas, name)

    def _go_on(self, name: str) -> None:
        found = self._kubernetes.get(self._path(name))
        remembered = found["metadata"].get("annotations", {}).get(REMEMBERED)
        if remembered:
            forgotten = {"metadata": {"annotations": {REMEMBERED: None}}}
            self._kubernetes.merge(self._path(name), {**forgotten, "spec": {"replicas": int(remembered)}})
            log.warning("%s is not fenced: %s goes on with %s replicas", self._wiring.primary_region, name, remembered)

    def _path(self, name: str) -> str:
        return f"/apis/apps/v1/namespaces/{self._namespace}/deployments/{name}"
