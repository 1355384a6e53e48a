"""What runs on a region's cluster: the add-ons, the applications, and Argo CD over them."""

from collections.abc import Sequence

import pulumi

from components.apps.failover import Failover
from components.apps.names import SERVICE
from components.apps.payment import Payment, PaymentArgs
from components.aws.autoscaler import autoscaler_policy
from components.aws.failover_switch import FailoverSwitch
from components.aws.partitions import host
from components.aws.service_account import ServiceAccountRole, ServiceAccountRoleArgs
from components.platform.argocd import Argocd
from components.platform.argocd_values import ArgocdArgs, ExposureArgs, KsopsArgs, OidcArgs, SlackArgs, WebhookArgs
from components.platform.autoscaler import NAMESPACE, SERVICE_ACCOUNT, ClusterAutoscaler, ClusterAutoscalerArgs
from components.platform.delivery import Delivery, DeliveryArgs
from components.platform.falco import Falco, FalcoArgs
from components.platform.falco_rules import RuleException
from components.platform.images import from_mirror
from components.platform.istio import Istio, IstioArgs
from components.platform.limits import Amount, Limits
from components.platform.metrics import MetricsServer, MetricsServerArgs
from components.platform.storage import Storage, StorageArgs
from infra.config import RegionStack
from infra.config.quota import AmountConfig, QuotaConfig
from infra.stacks.backup import backup_tags
from infra.stacks.cluster import RegionCluster
from infra.stacks.data import Stores
from infra.stacks.edge import Doors
from infra.stacks.failover import failover
from infra.stacks.foundation import Foundation
from infra.stacks.gateway import gateway
from infra.stacks.ways_out import worn

# The cloud's load balancer before the mesh: TCP passes through it, TLS ends in the mesh.
LOAD_BALANCER = {"service.beta.kubernetes.io/aws-load-balancer-type": "nlb"}


def platform(
    stack: RegionStack,
    base: Foundation,
    stores: Stores,
    control: RegionCluster,
    kept: FailoverSwitch | None,
    doors: Doors | None,
    aws: pulumi.ResourceOptions,
) -> None:
    """Declare add-ons, applications and their delivery, which goes first on destroy."""
    both = pulumi.ResourceOptions(
        providers={"kubernetes": control.provider, **_providers(aws)}, transformations=from_mirror(stack.image_mirror)
    )
    storage = Storage("storage", storage_args(stack, base), both)
    metrics = MetricsServer("metrics", MetricsServerArgs(replicas=stack.platform.metrics_server.replicas), both)
    _autoscaler(stack, control, both)
    istio = Istio("istio", istio_args(stack), both)
    ways_in = gateway(stack, base, control, doors, istio.ready, both)
    falco = Falco("falco", falco_args(stack), both)
    argocd = Argocd("argocd", argocd_args(stack, worn(stack, "argocd", base, control, both)), both)
    apps: dict[str, Payment | Failover] = {**applications(stack, base, stores, control, istio.ready, both)}
    if moved := failover(stack, base, control, kept, list(apps.values()), both):
        apps["failover"] = moved
    args = DeliveryArgs(
        environment=stack.environment,
        repository=stack.gitops.repository,
        revision=stack.gitops.revision,
        path=stack.gitops.path,
        sync_mode=stack.gitops.sync_mode,
        workloads={name: app.workload for name, app in apps.items()},
        bridge=bridge(stack),
        after=[argocd, istio, *ways_in, falco, storage, metrics, *apps.values()],
    )
    Delivery("delivery", args, both)


def storage_args(stack: RegionStack, base: Foundation) -> StorageArgs:
    """Volumes that a backup plan finds by their tag."""
    return StorageArgs(kms_key_arn=base.keys.arns["ebs"], tags=backup_tags(stack, "volumes"))


def applications(
    stack: RegionStack,
    base: Foundation,
    stores: Stores,
    control: RegionCluster,
    mesh: Sequence[pulumi.Resource],
    both: pulumi.ResourceOptions,
) -> dict[str, Payment]:
    """The cloud side of each application in the stack file; those that are absent are not deployed."""
    apps = {}
    if payment := stack.apps.payment:
        args = PaymentArgs(
            namespace=payment.namespace,
            overlay=payment.overlay,
            identity=control.identity,
            secrets_key_arn=base.keys.arns["secrets"],
            mesh=mesh,
            limits=limits(payment.quota),
            stores=stores.access(SERVICE),
            store_cidrs=tuple(stack.network.subnets["database"].values()),
            standby=payment.standby is not None,
        )
        apps["payment"] = Payment("payment", args, both)
    return apps


def limits(order: QuotaConfig) -> Limits:
    """An application's limits as ordered, in the component's words."""
    said = {key: value for key, value in order if isinstance(value, AmountConfig)}
    return Limits(**{key: Amount(**value.model_dump()) for key, value in said.items()}, pods=order.pods)


def bridge(stack: RegionStack) -> dict[str, pulumi.Input[str]]:
    """What every application's Git side may know of the cloud (GIT-15)."""
    return {
        "registry": f"{stack.registry_account or stack.account}.dkr.{host('ecr', stack.region)}",
        "region": stack.region,
        "vpc_cidr": str(stack.network.cidr),
        **({"image_mirror": stack.image_mirror} if stack.image_mirror else {}),
    }


def argocd_args(stack: RegionStack, groups: Sequence[pulumi.Output[str]] = ()) -> ArgocdArgs:
    """Argo CD as ordered; `groups` are worn by its pods that call outside."""
    order = stack.platform.argocd
    return ArgocdArgs(
        domain=stack.argocd_domain,
        high_availability=order.high_availability,
        oidc=OidcArgs(issuer=order.oidc.issuer, client_id=order.oidc.client_id) if order.oidc else None,
        ksops=KsopsArgs(image=order.ksops_image) if order.ksops_image else None,
        slack=SlackArgs(channel=order.slack_channel) if order.slack_channel else None,
        exposure=ExposureArgs(**order.exposure.model_dump()) if order.exposure else None,
        webhook=WebhookArgs(**order.webhook.model_dump()) if order.webhook else None,
        security_group_ids=groups,
    )


def falco_args(stack: RegionStack) -> FalcoArgs:
    """Runtime security as ordered."""
    order = stack.platform.falco
    return FalcoArgs(
        outputs_secret=order.outputs_secret,
        loki_url=order.loki_url,
        sidekick_replicas=order.sidekick_replicas,
        exceptions=[RuleException(**exception.model_dump()) for exception in order.exceptions],
    )


def istio_args(stack: RegionStack) -> IstioArgs:
    """The mesh as ordered."""
    order = stack.platform.istio
    return IstioArgs(
        replicas=order.replicas,
        max_replicas=order.max_replicas,
        tracing_percent=order.tracing_percent,
        tracing_collector=order.tracing_collector,
        gateway_annotations={} if stack.ingress else LOAD_BALANCER,
        gateway_inside=stack.ingress is not None,
    )


def _autoscaler(stack: RegionStack, control: RegionCluster, both: pulumi.ResourceOptions) -> None:
    role = ServiceAccountRole(
        "autoscaler",
        ServiceAccountRoleArgs(
            identity=control.identity,
            namespace=NAMESPACE,
            service_account=SERVICE_ACCOUNT,
            description=f"Cluster Autoscaler of {stack.cluster_name}",
            policy=autoscaler_policy(stack.cluster_name),
        ),
        both,
    )
    announced = role.arn if control.identity.kind == "irsa" else None
    args = ClusterAutoscalerArgs(cluster_name=control.cluster.name, region=stack.region, role_arn=announced)
    ClusterAutoscaler("autoscaler", args, both)


def _providers(opts: pulumi.ResourceOptions) -> dict[str, pulumi.ProviderResource]:
    return dict(opts.providers) if isinstance(opts.providers, dict) else {}
