"""Istio: base, CNI, istiod, gateway, in that order; sidecars with mutual TLS everywhere (MESH-01, 02, 05, 06)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pulumi

from components.platform import catalogue, mesh_policies
from components.platform.namespace import Namespace, NamespaceArgs, PodSecurity
from components.platform.release import custom, install

CNI = "istio-cni"
GATEWAY_LABELS = {"app": "gateway", "istio": "gateway"}
SECCOMP = {"seccompProfile": {"type": "RuntimeDefault"}}


@dataclass(frozen=True, kw_only=True)
class IstioArgs:
    """`tracing_collector`: the OTLP service as `host:port`; `gateway_annotations` choose the cloud's load balancer.

    `gateway_inside`: the gateway asks for no load balancer, since one that was made beside it finds its pods.
    """

    replicas: int = 1
    max_replicas: int = 5
    tracing_percent: float = 10.0
    tracing_collector: str | None = None
    gateway_annotations: Mapping[str, str] = field(default_factory=dict)
    gateway_inside: bool = False


class Istio(pulumi.ComponentResource):
    """A mesh in which no request is plain text and none is allowed unless a policy says so."""

    ready: list[pulumi.Resource]

    def __init__(self, name: str, args: IstioArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("platform:platform:Istio", name, None, opts)
        system = self._namespace(mesh_policies.SYSTEM, "restricted")
        base = install(self, catalogue.ISTIO_BASE, system.name, {}, after=[system])
        # Without the CNI each pod needs NET_ADMIN to redirect its own traffic, which Pod Security refuses.
        node = self._namespace(CNI, "privileged")
        cni = install(self, catalogue.ISTIO_CNI, node.name, {}, after=[node, base])
        istiod = install(self, catalogue.ISTIOD, system.name, istiod_values(args), after=[base, cni])
        mesh = [custom(self, manifest, after=[istiod]) for manifest in mesh_manifests(args)]
        ingress = self._namespace(mesh_policies.INGRESS, "restricted")
        gateway = install(self, catalogue.ISTIO_GATEWAY, ingress.name, gateway_values(args), after=[istiod, ingress])
        allow = custom(self, mesh_policies.allow_ingress(GATEWAY_LABELS), after=[istiod, ingress])
        self.ready = [*mesh, gateway, allow]
        self.register_outputs({})

    def _namespace(self, namespace: str, pod_security: PodSecurity) -> Namespace:
        # The charts of istiod and the gateway bring policies for the ports they serve; the CNI serves none.
        args = NamespaceArgs(name=namespace, pod_security=pod_security, isolation="ingress")
        return Namespace(f"{self.pulumi_resource_name}-{namespace}", args, pulumi.ResourceOptions(parent=self))


def mesh_manifests(args: IstioArgs) -> list[dict[str, Any]]:
    """The custom resources that bind the whole mesh."""
    manifests = [mesh_policies.strict_mtls(), mesh_policies.deny_all()]
    if args.tracing_collector is not None:
        manifests.append(mesh_policies.tracing(args.tracing_percent))
    return manifests


def istiod_values(args: IstioArgs) -> dict[str, Any]:
    """What differs from the chart; a sidecar's resources are MESH-02's."""
    return {
        "autoscaleMin": args.replicas,
        "autoscaleMax": args.max_replicas,
        "traceSampling": args.tracing_percent,
        "cni": {"enabled": True},
        "meshConfig": mesh_policies.mesh_config(args.tracing_collector),
        "global": {
            "networkPolicy": {"enabled": True},
            "proxy": {
                **SECCOMP,
                "resources": {
                    "requests": {"cpu": "100m", "memory": "128Mi"},
                    "limits": {"cpu": "500m", "memory": "256Mi"},
                },
            },
        },
        "resources": {"requests": {"cpu": "500m", "memory": "2Gi"}, "limits": {"memory": "2Gi"}},
        **SECCOMP,
    }


def gateway_values(args: IstioArgs) -> dict[str, Any]:
    """What differs from the chart; the sysctl lets a non-root gateway listen on 80 and 443."""
    return {
        "autoscaling": {"minReplicas": args.replicas, "maxReplicas": args.max_replicas},
        "service": {
            **({"type": "ClusterIP"} if args.gateway_inside else {}),
            "annotations": dict(args.gateway_annotations),
        },
        "securityContext": {**SECCOMP, "sysctls": [{"name": "net.ipv4.ip_unprivileged_port_start", "value": "0"}]},
        "podDisruptionBudget": {"minAvailable": 1} if args.replicas > 1 else {},
        "global": {"networkPolicy": {"enabled": True}},
    }
