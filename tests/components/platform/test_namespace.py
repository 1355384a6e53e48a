"""A namespace comes with Pod Security, isolation and its place in the mesh."""

import pytest

from components.platform.limits import Amount, Limits
from components.platform.namespace import Namespace, NamespaceArgs

NAMESPACE = "kubernetes:core/v1:Namespace"
POLICY = "kubernetes:networking.k8s.io/v1:NetworkPolicy"
RANGE, QUOTA = "kubernetes:core/v1:LimitRange", "kubernetes:core/v1:ResourceQuota"
APP = NamespaceArgs(name="payment-service", mesh=True, labels={"compliance": "pci-dss"})
DNS = {
    "to": [
        {
            "namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "kube-system"}},
            "podSelector": {"matchLabels": {"k8s-app": "kube-dns"}},
        }
    ],
    "ports": [{"protocol": "UDP", "port": 53}, {"protocol": "TCP", "port": 53}],
}
ISTIOD = {
    "to": [
        {
            "namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "istio-system"}},
            "podSelector": {"matchLabels": {"app": "istiod"}},
        }
    ],
    "ports": [{"protocol": "TCP", "port": 15012}],
}


def policies(engine):
    return {r.inputs["metadata"]["name"]: r.inputs["spec"] for r in engine.of(POLICY)}


@pytest.mark.req("ADM-07", "C-35")
def test_pod_security_is_restricted_unless_said_otherwise(build):
    namespace = build(lambda: Namespace("app", APP)).one(NAMESPACE)
    assert namespace.inputs["metadata"] == {
        "name": "payment-service",
        "labels": {
            "compliance": "pci-dss",
            "name": "payment-service",
            "pod-security.kubernetes.io/enforce": "restricted",
            "pod-security.kubernetes.io/audit": "restricted",
            "pod-security.kubernetes.io/warn": "restricted",
            "istio-injection": "enabled",
        },
    }


@pytest.mark.req("NP-01", "NP-04")
def test_a_workloads_namespace_denies_everything_but_names_and_the_mesh(build):
    assert policies(build(lambda: Namespace("app", APP))) == {
        "default-deny": {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]},
        "allow-infrastructure": {"podSelector": {}, "policyTypes": ["Egress"], "egress": [DNS, ISTIOD]},
    }


def test_without_sidecars_nobody_reaches_the_meshs_control_plane(build):
    args = NamespaceArgs(name="plain")
    engine = build(lambda: Namespace("app", args))
    assert policies(engine)["allow-infrastructure"]["egress"] == [DNS]
    assert "istio-injection" not in engine.one(NAMESPACE).inputs["metadata"]["labels"]


@pytest.mark.req("NP-01")
def test_a_controllers_namespace_is_closed_to_strangers_only(build):
    args = NamespaceArgs(name="argocd", isolation="ingress")
    same = {"podSelector": {}, "policyTypes": ["Ingress"], "ingress": [{"from": [{"podSelector": {}}]}]}
    assert policies(build(lambda: Namespace("app", args))) == {"default-deny": same}


def test_a_namespace_waits_for_what_it_stands_on(build):
    def program() -> None:
        first = Namespace("first", NamespaceArgs(name="first", isolation="none"))
        Namespace("second", NamespaceArgs(name="second", isolation="none", after=[first]))

    engine = build(program)
    assert engine.one(NAMESPACE, "first").urn in engine.one(NAMESPACE, "second").depends_on
    assert engine.none_of(POLICY)


LIMITED = Limits(
    default_request=Amount(cpu="100m", memory="128Mi"),
    default_limit=Amount(cpu="500m", memory="512Mi"),
    container_max=Amount(cpu="1", memory="1Gi"),
    requests=Amount(cpu="2", memory="3Gi"),
    limits=Amount(cpu="4", memory="5Gi"),
    pods=7,
)


@pytest.mark.req("COST-01")
def test_limits_bind_each_container_of_a_namespace_and_all_of_them_together(build):
    engine = build(lambda: Namespace("app", NamespaceArgs(name="payment-service", limits=LIMITED)))
    where = {"name": "limits", "namespace": "payment-service"}
    made, quota = engine.one(RANGE), engine.one(QUOTA)
    assert made.inputs["metadata"] == quota.inputs["metadata"] == where
    assert made.inputs["spec"] == {
        "limits": [
            {
                "type": "Container",
                "defaultRequest": {"cpu": "100m", "memory": "128Mi"},
                "default": {"cpu": "500m", "memory": "512Mi"},
                "max": {"cpu": "1", "memory": "1Gi"},
            }
        ]
    }
    assert quota.inputs["spec"] == {
        "hard": {
            "requests.cpu": "2",
            "requests.memory": "3Gi",
            "limits.cpu": "4",
            "limits.memory": "5Gi",
            "pods": "7",
            "services.loadbalancers": "0",
            "services.nodeports": "0",
        }
    }
    assert all(engine.one(NAMESPACE).urn in each.depends_on for each in (made, quota))


def test_a_controllers_namespace_has_no_limits_that_could_stop_it(build):
    engine = build(lambda: Namespace("app", NamespaceArgs(name="argocd", isolation="ingress")))
    assert engine.none_of(RANGE)
    assert engine.none_of(QUOTA)
