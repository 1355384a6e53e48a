"""Network policies that every namespace starts from, as plain data."""

from typing import Any

CLUSTER_DNS: dict[str, Any] = {
    "to": [
        {
            "namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "kube-system"}},
            "podSelector": {"matchLabels": {"k8s-app": "kube-dns"}},
        }
    ],
    "ports": [{"protocol": "UDP", "port": 53}, {"protocol": "TCP", "port": 53}],
}
MESH_CONTROL: dict[str, Any] = {
    "to": [
        {
            "namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "istio-system"}},
            "podSelector": {"matchLabels": {"app": "istiod"}},
        }
    ],
    "ports": [{"protocol": "TCP", "port": 15012}],
}


def deny_all() -> dict[str, Any]:
    """Nothing in, nothing out; whatever a workload needs has a policy of its own (NP-01)."""
    return {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}


def deny_ingress() -> dict[str, Any]:
    """Nothing in but from the namespace itself: for controllers that must reach the outside to do their work."""
    return {"podSelector": {}, "policyTypes": ["Ingress"], "ingress": [{"from": [{"podSelector": {}}]}]}


def allow_infrastructure(*, mesh: bool) -> dict[str, Any]:
    """Cluster DNS, and for sidecars the mesh's control plane: without these no pod starts (NP-04)."""
    return {
        "podSelector": {},
        "policyTypes": ["Egress"],
        "egress": [CLUSTER_DNS, *([MESH_CONTROL] if mesh else [])],
    }
