"""Cluster Autoscaler: nodes follow pods, within each node group's bounds (EKS-09)."""

from dataclasses import dataclass
from typing import Any

import pulumi

from components.platform import catalogue
from components.platform.release import install

SERVICE_ACCOUNT = "cluster-autoscaler"
NAMESPACE = "kube-system"


@dataclass(frozen=True, kw_only=True)
class ClusterAutoscalerArgs:
    """`role_arn` trusts the service account `kube-system/cluster-autoscaler` and nobody else.

    None under Pod Identity: the association names the role, and an SDK that reads it here would try IRSA and fail.
    """

    cluster_name: pulumi.Input[str]
    region: str
    role_arn: pulumi.Input[str] | None


class ClusterAutoscaler(pulumi.ComponentResource):
    """Adds a node when a pod cannot be placed, takes one away when it stands empty."""

    def __init__(self, name: str, args: ClusterAutoscalerArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("platform:platform:ClusterAutoscaler", name, None, opts)
        install(self, catalogue.CLUSTER_AUTOSCALER, NAMESPACE, values(args), after=[])
        self.register_outputs({})


def values(args: ClusterAutoscalerArgs) -> dict[str, Any]:
    """What differs from the chart: whose groups it scales, as whom, and no zone left behind."""
    role = {"eks.amazonaws.com/role-arn": args.role_arn} if args.role_arn is not None else {}
    return {
        "fullnameOverride": SERVICE_ACCOUNT,
        "autoDiscovery": {"clusterName": args.cluster_name},
        "awsRegion": args.region,
        "rbac": {
            "serviceAccount": {
                "name": SERVICE_ACCOUNT,
                "annotations": role,
            }
        },
        "extraArgs": {"balance-similar-node-groups": True, "expander": "least-waste"},
        "securityContext": {
            "runAsNonRoot": True,
            "runAsUser": 65534,
            "seccompProfile": {"type": "RuntimeDefault"},
        },
        "containerSecurityContext": {
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]},
        },
        "resources": {"requests": {"cpu": "100m", "memory": "300Mi"}, "limits": {"memory": "600Mi"}},
    }
