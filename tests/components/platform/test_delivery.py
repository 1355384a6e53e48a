"""What Argo CD may deliver, from where, to where, and what it is told of the cloud."""

import base64

import pulumi
import pytest

from components.platform.delivery import Delivery, DeliveryArgs, Workload, sync_policy
from components.platform.namespace import Namespace, NamespaceArgs

REPOSITORY = "https://git.example.com/platform/gitops.git"
PROJECT = "kubernetes:argoproj.io/v1alpha1:AppProject"
APPLICATION = "kubernetes:argoproj.io/v1alpha1:Application"
SECRET = "kubernetes:core/v1:Secret"


def delivery(**settings) -> None:
    first = Namespace("first", NamespaceArgs(name="first", isolation="none"))
    role = pulumi.Output.from_input("role-arn")
    payment = Workload(namespace="payment-service", bridge={"role_arn": role, "overlay": "payment-service/dev"})
    fixed = {"environment": "dev", "repository": REPOSITORY, "revision": "main", "path": "gitops/apps"}
    bridge = {"registry": "registry.example.com"}
    args = DeliveryArgs(**fixed, workloads={"payment": payment}, after=[first], bridge=bridge, **settings)
    Delivery("delivery", args)


@pytest.mark.req("GIT-07", "GIT-08", "GIT-13", "C-35")
def test_the_root_application_follows_git_and_creates_no_namespace(build):
    root = build(delivery).one(APPLICATION).inputs
    assert root["metadata"] == {
        "name": "root-app",
        "namespace": "argocd",
        # Its ApplicationSets go at once, and their Applications after them.
        "finalizers": ["resources-finalizer.argocd.argoproj.io/background", "resources-finalizer.argocd.argoproj.io"],
    }
    assert root["spec"] == {
        "project": "default",
        "source": {"repoURL": REPOSITORY, "targetRevision": "main", "path": "gitops/apps"},
        "destination": {"server": "https://kubernetes.default.svc", "namespace": "argocd"},
        "syncPolicy": {
            "automated": {"prune": True, "selfHeal": True},  # allowEmpty absent is allowEmpty false
            "syncOptions": ["PrunePropagationPolicy=foreground", "PruneLast=true"],
            "retry": {"limit": 5, "backoff": {"duration": "5s", "factor": 2, "maxDuration": "3m"}},
        },
    }


@pytest.mark.req("GIT-10", "C-08")
def test_the_sync_mode_is_a_setting_that_the_bridge_hands_on(build):
    def mode(**settings):
        return build(lambda: delivery(**settings)).one(SECRET).inputs["metadata"]["annotations"]["sync_mode"]

    assert (mode(), mode(sync_mode="manual")) == ("automated", "manual")
    assert "automated" not in sync_policy("manual")


@pytest.mark.req("GIT-11", "COST-01")
def test_the_environments_project_is_limited_to_one_repository_its_namespaces_and_plain_workloads(build):
    spec = build(delivery).one(PROJECT, "delivery-appproject-dev").inputs["spec"]
    assert spec["sourceRepos"] == [REPOSITORY]
    assert spec["destinations"] == [{"server": "https://kubernetes.default.svc", "namespace": "payment-service"}]
    assert spec["clusterResourceWhitelist"] == []
    kinds = {(each["group"], each["kind"]) for each in spec["namespaceResourceWhitelist"]}
    assert {("apps", "Deployment"), ("", "Service"), ("networking.k8s.io", "NetworkPolicy")} <= kinds
    forbidden = {"Namespace", "Role", "RoleBinding", "ResourceQuota", "LimitRange", "Application", "AppProject"}
    assert not {kind for _, kind in kinds} & forbidden


@pytest.mark.req("GIT-07", "GIT-11")
def test_the_built_in_project_holds_the_app_of_apps_and_nothing_else(build):
    spec = build(delivery).one(f"{PROJECT}Patch").inputs["spec"]
    assert spec["destinations"] == [{"server": "https://kubernetes.default.svc", "namespace": "argocd"}]
    assert spec["namespaceResourceWhitelist"] == [
        {"group": "argoproj.io", "kind": "Application"},
        {"group": "argoproj.io", "kind": "ApplicationSet"},
    ]
    assert spec["clusterResourceWhitelist"] == []


@pytest.mark.req("GIT-15")
def test_the_bridge_tells_applications_of_the_cloud_and_holds_no_secret(build):
    secret = build(delivery).one(SECRET).inputs
    assert secret["metadata"] == {
        "name": "in-cluster",
        "namespace": "argocd",
        "labels": {
            "argocd.argoproj.io/secret-type": "cluster",
            "environment": "dev",
            "payment": "enabled",
        },
        "annotations": {
            "environment": "dev",
            "repository": REPOSITORY,
            "revision": "main",
            "sync_mode": "automated",
            "registry": "registry.example.com",
            "payment_role_arn": "role-arn",
            "payment_overlay": "payment-service/dev",
        },
    }
    texts = {key: base64.b64decode(text).decode() for key, text in secret["data"].items()}
    assert texts == {
        "name": "in-cluster",
        "server": "https://kubernetes.default.svc",
        "config": '{"tlsClientConfig": {"insecure": false}}',
    }


@pytest.mark.req("GIT-11")
def test_the_environments_project_stays_until_its_last_application_has_gone_and_the_bridge_until_then(build):
    engine = build(delivery)
    project = engine.one(PROJECT, "delivery-appproject-dev")
    assert project.inputs["metadata"]["finalizers"] == ["resources-finalizer.argocd.argoproj.io"]
    assert engine.one(SECRET).urn in project.depends_on


@pytest.mark.req("GIT-15")
def test_delivery_comes_last_so_that_it_goes_first(build):
    engine = build(delivery)
    stood_on = engine.one("kubernetes:core/v1:Namespace").urn
    parts = [engine.one(SECRET), engine.one(f"{PROJECT}Patch"), engine.one(PROJECT)]
    assert all(stood_on in part.depends_on for part in parts)
    assert {part.urn for part in parts} <= set(engine.one(APPLICATION).depends_on)
