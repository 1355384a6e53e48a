"""The failover on a real API server: its object, its chart under Pod Security, rights that end where they should."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from sandbox.cluster.control_plane import ControlPlane
from sandbox.providers.kubernetes.objects import Objects
from sandbox.providers.kubernetes.target import Target
from sandbox.providers.protocol import ProviderError
from tests import records
from tests.gitops.rendered import GITOPS, one, overlay
from tests.recorder import Record
from tests.sandbox.shapes import obj, ref

pytestmark = pytest.mark.engine
WHO = "system:serviceaccount:failover:failover"
FOLDERS = GITOPS / "overlays" / "failover"


def made() -> list[Record]:
    """What Pulumi puts into the recovery region's cluster for the failover."""
    found = [each for each in records.of_stack("dr").records if each.name.startswith("failover-")]
    return [each for each in found if each.token.startswith("kubernetes:")]


@pytest.fixture(scope="module")
def cluster(plane: ControlPlane) -> Iterator[ControlPlane]:
    """A cluster with the failover in it, and an application's namespace."""
    plane.api.apply(obj("v1", "Namespace", "payment-service"), "tests")
    objects = Objects(Target(plane, force=True))
    first = ("Namespace", "CustomResourceDefinition")
    for each in sorted(made(), key=lambda each: each.token.rpartition(":")[2] not in first):
        token = ref(each.token, each.name)
        objects.create(token, objects.check(token, each.inputs, {}), preview=False)
    for each in overlay(FOLDERS / "controller"):
        plane.api.apply({**each, "metadata": {**each["metadata"], "namespace": "failover"}}, "argocd")
    yield plane
    for name in ("failover", "payment-service"):
        plane.api.delete(obj("v1", "Namespace", name))
    plane.api.delete(obj("apiextensions.k8s.io/v1", "CustomResourceDefinition", "failovers.dr.company.com"))


def may(plane: ControlPlane, verb: str, group: str, resource: str, namespace: str, name: str) -> bool:
    """What the API server says of the pod's own account."""
    kind, _, part = resource.partition("/")
    asked: dict[str, Any] = {"verb": verb, "group": group, "resource": kind, "namespace": namespace, "name": name}
    review = {
        "apiVersion": "authorization.k8s.io/v1",
        "kind": "SubjectAccessReview",
        "spec": {"user": WHO, "resourceAttributes": {**asked, **({"subresource": part} if part else {})}},
    }
    path = "/apis/authorization.k8s.io/v1/subjectaccessreviews"
    return bool(plane.api.request("POST", path, review)["status"]["allowed"])


@pytest.mark.req("S-04", "ADM-08")
def test_two_hardened_pods_run_in_two_zones(cluster: ControlPlane, until: Callable[[Callable[[], Any]], None]) -> None:
    deployment = obj("apps/v1", "Deployment", "failover", "failover")
    until(lambda: (cluster.api.live(deployment) or {}).get("status", {}).get("readyReplicas") == 2)
    pods = list(cluster.api.list("v1", "Pod", "failover"))
    nodes = {each["metadata"]["name"]: each["metadata"]["labels"] for each in cluster.api.list("v1", "Node")}
    zones = {nodes[pod["spec"]["nodeName"]]["topology.kubernetes.io/zone"] for pod in pods}
    assert len(zones) == 2


@pytest.mark.req("S-04", "IAM-02")
def test_the_pods_account_may_size_one_application_and_nothing_else(cluster: ControlPlane) -> None:
    app = ("payment-service", "payment-service")
    for group, resource in (
        ("apps", "deployments"),
        ("apps", "deployments/scale"),
        ("autoscaling", "horizontalpodautoscalers"),
    ):
        assert may(cluster, "patch", group, resource, *app)
        assert not may(cluster, "delete", group, resource, *app)
        assert not may(cluster, "patch", group, resource, "payment-service", "another")
        assert not may(cluster, "patch", group, resource, "failover", "failover")
    assert may(cluster, "get", "dr.company.com", "failovers", "failover", "payment-service-failover")
    assert not may(cluster, "patch", "dr.company.com", "failovers", "failover", "payment-service-failover")
    assert not may(cluster, "get", "", "secrets", *app)


@pytest.mark.req("BDR-10")
def test_the_api_server_refuses_what_the_controller_would(cluster: ControlPlane) -> None:
    objects, [found] = Objects(Target(cluster, force=True)), [each for each in made() if ":Failover" in each.token]
    broken = {**found.inputs, "spec": {**found.inputs["spec"], "healthChecks": []}}
    token = ref(found.token, found.name)
    with pytest.raises(ProviderError, match=r"healthChecks"):
        objects.update(token, found.inputs, objects.check(token, broken, {}), {}, preview=False)


@pytest.mark.req("S-04", "ADM-08")
@pytest.mark.parametrize(("folder", "command"), [("controller", "run"), ("guard", "guard")])
def test_the_chart_starts_what_the_overlay_orders_as_hardened_as_an_application(folder: str, command: str) -> None:
    objects = overlay(FOLDERS / folder)
    spec = one(objects, "Deployment", "failover")["spec"]
    assert spec["replicas"] == 2
    pod = spec["template"]["spec"]
    [box] = pod["containers"]
    assert box["args"] == ["--resource=$(RESOURCE)", command]
    assert pod["securityContext"] == {
        "runAsNonRoot": True,
        "runAsUser": 1000,
        "fsGroup": 1000,
        "seccompProfile": {"type": "RuntimeDefault"},
    }
    assert box["securityContext"] == {
        "runAsNonRoot": True,
        "runAsUser": 1000,
        "readOnlyRootFilesystem": True,
        "allowPrivilegeEscalation": False,
        "seccompProfile": {"type": "RuntimeDefault"},
        "capabilities": {"drop": ["ALL"]},
    }
    assert one(objects, "PodDisruptionBudget", "failover")["spec"]["minAvailable"] == 1
    policy = one(objects, "NetworkPolicy", "failover")["spec"]
    assert (policy["policyTypes"], policy.get("ingress")) == (["Ingress", "Egress"], None)
