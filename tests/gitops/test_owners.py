"""No object has two owners: what Pulumi makes, Argo CD does not, and the other way round."""

from collections import Counter

import pytest
import yaml

from components.apps.failover import LIMITS
from components.apps.payment import Payment, PaymentArgs
from components.platform.argocd import Argocd
from components.platform.argocd_policies import WORKLOAD_KINDS
from components.platform.argocd_values import ArgocdArgs
from components.platform.delivery import Delivery, DeliveryArgs
from components.platform.falco import Falco, FalcoArgs
from components.platform.istio import Istio, IstioArgs
from components.platform.storage import Storage, StorageArgs
from tests.components.aws.parts import cluster, identity, keys
from tests.gitops.rendered import GITOPS, overlay

pytestmark = [pytest.mark.engine, pytest.mark.req("GIT-13", "GIT-15")]
Key = tuple[str, str, str]


def platform() -> None:
    """Everything that Pulumi puts into a cluster."""
    argocd = Argocd("argocd", ArgocdArgs(domain="argocd.dev.example.com"))
    istio = Istio("istio", IstioArgs())
    Falco("falco", FalcoArgs())
    Storage("storage", StorageArgs(kms_key_arn="key"))
    payment = Payment(
        "payment",
        PaymentArgs(
            namespace="payment-service",
            overlay="payment-service/dev",
            identity=identity("irsa", cluster()),
            secrets_key_arn=keys("secrets", name="app-keys").arns["secrets"],
            mesh=istio.ready,
            limits=LIMITS,
        ),
    )
    Delivery(
        "delivery",
        DeliveryArgs(
            environment="dev",
            repository="https://git.example.com/platform/gitops.git",
            revision="main",
            path="gitops/apps",
            workloads={"payment": payment.workload},
            after=[argocd, istio, payment],
        ),
    )


def pulumis(engine) -> Counter[Key]:
    made = [
        r for r in engine.records if r.token.startswith("kubernetes:") and r.token != "kubernetes:helm.sh/v3:Release"
    ]
    keys = [(r.inputs["kind"], r.inputs["metadata"].get("namespace", ""), r.inputs["metadata"]["name"]) for r in made]
    return Counter(keys)


def argos() -> Counter[Key]:
    sets = [yaml.safe_load(path.read_text()) for path in (GITOPS / "apps").glob("*.yaml")]
    keys = [(each["kind"], "argocd", each["metadata"]["name"]) for each in sets]
    keys += [(each["kind"], "payment-service", each["metadata"]["name"]) for each in overlay()]
    return Counter(keys)


def test_no_object_is_both_pulumis_and_argos(build):
    pulumi, argo = pulumis(build(platform)), argos()
    assert len(pulumi) > 15
    assert len(argo) > 20
    assert set(pulumi) & set(argo) == set()


def test_no_object_is_made_twice_by_the_same_hand(build):
    twice = {key for counted in (pulumis(build(platform)), argos()) for key, count in counted.items() if count > 1}
    assert twice == set()


def test_argo_may_not_even_make_what_pulumi_makes_cluster_wide(build):
    allowed = {kind for names in WORKLOAD_KINDS.values() for kind in names}
    cluster_wide = {kind for kind, namespace, _ in pulumis(build(platform)) if not namespace}
    assert cluster_wide == {"Namespace", "StorageClass"}
    assert cluster_wide & allowed == set()
