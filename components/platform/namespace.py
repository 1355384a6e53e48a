"""A namespace as Pulumi owns it: Pod Security, mesh, network isolation and limits come with it (C-35)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import pulumi
import pulumi_kubernetes as k8s

from components.platform import network_policies
from components.platform.limits import Limits, specs

PodSecurity = Literal["restricted", "baseline", "privileged"]
LIMITS = "limits"


@dataclass(frozen=True, kw_only=True)
class NamespaceArgs:
    """`isolation`: `full` for workloads; `ingress` for controllers that call the outside; `none` for the node's own.

    `after`: the mesh, for a namespace of sidecars. A component's own depends_on would not reach its children. `limits`
    are an application's: add-ons come with sizes of their own, and must not stop where nodes are added.
    """

    name: str
    pod_security: PodSecurity = "restricted"
    isolation: Literal["full", "ingress", "none"] = "full"
    mesh: bool = False
    labels: Mapping[str, str] = field(default_factory=dict)
    after: Sequence[pulumi.Resource] = ()
    limits: Limits | None = None


class Namespace(pulumi.ComponentResource):
    """A namespace nobody can run a privileged pod in, or talk to, unless the arguments say so."""

    name: pulumi.Output[str]

    def __init__(self, name: str, args: NamespaceArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("platform:platform:Namespace", name, None, opts)
        namespace = k8s.core.v1.Namespace(
            name,
            k8s.core.v1.NamespaceInitArgs(metadata=k8s.meta.v1.ObjectMetaArgs(name=args.name, labels=labels(args))),
            pulumi.ResourceOptions(parent=self, depends_on=list(args.after)),
        )
        within = pulumi.ResourceOptions(parent=self, depends_on=[namespace])
        for policy, spec in policies(args).items():
            k8s.networking.v1.NetworkPolicy(
                f"{name}-{policy}",
                k8s.networking.v1.NetworkPolicyInitArgs(
                    metadata=k8s.meta.v1.ObjectMetaArgs(name=policy, namespace=args.name), spec=spec
                ),
                within,
            )
        if args.limits:
            metadata, spec = k8s.meta.v1.ObjectMetaArgs(name=LIMITS, namespace=args.name), specs(args.limits)
            k8s.core.v1.LimitRange(f"{name}-{LIMITS}", metadata=metadata, spec=spec["LimitRange"], opts=within)
            k8s.core.v1.ResourceQuota(f"{name}-{LIMITS}", metadata=metadata, spec=spec["ResourceQuota"], opts=within)
        self.name = namespace.metadata.apply(lambda metadata: metadata.name or args.name)
        self.register_outputs({"name": self.name})


def labels(args: NamespaceArgs) -> dict[str, str]:
    """Pod Security is enforced, audited and warned about at the same level; `name` is what NP-02 selects by."""
    modes = ("enforce", "audit", "warn")
    return {
        **args.labels,
        "name": args.name,
        **{f"pod-security.kubernetes.io/{mode}": args.pod_security for mode in modes},
        # Absent, not "disabled": that would refuse the gateway, whose pod asks for its proxy by itself.
        **({"istio-injection": "enabled"} if args.mesh else {}),
    }


def policies(args: NamespaceArgs) -> dict[str, Any]:
    """NetworkPolicy specs by name."""
    if args.isolation == "none":
        return {}
    if args.isolation == "ingress":
        return {"default-deny": network_policies.deny_ingress()}
    return {
        "default-deny": network_policies.deny_all(),
        "allow-infrastructure": network_policies.allow_infrastructure(mesh=args.mesh),
    }
