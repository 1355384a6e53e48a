"""What one region is made of, in order: foundation, cluster, platform, applications, outputs."""

import pulumi
import pulumi_aws

from infra.config import RegionStack
from infra.stacks.alerts import alerts
from infra.stacks.audit import audit, copies
from infra.stacks.backup import backup
from infra.stacks.border import peering
from infra.stacks.budget import budget
from infra.stacks.cluster import RegionCluster, cluster
from infra.stacks.data import Stores, data
from infra.stacks.edge import edge
from infra.stacks.failover import switch
from infra.stacks.foundation import Foundation, foundation
from infra.stacks.guardrails import guardrails
from infra.stacks.node_schedules import node_schedules
from infra.stacks.nodes import sizes
from infra.stacks.peer import peer
from infra.stacks.platform import platform
from infra.stacks.questions import Answers
from infra.stacks.velero import velero


def deploy(stack: RegionStack, provider: pulumi_aws.Provider, found: Answers) -> None:
    """Declare every resource of the region and export what people and other stacks ask for."""
    aws = pulumi.ResourceOptions(providers={"aws": provider})
    base = foundation(stack, aws)
    peering(stack, base, found.peer, aws)
    told, away = alerts(stack, base.place, base.keys, aws), peer(stack)
    guardrails(stack, base.keys, told, aws)
    budget(stack, aws)
    stores = data(stack, base, told, aws)
    evidence = audit(stack, base.keys, told, aws)
    copies(stack, evidence, base.keys, told, away, aws)
    requests = evidence.access_logs if evidence else None
    kept = switch(stack, base, aws)
    nodes = sizes(stack, found.groups, carries=found.active_region == stack.region)
    control = cluster(stack, base, nodes, aws)
    node_schedules(stack, base, control, told, aws)
    backup(stack, base, told, away, aws, requests)
    velero(stack, base, control, aws, requests)
    doors = edge(stack, base, control, told, found, aws)
    platform(stack, base, stores, control, kept, doors, aws)
    export(base, stores, control, found.active_region)


def export(base: Foundation, stores: Stores, control: RegionCluster, active: str) -> None:
    """Endpoints, ARNs, the region that carries the load, and the kubeconfig (PLT-07)."""
    pulumi.export("active_region", active)
    pulumi.export("vpc_id", base.network.vpc_id)
    pulumi.export("subnet_ids", base.network.subnet_ids)
    pulumi.export("key_arns", base.keys.arns)
    pulumi.export("store_endpoints", stores.endpoints)
    pulumi.export("cluster_name", control.cluster.name)
    pulumi.export("cluster_arn", control.cluster.arn)
    pulumi.export("cluster_endpoint", control.cluster.endpoint)
    pulumi.export("team_role_arns", control.access.team_role_arns)
    pulumi.export("kubeconfig", pulumi.Output.secret(control.kubeconfig))
