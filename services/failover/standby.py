"""The warm standby: made big enough for the load, and small again after the fail-back."""

from collections.abc import Mapping
from typing import Any

from services.failover.clients import Clients
from services.failover.errors import NotYetError
from services.failover.kubernetes import Kubernetes, KubernetesError
from services.failover.spec import Wiring


class Standby:
    """Node groups and workloads of the recovery cluster, scaled by least sizes: autoscalers stay in charge above."""

    def __init__(self, clients: Clients, wiring: Wiring, namespace: str, kubernetes: Kubernetes | None) -> None:
        if wiring.workloads and kubernetes is None:
            raise ValueError("workloads are set, and there is no Kubernetes API to scale them by")
        self._eks, self._wiring, self._namespace, self._kubernetes = clients.eks, wiring, namespace, kubernetes

    def scale(self) -> None:
        """Raise every least size to what carries the load; NotYetError until the replicas are ready."""
        for group, size in self._wiring.node_groups.items():
            self._grow(group, size.full)
        waiting = [name for name, size in self._wiring.workloads.items() if not self._carries(name, size.full)]
        if waiting:
            raise NotYetError(f"replicas of {', '.join(waiting)} are not ready yet")

    def rest(self) -> None:
        """Back to the least sizes of a standby; autoscalers shrink what is above when nobody needs it."""
        for name, size in self._wiring.workloads.items():
            self._set_replicas(name, size.warm)
        for group, size in self._wiring.node_groups.items():
            self._update(group, self._scaling(group) | {"minSize": size.warm})

    def _grow(self, group: str, size: int) -> None:
        now = self._scaling(group)
        if now["minSize"] >= size:
            return
        desired, largest = max(now["desiredSize"], size), max(now["maxSize"], size)
        self._update(group, {"minSize": size, "desiredSize": desired, "maxSize": largest})

    def _scaling(self, group: str) -> dict[str, int]:
        found = self._eks.describe_nodegroup(clusterName=self._wiring.cluster, nodegroupName=group)
        return dict(found["nodegroup"]["scalingConfig"])

    def _update(self, group: str, scaling: Mapping[str, int]) -> None:
        self._eks.update_nodegroup_config(
            clusterName=self._wiring.cluster, nodegroupName=group, scalingConfig=dict(scaling)
        )

    def _carries(self, name: str, replicas: int) -> bool:
        if self._replicas(name) < replicas:
            self._set_replicas(name, replicas)
        ready = self._api.get(self._deployment(name)).get("status", {}).get("readyReplicas", 0)
        return int(ready) >= replicas

    def _replicas(self, name: str) -> int:
        """The autoscaler's least replicas, or the Deployment's own where it has none."""
        scaler = self._autoscaler(name)
        if scaler is not None:
            return int(scaler["spec"].get("minReplicas", 1))
        return int(self._api.get(self._deployment(name))["spec"].get("replicas", 1))

    def _set_replicas(self, name: str, replicas: int) -> None:
        scaler = self._autoscaler(name)
        if scaler is None:
            self._api.merge(f"{self._deployment(name)}/scale", {"spec": {"replicas": replicas}})
            return
        most = max(int(scaler["spec"]["maxReplicas"]), replicas)
        self._api.merge(self._scaler(name), {"spec": {"minReplicas": replicas, "maxReplicas": most}})

    def _autoscaler(self, name: str) -> dict[str, Any] | None:
        try:
            return self._api.get(self._scaler(name))
        except KubernetesError as error:
            if error.status == 404:
                return None
            raise

    @property
    def _api(self) -> Kubernetes:
        if self._kubernetes is None:
            raise ValueError("there is no Kubernetes API to scale workloads by")
        return self._kubernetes

    def _deployment(self, name: str) -> str:
        return f"/apis/apps/v1/namespaces/{self._namespace}/deployments/{name}"

    def _scaler(self, name: str) -> str:
        return f"/apis/autoscaling/v2/namespaces/{self._namespace}/horizontalpodautoscalers/{name}"
