"""What the load balancer finds in the cluster: a Gateway of Istio, its certificate, and its pods, registered (C-29)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pulumi

from components.platform.cert_manager import LETS_ENCRYPT
from components.platform.mesh_policies import INGRESS
from components.platform.release import custom

GATEWAY, CERTIFICATE = "public", "gateway-tls"
SERVICE = "gateway"  # as the release of Istio's gateway is named
HTTPS = 443


@dataclass(frozen=True, kw_only=True)
class IngressArgs:
    """`names` are on the gateway's certificate; routes come from `namespaces` alone. `target_group_arns` by what comes
    through them. `trusted`: Let's Encrypt signs; else the gateway signs for itself, and the load balancer, which alone
    reaches it, does not ask who signed. `after`: the mesh, and what brings the kinds of these objects.
    """

    names: Sequence[str]
    namespaces: Sequence[str]
    target_group_arns: Mapping[str, pulumi.Input[str]]
    trusted: bool = False
    after: Sequence[pulumi.Resource] = field(default_factory=tuple)


class Ingress(pulumi.ComponentResource):
    """One gateway, to which the load balancers speak TLS and by which only named namespaces are reached."""

    def __init__(self, name: str, args: IngressArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("platform:platform:Ingress", name, None, opts)
        own = [] if args.trusted else [custom(self, self_signed(), after=args.after)]
        certificate = custom(self, gateway_certificate(args), after=[*own, *args.after])
        custom(self, gateway(args), after=[certificate])
        for what, arn in args.target_group_arns.items():
            custom(self, binding(what, arn), after=args.after)
        self.register_outputs({})


def self_signed() -> dict[str, Any]:
    """An issuer of the gateway's namespace only."""
    return {
        "apiVersion": "cert-manager.io/v1",
        "kind": "Issuer",
        "metadata": {"name": "self-signed", "namespace": INGRESS},
        "spec": {"selfSigned": {}},
    }


def gateway_certificate(args: IngressArgs) -> dict[str, Any]:
    """Renewed with a new key each time."""
    issuer = {"kind": "ClusterIssuer", "name": LETS_ENCRYPT}
    return {
        "apiVersion": "cert-manager.io/v1",
        "kind": "Certificate",
        "metadata": {"name": CERTIFICATE, "namespace": INGRESS},
        "spec": {
            "secretName": CERTIFICATE,
            "dnsNames": sorted(args.names),
            "issuerRef": issuer if args.trusted else {"kind": "Issuer", "name": "self-signed"},
            "privateKey": {"algorithm": "ECDSA", "size": 256, "rotationPolicy": "Always"},
        },
    }


def gateway(args: IngressArgs) -> dict[str, Any]:
    """Bound to the gateway that the chart runs. Its listener has no name: a load balancer says none when it begins TLS
    anew, and a listener that waited for one would not answer.
    """
    named = {"key": "kubernetes.io/metadata.name", "operator": "In", "values": sorted(set(args.namespaces))}
    listener = {
        "name": "https",
        "port": HTTPS,
        "protocol": "HTTPS",
        "tls": {"mode": "Terminate", "certificateRefs": [{"name": CERTIFICATE}]},
        "allowedRoutes": {"namespaces": {"from": "Selector", "selector": {"matchExpressions": [named]}}},
    }
    address = {"type": "Hostname", "value": f"{SERVICE}.{INGRESS}.svc.cluster.local"}
    return {
        "apiVersion": "gateway.networking.k8s.io/v1",
        "kind": "Gateway",
        "metadata": {"name": GATEWAY, "namespace": INGRESS},
        "spec": {"gatewayClassName": "istio", "addresses": [address], "listeners": [listener]},
    }


def binding(what: str, arn: pulumi.Input[str]) -> dict[str, Any]:
    """The gateway's pods stand in a target group; its security groups are Pulumi's."""
    return {
        "apiVersion": "elbv2.k8s.aws/v1beta1",
        "kind": "TargetGroupBinding",
        "metadata": {"name": f"gateway-{what}", "namespace": INGRESS},
        "spec": {"serviceRef": {"name": SERVICE, "port": HTTPS}, "targetGroupARN": arn, "targetType": "ip"},
    }
