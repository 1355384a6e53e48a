"""The cluster's side of the way in: the Gateway API, its gateway, its certificate and who stands behind the doors."""

from collections.abc import Sequence

import pulumi

from components.aws.partitions import arn
from components.aws.policies import allow, document
from components.aws.registration import registration_policy
from components.aws.service_account import ServiceAccountRole, ServiceAccountRoleArgs
from components.aws.zone import challenges_role
from components.platform import balancer_controller, cert_manager
from components.platform.balancer_controller import BalancerController, BalancerControllerArgs
from components.platform.cert_manager import AcmeArgs, CertManager, CertManagerArgs
from components.platform.gateway_api import GatewayApi, GatewayApiArgs
from components.platform.ingress import Ingress, IngressArgs
from infra.config import RegionStack
from infra.config.ingress import IngressConfig
from infra.stacks.cluster import RegionCluster
from infra.stacks.edge import Doors
from infra.stacks.foundation import Foundation


def gateway(
    stack: RegionStack,
    base: Foundation,
    control: RegionCluster,
    doors: Doors | None,
    mesh: Sequence[pulumi.Resource],
    both: pulumi.ResourceOptions,
) -> list[pulumi.Resource]:
    """Declare them; nothing where no ingress was ordered. What is returned goes after the applications."""
    order = stack.ingress
    if order is None or doors is None:
        return []
    kinds = GatewayApi("gateway-api", GatewayApiArgs(), both)
    issuers = CertManager("cert-manager", _cert_manager(stack, order, control, both), both)
    controller = BalancerController("balancer-controller", _controller(stack, base, control, doors, both), both)
    args = IngressArgs(
        names=[name for host in order.hosts for name in (host, f"{stack.region}.{host}")],
        namespaces=[each.namespace for each in order.hosts.values()],
        target_group_arns=doors.target_group_arns,
        trusted=order.acme_email is not None,
        after=[*mesh, *kinds.ready, *issuers.ready, *controller.ready],
    )
    return [kinds, issuers, controller, Ingress("ingress", args, both)]


def _cert_manager(
    stack: RegionStack, order: IngressConfig, control: RegionCluster, both: pulumi.ResourceOptions
) -> CertManagerArgs:
    """Only where challenges are answered does it need anything of AWS: to take the one role that answers them."""
    replicas = stack.platform.istio.replicas
    if order.acme_email is None:
        return CertManagerArgs(replicas=replicas)
    account = order.zone_account or stack.account
    role_arn = arn("iam", stack.region, account, f"role/{challenges_role(order.zone, stack.account)}")
    role = ServiceAccountRoleArgs(
        identity=control.identity,
        namespace=cert_manager.NAMESPACE,
        service_account=cert_manager.SERVICE_ACCOUNT,
        description=f"Answers challenges in {order.zone} for {stack.cluster_name}",
        policy=document(allow(["sts:AssumeRole"], role_arn)),
    )
    made = ServiceAccountRole("cert-manager", role, both)
    acme = AcmeArgs(
        email=order.acme_email,
        zone=order.zone,
        region=stack.region,
        role_arn=role_arn,
    )
    announced = made.arn if control.identity.kind == "irsa" else None
    return CertManagerArgs(replicas=replicas, role_arn=announced, acme=acme)


def _controller(
    stack: RegionStack,
    base: Foundation,
    control: RegionCluster,
    doors: Doors,
    both: pulumi.ResourceOptions,
) -> BalancerControllerArgs:
    role = ServiceAccountRoleArgs(
        identity=control.identity,
        namespace=balancer_controller.NAMESPACE,
        service_account=balancer_controller.SERVICE_ACCOUNT,
        description=f"Registers the gateway's pods of {stack.cluster_name}",
        policy=pulumi.Output.all(*doors.target_group_arns.values()).apply(registration_policy),
    )
    made = ServiceAccountRole("balancer-controller", role, both)
    return BalancerControllerArgs(
        cluster_name=control.cluster.name,
        region=stack.region,
        vpc_id=base.network.vpc_id,
        replicas=stack.platform.istio.replicas,
        role_arn=made.arn if control.identity.kind == "irsa" else None,
    )
