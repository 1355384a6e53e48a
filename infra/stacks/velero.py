"""Velero on the region's cluster, with its bucket and its role, where a backup of the cluster is ordered."""

import pulumi

from components.aws.bucket import Bucket
from components.aws.service_account import ServiceAccountRole, ServiceAccountRoleArgs
from components.aws.velero import velero_policy
from components.platform.images import from_mirror
from components.platform.velero import NAMESPACE, SERVICE_ACCOUNT, Velero, VeleroArgs, VeleroSchedule
from infra.config import RegionStack
from infra.config.velero import VeleroScheduleConfig
from infra.stacks.backup import bucket_args
from infra.stacks.cluster import RegionCluster
from infra.stacks.foundation import Foundation


def velero(
    stack: RegionStack,
    base: Foundation,
    control: RegionCluster,
    aws: pulumi.ResourceOptions,
    requests: Bucket | None,
) -> None:
    """Declare it; a region that orders none has none."""
    order = stack.backup.velero if stack.backup else None
    if order is None:
        return
    bucket = Bucket("backup-velero", bucket_args(stack, base, requests, "velero", order.old_versions_days), aws)
    policy = pulumi.Output.all(bucket.arn, base.keys.arns["backup"]).apply(
        lambda known: velero_policy(*known, region=stack.region)
    )
    account = ServiceAccountRoleArgs(
        identity=control.identity,
        namespace=NAMESPACE,
        service_account=SERVICE_ACCOUNT,
        description="Backs up objects of the cluster and snapshots of its volumes",
        policy=policy,
    )
    role = ServiceAccountRole("velero", account, aws)
    args = VeleroArgs(
        cluster_name=stack.cluster_name,
        bucket=bucket.name,
        region=stack.region,
        role_arn=role.arn if control.identity.kind == "irsa" else None,
        schedules={name: schedule(each) for name, each in order.schedules.items()},
        after=[*bucket.ready, *role.ready],
    )
    on_cluster = pulumi.ResourceOptions(
        providers={"kubernetes": control.provider}, transformations=from_mirror(stack.image_mirror)
    )
    Velero("velero", args, on_cluster)


def schedule(order: VeleroScheduleConfig) -> VeleroSchedule:
    """A schedule as ordered; without namespaces it is all of them."""
    return VeleroSchedule(
        cron=order.schedule,
        namespaces=order.namespaces or ("*",),
        excluded_resources=order.excluded_resources,
        labelled=order.labelled,
        volumes=order.volumes,
        keep_days=order.keep_days,
    )
