"""The warm standby grows for the load and shrinks afterwards, and the primary's guard stops and starts its writers."""

from collections.abc import Mapping
from typing import Any

import pytest
from botocore.exceptions import EndpointConnectionError

from services.failover import spec
from services.failover.errors import NotYetError
from services.failover.guard import REMEMBERED, Guard
from services.failover.kubernetes import Kubernetes, KubernetesError
from services.failover.standby import Standby
from services.failover.store import Store
from tests.services.failover.test_spec import wiring
from tests.services.failover.world import PRIMARY, World, document

DEPLOYMENT = "/apis/apps/v1/namespaces/payment-service/deployments/payment-service"
SCALER = "/apis/autoscaling/v2/namespaces/payment-service/horizontalpodautoscalers/payment-service"
SIZES = {"payment-service": spec.Size(warm=2, full=6)}


class FakeKubernetes(Kubernetes):
    """Objects by path; a Deployment's replicas are ready as soon as `ready` allows."""

    def __init__(self, objects: dict[str, dict[str, Any]]) -> None:
        self.objects, self.ready = objects, 100
        self.changes: list[str] = []

    def get(self, path: str) -> dict[str, Any]:
        """As the real one; a Deployment follows its autoscaler at once."""
        if path not in self.objects:
            raise KubernetesError(404, "Not Found")
        found = self.objects[path]
        if path == DEPLOYMENT:
            least = self.objects.get(SCALER, {"spec": {"minReplicas": 0}})["spec"]["minReplicas"]
            wanted = found["spec"]["replicas"] and max(found["spec"]["replicas"], least)
            found["status"] = {"readyReplicas": min(wanted, self.ready)}
        return found

    def merge(self, path: str, change: Mapping[str, Any]) -> dict[str, Any]:
        """Two levels of JSON merge are what the callers need."""
        self.changes.append(path)
        target = self.objects[path.removesuffix("/scale")]
        for part, fields in change.items():
            for key, value in fields.items():
                if isinstance(value, dict):
                    merged = {**target[part].get(key, {}), **value}
                    value = {name: text for name, text in merged.items() if text is not None}
                target[part][key] = value
        return target


def deployment(replicas: int) -> dict[str, Any]:
    """A Deployment as the API has it."""
    return {"metadata": {"name": "payment-service"}, "spec": {"replicas": replicas}}


class FakeEks:
    """One node group, and what was asked of it."""

    def __init__(self, **scaling: int) -> None:
        self.scaling, self.calls = scaling, 0

    def describe_nodegroup(self, clusterName: str, nodegroupName: str) -> dict[str, Any]:  # noqa: N803 boto3's names
        assert (clusterName, nodegroupName) == ("production-us-west-2", "general")
        return {"nodegroup": {"scalingConfig": dict(self.scaling)}}

    def update_nodegroup_config(self, scalingConfig: dict[str, int], **_: str) -> None:  # noqa: N803
        self.scaling, self.calls = scalingConfig, self.calls + 1


def standby(kubernetes: FakeKubernetes | None, eks: FakeEks | None = None, **sizes: Any) -> Standby:
    """A standby in the payment service's namespace."""
    clients: Any = type("Clients", (), {"eks": eks})
    return Standby(clients, wiring(cluster="production-us-west-2", **sizes), "payment-service", kubernetes)


@pytest.mark.req("BDR-14")
def test_a_deployment_without_autoscaler_gets_its_replicas_and_is_waited_for():
    kubernetes = FakeKubernetes({DEPLOYMENT: deployment(2)})
    kubernetes.ready = 5
    grown = standby(kubernetes, workloads=SIZES)
    with pytest.raises(NotYetError, match="replicas of payment-service are not ready yet"):
        grown.scale()
    kubernetes.ready = 6
    grown.scale()
    grown.scale()
    assert kubernetes.changes == [f"{DEPLOYMENT}/scale"]
    grown.rest()
    assert kubernetes.objects[DEPLOYMENT]["spec"]["replicas"] == 2


@pytest.mark.req("BDR-14")
def test_an_autoscaler_stays_in_charge_above_its_new_least():
    scaler = {"spec": {"minReplicas": 2, "maxReplicas": 4}}
    kubernetes = FakeKubernetes({DEPLOYMENT: deployment(2), SCALER: scaler})
    grown = standby(kubernetes, workloads=SIZES)
    grown.scale()
    assert scaler["spec"] == {"minReplicas": 6, "maxReplicas": 6}
    assert kubernetes.objects[DEPLOYMENT]["spec"]["replicas"] == 2
    grown.rest()
    assert scaler["spec"]["minReplicas"] == 2


@pytest.mark.req("BDR-14")
def test_a_node_group_grows_once_and_keeps_what_is_larger():
    eks = FakeEks(minSize=1, desiredSize=8, maxSize=5)
    grown = standby(None, eks, node_groups={"general": spec.Size(warm=1, full=6)})
    grown.scale()
    grown.scale()
    assert (eks.scaling, eks.calls) == ({"minSize": 6, "desiredSize": 8, "maxSize": 6}, 1)
    grown.rest()
    assert eks.scaling == {"minSize": 1, "desiredSize": 8, "maxSize": 6}


def test_workloads_without_a_cluster_are_refused():
    with pytest.raises(ValueError, match="workloads are set, and there is no Kubernetes API to scale them by"):
        standby(None, workloads=SIZES)


def test_an_error_of_the_cluster_is_not_taken_for_a_missing_autoscaler():
    class Broken(FakeKubernetes):
        def get(self, path: str) -> dict[str, Any]:
            raise KubernetesError(503, "Service Unavailable")

    with pytest.raises(KubernetesError, match="Kubernetes answered 503: Service Unavailable"):
        standby(Broken({}), workloads=SIZES).scale()


@pytest.fixture
def guarded(world: World) -> tuple[World, FakeKubernetes, Guard]:
    """A primary cluster with three replicas, and the guard in it."""
    kubernetes = FakeKubernetes({DEPLOYMENT: deployment(3)})
    store = Store(world.clients.dynamodb, "failover", "payment-service-failover")
    return world, kubernetes, Guard(document(), wiring(workloads=SIZES), store, kubernetes)


def _fence(world: World, region: str | None) -> None:
    controller = world.controller()
    controller.ask(lambda state: (state.model_copy(update={"fenced": region}), ()))


@pytest.mark.req("S-04")
def test_a_fenced_primary_stops_its_writers_once_and_goes_on_with_as_many(guarded: tuple[World, FakeKubernetes, Guard]):
    world, kubernetes, guard = guarded
    assert guard.tick() is False
    _fence(world, PRIMARY)
    assert [guard.tick(), guard.tick()] == [True, True]
    spec_ = kubernetes.objects[DEPLOYMENT]["spec"]
    assert (spec_["replicas"], kubernetes.objects[DEPLOYMENT]["metadata"]["annotations"]) == (0, {REMEMBERED: "3"})
    _fence(world, None)
    assert [guard.tick(), guard.tick()] == [False, False]
    assert (spec_["replicas"], kubernetes.objects[DEPLOYMENT]["metadata"]["annotations"]) == (3, {})
    assert len(kubernetes.changes) == 2


@pytest.mark.req("S-04")
def test_a_guard_that_cannot_read_the_fence_leaves_the_primary_alone(guarded: tuple[World, FakeKubernetes, Guard]):
    world, kubernetes, guard = guarded
    _fence(world, PRIMARY)

    def away(**_: object) -> None:
        raise EndpointConnectionError(endpoint_url="https://dynamodb.us-west-2.amazonaws.com")

    world.hook("before-call", away)
    assert guard.tick() is None
    assert kubernetes.changes == []
