"""The failover controller in a cluster, or the guard that obeys it: all of it but the Deployment (S-04, BDR-10)."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pulumi
import pulumi_kubernetes as k8s

from components.aws.service_account import ClusterIdentity, ServiceAccountRole, ServiceAccountRoleArgs
from components.platform.delivery import Workload
from components.platform.limits import Amount, Limits
from components.platform.namespace import Namespace, NamespaceArgs
from components.platform.pod_groups import security_group_policy
from components.platform.release import custom

SERVICE = NAMESPACE = "failover"
RBAC = "rbac.authorization.k8s.io"
# Two equal pods, and two more while they roll and while those before them end.
LIMITS = Limits(
    default_request=Amount(cpu="50m", memory="128Mi"),
    default_limit=Amount(cpu="200m", memory="256Mi"),
    container_max=Amount(cpu="500m", memory="512Mi"),
    requests=Amount(cpu="500m", memory="1Gi"),
    limits=Amount(cpu="2", memory="2Gi"),
    pods=6,
)


@dataclass(frozen=True, kw_only=True)
class FailoverArgs:
    """`overlay` is a folder in gitops/overlays; `definition` and `resource` are the CRD and the object of that kind.

    `wiring` is the JSON that names what lies in AWS, `policy` what may be done there. `workloads` are the Deployments
    that may be scaled, in `namespace`, which stands once `after` does. The pods wear `security_group_ids` in
    place of their node's; without any they leave the network as all pods do.
    """

    overlay: str
    identity: ClusterIdentity
    policy: pulumi.Input[str]
    definition: Mapping[str, Any]
    resource: Mapping[str, Any]
    wiring: pulumi.Input[str]
    namespace: str
    workloads: Sequence[str]
    after: Sequence[pulumi.Resource]
    security_group_ids: Sequence[pulumi.Input[str]] = ()


class Failover(pulumi.ComponentResource):
    """A namespace, a role and just those rights in the cluster that scaling one application takes."""

    role_arn: pulumi.Output[str]
    workload: Workload

    def __init__(self, name: str, args: FailoverArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("platform:apps:Failover", name, None, opts)
        self._name, self._args = name, args
        child = pulumi.ResourceOptions(parent=self)
        namespace = Namespace(f"{name}-namespace", NamespaceArgs(name=NAMESPACE, limits=LIMITS), child)
        role = ServiceAccountRole(
            name,
            ServiceAccountRoleArgs(
                identity=args.identity,
                namespace=NAMESPACE,
                service_account=SERVICE,
                description=f"The failover of {args.namespace}",
                policy=args.policy,
            ),
            child,
        )
        definition = k8s.apiextensions.v1.CustomResourceDefinition(
            f"{name}-definition",
            metadata=args.definition["metadata"],
            spec=args.definition["spec"],
            opts=child,
        )
        custom(self, args.resource, after=[namespace, definition])
        if args.security_group_ids:
            pods = {"matchLabels": {"app": SERVICE}}
            custom(self, security_group_policy(SERVICE, NAMESPACE, pods, args.security_group_ids), after=[namespace])
        self._let(f"{name}-reads", NAMESPACE, reading(args.resource), [namespace])
        self._let(f"{name}-scales", args.namespace, scaling(args.workloads), args.after)
        self._tell(namespace)
        self.role_arn = role.arn
        # Under Pod Identity the role must not be announced to the pod: its SDK would try IRSA first, and fail.
        announced = {"role_arn": role.arn} if args.identity.kind == "irsa" else {}
        checksum = pulumi.Output.from_input(args.wiring).apply(lambda text: hashlib.sha256(text.encode()).hexdigest())
        bridge = {"namespace": NAMESPACE, "overlay": args.overlay, "checksum": checksum, **announced}
        self.workload = Workload(namespace=NAMESPACE, bridge=bridge)
        self.register_outputs({"role_arn": self.role_arn})

    def _tell(self, namespace: Namespace) -> None:
        """What the pod is started with."""
        k8s.core.v1.ConfigMap(
            f"{self._name}-wiring",
            metadata=k8s.meta.v1.ObjectMetaArgs(name=SERVICE, namespace=NAMESPACE),
            data={
                "resource": f"{NAMESPACE}/{self._args.resource['metadata']['name']}",
                "wiring.json": self._args.wiring,
            },
            opts=pulumi.ResourceOptions(parent=self, depends_on=[namespace]),
        )

    def _let(
        self, name: str, namespace: str, rules: Sequence[Mapping[str, Sequence[str]]], after: Sequence[pulumi.Resource]
    ) -> None:
        """Rights in one namespace for the pod's own account."""
        metadata = k8s.meta.v1.ObjectMetaArgs(name=SERVICE, namespace=namespace)
        within = pulumi.ResourceOptions(parent=self, depends_on=list(after))
        role = k8s.rbac.v1.Role(
            name, metadata=metadata, rules=[k8s.rbac.v1.PolicyRuleArgs(**rule) for rule in rules], opts=within
        )
        k8s.rbac.v1.RoleBinding(
            name,
            metadata=metadata,
            role_ref=k8s.rbac.v1.RoleRefArgs(api_group=RBAC, kind="Role", name=SERVICE),
            subjects=[k8s.rbac.v1.SubjectArgs(kind="ServiceAccount", name=SERVICE, namespace=NAMESPACE)],
            opts=pulumi.ResourceOptions(parent=self, depends_on=[role]),
        )


def reading(resource: Mapping[str, Any]) -> list[dict[str, list[str]]]:
    """The pod's own orders, and no others."""
    group, name = resource["apiVersion"].partition("/")[0], resource["metadata"]["name"]
    return [{"api_groups": [group], "resources": ["failovers"], "resource_names": [name], "verbs": ["get"]}]


def scaling(workloads: Sequence[str]) -> list[dict[str, list[str]]]:
    """Sizes of the named Deployments and of the autoscalers beside them, which have the same names."""
    return [
        {"api_groups": [group], "resources": resources, "resource_names": [*workloads], "verbs": ["get", "patch"]}
        for group, resources in (
            ("apps", ["deployments", "deployments/scale"]),
            ("autoscaling", ["horizontalpodautoscalers"]),
        )
    ]
