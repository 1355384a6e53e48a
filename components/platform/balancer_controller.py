"""AWS Load Balancer Controller, for one thing only: it registers pods with target groups that Pulumi made (C-29)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pulumi

from components.platform import catalogue
from components.platform.release import install

NAMESPACE = "kube-system"
SERVICE_ACCOUNT = "aws-load-balancer-controller"


@dataclass(frozen=True, kw_only=True)
class BalancerControllerArgs:
    """`role_arn` trusts its service account in kube-system alone; None under Pod Identity."""

    cluster_name: pulumi.Input[str]
    region: str
    vpc_id: pulumi.Input[str]
    replicas: int = 2
    role_arn: pulumi.Input[str] | None = None


class BalancerController(pulumi.ComponentResource):
    """Keeps target groups in step with pods; it makes no load balancer and opens no security group."""

    ready: Sequence[pulumi.Resource]

    def __init__(self, name: str, args: BalancerControllerArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("platform:platform:BalancerController", name, None, opts)
        release = install(self, catalogue.AWS_LOAD_BALANCER_CONTROLLER, NAMESPACE, values(args), after=[])
        self.ready = [release]
        self.register_outputs({})


def values(args: BalancerControllerArgs) -> dict[str, Any]:
    """What differs from the chart: it takes over no Service and no Ingress, and asks no instance where it is."""
    role = {"eks.amazonaws.com/role-arn": args.role_arn} if args.role_arn is not None else {}
    return {
        "clusterName": args.cluster_name,
        "region": args.region,
        "vpcId": args.vpc_id,
        "replicaCount": args.replicas,
        "podDisruptionBudget": {"maxUnavailable": 1} if args.replicas > 1 else {},
        "serviceAccount": {"name": SERVICE_ACCOUNT, "annotations": role},
        "createIngressClassResource": False,
        "ingressClassParams": {"create": False},
        "enableServiceMutatorWebhook": False,
        "enableShield": False,
        "enableWaf": False,
        "enableWafv2": False,
        # Helm draws a new certificate for the webhooks at every upgrade otherwise, and calls fail until pods follow.
        "keepTLSSecret": True,
        "resources": {"requests": {"cpu": "50m", "memory": "128Mi"}, "limits": {"memory": "256Mi"}},
    }
