"""The real Argo CD syncs the payment service from a snapshot, follows commits, and cleans up after itself."""

import base64
import os
import signal
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from components.platform import argocd_values, catalogue, delivery
from sandbox import processes
from sandbox.cluster import argocd, snapshot
from sandbox.cluster.api import UnknownKindError
from sandbox.cluster.control_plane import ControlPlane
from sandbox.home import PROJECT
from sandbox.providers.kubernetes import standin
from sandbox.providers.kubernetes.charts import Chart
from tests.gitops import rendered

pytestmark = pytest.mark.engine
APPLICATION = "dev-payment-service"
NAMESPACE = "payment-service"
ARGS = delivery.DeliveryArgs(
    environment="dev",
    repository="https://git.example.com/platform/gitops.git",
    revision="main",
    path="gitops/apps",
    workloads={
        "payment": delivery.Workload(
            namespace=NAMESPACE,
            bridge={"namespace": NAMESPACE, "overlay": "payment-service/dev", "role_arn": "arn:role/payment"},
        )
    },
    after=[],
    bridge={"registry": "registry.example.com", "vpc_cidr": "10.16.0.0/16"},
)
# Claims have no disk here: a volume that waits for the one claim there is.
VOLUME = {
    "apiVersion": "v1",
    "kind": "PersistentVolume",
    "metadata": {"name": "payment-data"},
    "spec": {
        "capacity": {"storage": "2Gi"},
        "accessModes": ["ReadWriteOnce"],
        "csi": {"driver": "ebs.csi.aws.com", "volumeHandle": "vol-1"},
        "claimRef": {"namespace": NAMESPACE, "name": "data-postgresql-0"},
    },
}


class Site:
    """A cluster with Argo CD, and a working tree whose snapshots it syncs."""

    def __init__(self, plane: ControlPlane, tree: Path) -> None:
        self.plane, self.tree = plane, tree
        self.values = rendered.copy(tree) / "payment-service.yaml"
        subprocess.run(["git", "init", "--quiet", str(tree)], check=True)  # noqa: S603, S607 the user's own git, no shell
        # A roll-out that fails should not take a minute to do so here.
        self.original = self.values.read_text().replace("progressDeadlineSeconds: 60", "progressDeadlineSeconds: 5")
        self.push(self.original)

    def push(self, values: str) -> str:
        """Commit the overlay with these values."""
        self.values.write_text(values)
        return snapshot.snapshot(self.plane.home, self.tree)

    def application(self) -> argocd.Application | None:
        return next((app for app in argocd.applications(self.plane) if app.name == APPLICATION), None)

    def healthy(self) -> bool:
        apps = argocd.applications(self.plane)
        return len(apps) == 2 and all((app.sync, app.health) == ("Synced", "Healthy") for app in apps)

    def deploy(self) -> None:
        for each in (VOLUME, delivery.root_project_manifest(ARGS), delivery.project_manifest(ARGS), _bridge()):
            self.plane.api.apply(each, "test")
        self.plane.api.apply(delivery.root_application(ARGS), "test")

    def objects(self) -> list[str]:
        kinds = [("v1", "ConfigMap"), ("v1", "Service"), ("v1", "Pod"), ("v1", "PersistentVolumeClaim")]
        kinds += [("apps/v1", "Deployment"), ("apps/v1", "StatefulSet"), ("policy/v1", "PodDisruptionBudget")]
        found = [each for kind in kinds for each in self.plane.api.list(*kind, NAMESPACE)]
        return [each["metadata"]["name"] for each in found if each["metadata"]["name"] != "kube-root-ca.crt"]


def _bridge() -> dict[str, Any]:
    labels = {"argocd.argoproj.io/secret-type": "cluster", "payment": "enabled"}
    data = {"name": "in-cluster", "server": "https://kubernetes.default.svc", "config": "{}"}
    metadata: dict[str, Any] = {"name": "in-cluster", "namespace": "argocd", "labels": labels}
    metadata["annotations"] = delivery.bridge_annotations(ARGS)
    encoded = {key: base64.b64encode(text.encode()).decode() for key, text in data.items()}
    return {"apiVersion": "v1", "kind": "Secret", "metadata": metadata, "data": encoded}


@pytest.fixture(scope="module")
def site(plane: ControlPlane, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    made = Site(plane, tmp_path_factory.mktemp("tree"))
    for name in ("argocd", "istio-system", NAMESPACE):
        plane.api.apply({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}}, "test")
    settings = argocd_values.values(argocd_values.ArgocdArgs(domain="argocd.dev.example.com"))
    for chart, namespace, values in (
        (catalogue.ISTIO_BASE, "istio-system", {}),
        (catalogue.ARGO_CD, "argocd", settings),
    ):
        record = standin.Record(namespace, chart.name, chart.name, chart.version, values)
        standin.install(plane, Chart(chart.name, chart.version, chart.repository), record, {})
    yield made
    argocd.stop(plane)
    plane.api.delete(VOLUME)


@pytest.fixture
def deployed(site: Site, until: Callable[..., None]) -> Site:
    """The payment service as the original commit has it."""
    site.push(site.original)
    site.deploy()
    argocd.refresh(site.plane)
    until(site.healthy)
    return site


@pytest.mark.req("GIT-07", "GIT-12")
def test_the_payment_service_becomes_synced_and_healthy(deployed: Site):
    deployment = deployed.plane.api.get("apps/v1", "Deployment", "payment-service", NAMESPACE)
    [container] = deployment["spec"]["template"]["spec"]["containers"]
    assert container["image"] == "registry.example.com/payment-service:v2.5.0"
    account = deployed.plane.api.get("v1", "ServiceAccount", "payment-service", NAMESPACE)
    assert account["metadata"]["annotations"]["eks.amazonaws.com/role-arn"] == "arn:role/payment"
    policy = deployed.plane.api.get("networking.k8s.io/v1", "NetworkPolicy", "payment-service", NAMESPACE)
    assert policy["spec"]["egress"][-1]["to"] == [{"ipBlock": {"cidr": "10.16.0.0/16"}}]


def test_no_object_of_the_cluster_knows_of_the_laptop(deployed: Site):
    for kind in ("Application", "ApplicationSet", "AppProject"):
        for each in deployed.plane.api.list("argoproj.io/v1alpha1", kind, "argocd"):
            assert "file://" not in str(each)
            assert str(deployed.plane.home.root) not in str(each)
            assert str(PROJECT) not in str(each)


def test_a_commit_rolls_the_service_out(deployed: Site, until: Callable[..., None]):
    deployed.push(deployed.original.replace("LOG_LEVEL: debug", "LOG_LEVEL: info"))
    argocd.refresh(deployed.plane)

    def level() -> str:
        return deployed.plane.api.get("v1", "ConfigMap", "payment-service", NAMESPACE)["data"]["LOG_LEVEL"]

    until(lambda: level() == "info" and deployed.healthy())
    deployment = deployed.plane.api.get("apps/v1", "Deployment", "payment-service", NAMESPACE)
    assert deployment["status"]["updatedReplicas"] == 3


@pytest.mark.req("GIT-06", "GIT-13")
def test_a_broken_image_degrades_the_application_while_the_old_pods_serve_and_a_revert_heals_it(
    deployed: Site, until: Callable[..., None]
):
    def deployment() -> Any:
        return deployed.plane.api.get("apps/v1", "Deployment", "payment-service", NAMESPACE)

    def image() -> str:
        return deployment()["spec"]["template"]["spec"]["containers"][0]["image"]

    broken = deployed.original.replace("tag: v2.5.0", "tag: broken-v2.5.1")
    deployed.push(broken)
    argocd.refresh(deployed.plane)
    until(lambda: deployed.application().health == "Degraded")
    assert "Deployment payment-service is Degraded: ReplicaSet" in deployed.application().message
    assert deployment()["status"]["availableReplicas"] == 3
    assert image().endswith(":broken-v2.5.1")
    deployed.push(deployed.original)
    argocd.refresh(deployed.plane)
    until(lambda: image().endswith(":v2.5.0") and deployed.healthy())


def test_a_revision_that_does_not_render_is_reported_in_the_renderers_words(deployed: Site, until: Callable[..., None]):
    deployed.push(deployed.original + "replica: 3\n")
    argocd.refresh(deployed.plane)
    until(lambda: "additional properties 'replica' not allowed" in deployed.application().message)
    assert deployed.application().sync == "Unknown"


def test_programs_that_died_come_back(deployed: Site, until: Callable[..., None]):
    children = processes.names(deployed.plane.home, f"{deployed.plane.name}/argocd-")
    before = {child: processes.alive(deployed.plane.home, child) for child in children}
    assert len(before) == 5
    repo = before[f"{deployed.plane.name}/argocd-repo"]
    assert repo is not None
    os.killpg(repo, signal.SIGKILL)
    until(lambda: processes.alive(deployed.plane.home, f"{deployed.plane.name}/argocd-repo") is None)
    argocd.start(deployed.plane)
    after = {child: processes.alive(deployed.plane.home, child) for child in children}
    assert {child for child in children if before[child] != after[child]} == {f"{deployed.plane.name}/argocd-repo"}
    argocd.refresh(deployed.plane)
    assert deployed.healthy()


@pytest.mark.req("GIT-08", "GIT-13")
def test_what_somebody_changes_by_hand_is_put_right(deployed: Site, until: Callable[..., None]):
    service = deployed.plane.api.get("v1", "Service", "payment-service", NAMESPACE)
    assert service is not None
    deployed.plane.api.patch(service, {"spec": {"selector": {"app": "stranger"}}})

    def selector() -> str:
        return deployed.plane.api.get("v1", "Service", "payment-service", NAMESPACE)["spec"]["selector"]["app"]

    until(lambda: selector() == "payment-service")


def test_the_root_application_takes_everything_with_it(deployed: Site, until: Callable[..., None]):
    deployed.plane.api.delete(delivery.root_application(ARGS))
    until(lambda: argocd.applications(deployed.plane) == [])
    until(lambda: deployed.objects() == [])
    # The volume was bound to the claim that is gone; the next test needs a fresh one.
    deployed.plane.api.delete(VOLUME)
    until(lambda: deployed.plane.api.live(VOLUME) is None)


def test_a_cluster_without_argo_cd_has_no_applications():
    def unknown(*_: str) -> Iterator[Any]:
        raise UnknownKindError("argoproj.io/v1alpha1", "Application")

    bare = SimpleNamespace(api=SimpleNamespace(list=unknown))
    assert argocd.applications(cast("ControlPlane", bare)) == []
