"""A namespace as Pulumi owns it: Pod Security, mesh membership and network isolation come with it (C-35)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import pulumi
import pulumi_kubernetes as k8s

from components.platform import network_policies

PodSecurity = Literal["restricted", "baseline", "privileged"]


@dataclass(frozen=True, kw_only=True)
class NamespaceArgs:
    """`isolation`: `full` for workloads; `ingress` for controllers that call the outside; `none` for the node's own.

    `after`: the mesh, for a namespace of sidecars. A component's own depends_on would not reach its children.
    """

    name: str
    pod_security: PodSecurity = "restricted"
    isolation: Literal["full", "ingress", "none"] = "full"
    mesh: bool = False
    labels: Mapping[str, str] = field(default_factory=dict)
    after: Sequence[pulumi.Resource] = ()


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
        for policy, spec in policies(args).items():
            k8s.networking.v1.NetworkPolicy(
                f"{name}-{policy}",
                k8s.networking.v1.NetworkPolicyInitArgs(
                    metadata=k8s.meta.v1.ObjectMetaArgs(name=policy, namespace=args.name), spec=spec
                ),
                pulumi.ResourceOptions(parent=self, depends_on=[namespace]),
            )
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
