"""The cluster of a region: control plane, what nodes need first, nodes, and who gets in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pulumi
import pulumi_kubernetes

from components.aws.access import Access, AccessArgs
from components.aws.addons import Addon, AddonArgs, volume_key_policy
from components.aws.cluster_network import ClusterNetwork, ClusterNetworkArgs
from components.aws.eks import Cluster, ClusterArgs
from components.aws.kubeconfig import kubeconfig
from components.aws.node_group import NodeGroup, NodeGroupArgs, Nodes
from components.aws.runner import Runner, RunnerArgs
from components.aws.service_account import ClusterIdentity
from components.aws.way_out import POD_INTERFACES
from infra.config import RegionStack
from infra.config.cluster import NodeGroupConfig
from infra.stacks.foundation import Foundation


@dataclass(frozen=True, kw_only=True)
class RegionCluster:
    """A cluster on which workloads can be placed."""

    cluster: Cluster
    identity: ClusterIdentity
    groups: Mapping[str, NodeGroup]
    access: Access
    nodes_group_id: pulumi.Output[str]
    cluster_group_id: pulumi.Output[str]
    kubeconfig: pulumi.Output[str]
    provider: pulumi_kubernetes.Provider


class _Order:
    """One order for a cluster, carried out step by step."""

    def __init__(
        self, stack: RegionStack, base: Foundation, sizes: Mapping[str, Nodes], aws: pulumi.ResourceOptions
    ) -> None:
        self.stack, self.base, self.sizes, self.aws = stack, base, sizes, aws
        self.network = ClusterNetwork(
            "cluster-network",
            ClusterNetworkArgs(cluster=stack.cluster_name, vpc_id=base.network.vpc_id, cidr=stack.network.cidr),
            aws,
        )

    def control_plane(self) -> Cluster:
        """Once the whole network stands, so that nothing of it goes before the cluster."""
        stack, base = self.stack, self.base
        args = ClusterArgs(
            cluster=stack.cluster_name,
            place=base.place,
            version=stack.cluster.version,
            subnet_ids=list(base.network.subnet_ids["private"].values()),
            security_group_ids=[self.network.cluster_group_id],
            secrets_key_arn=base.keys.arns["eks"],
            log_key_arn=base.keys.arns["logs"],
            log_retention_days=stack.cluster.log_retention_days,
            service_cidr=stack.cluster.service_cidr,
            public_cidrs=stack.cluster.endpoint.allowed_cidrs,
            pod_interfaces=bool(stack.ways_out),
            deletion_protection=stack.production,
            after=[base.network, base.endpoints, base.pods, self.network],
        )
        return Cluster("cluster", args, self.aws)

    def access(self, cluster: Cluster) -> Access:
        """Administrators and teams; developers see the applications' namespaces."""
        payment = self.stack.apps.payment
        args = AccessArgs(
            cluster=self.stack.cluster_name,
            place=self.base.place,
            cluster_name=cluster.name,
            cluster_arn=cluster.arn,
            admins=self.stack.cluster.admins,
            workloads=[payment.namespace] if payment else [],
        )
        return Access("access", args, self.aws)

    def before_nodes(self, identity: ClusterIdentity) -> list[Addon]:
        """What a node must find to become ready: an identity for pods, then addresses for them."""
        agent = []
        if identity.kind == "pod_identity":
            agent = [self._addon(AddonArgs(addon="eks-pod-identity-agent", identity=identity))]
        cni = AddonArgs(
            addon="vpc-cni",
            identity=identity,
            service_account="aws-node",
            managed=["AmazonEKS_CNI_Policy"],
            configuration={"enableNetworkPolicy": "true", **({"env": POD_INTERFACES} if self.stack.ways_out else {})},
            after=agent,
        )
        proxy = AddonArgs(addon="kube-proxy", identity=identity)
        return [*agent, self._addon(cni), self._addon(proxy)]

    def node_groups(self, cluster: Cluster, after: Sequence[pulumi.Resource]) -> dict[str, NodeGroup]:
        """The groups as ordered, each in its zones."""
        return {
            group: NodeGroup(f"nodes-{group}", self._node_group_args(cluster, group, config, after), self.aws)
            for group, config in self.stack.cluster.node_groups.items()
        }

    def after_nodes(self, identity: ClusterIdentity, nodes: Sequence[pulumi.Resource]) -> list[Addon]:
        """What needs a node to run on."""
        volumes = AddonArgs(
            addon="aws-ebs-csi-driver",
            identity=identity,
            service_account="ebs-csi-controller-sa",
            managed=["service-role/AmazonEBSCSIDriverPolicy"],
            policy=self.base.keys.arns["ebs"].apply(volume_key_policy),
            after=nodes,
        )
        plain = ["coredns", *(["snapshot-controller"] if self.stack.backup and self.stack.backup.velero else [])]
        return [self._addon(volumes), *(self._addon(AddonArgs(addon=a, identity=identity, after=nodes)) for a in plain)]

    def way_in(self, cluster: Cluster) -> None:
        """A tunnel to the API, in the first zone by name."""
        if self.stack.cluster.way_in == "none":
            return
        zone = min(self.stack.network.zones)
        args = RunnerArgs(
            cluster=self.stack.cluster_name,
            place=self.base.place,
            vpc_id=self.base.network.vpc_id,
            cidr=self.stack.network.cidr,
            subnet_id=self.base.network.subnet_ids["private"][zone],
            cluster_group_id=self.network.cluster_group_id,
            cluster_arn=cluster.arn,
            disk_key_arn=self.base.keys.arns["ebs"],
            tags=self.stack.tags,
            after=[self.base.endpoints],
        )
        Runner("runner", args, self.aws)

    def _addon(self, args: AddonArgs) -> Addon:
        return Addon(f"addon-{args.addon}", args, self.aws)

    def _node_group_args(
        self, cluster: Cluster, group: str, config: NodeGroupConfig, after: Sequence[pulumi.Resource]
    ) -> NodeGroupArgs:
        subnets = self.base.network.subnet_ids["private"]
        return NodeGroupArgs(
            cluster=self.stack.cluster_name,
            group=group,
            place=self.base.place,
            cluster_name=cluster.name,
            version=cluster.version,
            subnet_ids={zone: subnets[zone] for zone in config.zones or self.stack.network.zones},
            security_group_ids=[self.network.node_group_id, self.base.pods.security_group_id],
            disk_key_arn=self.base.keys.arns["ebs"],
            nodes=self.sizes[group],
            tags=self.stack.tags,
            after=after,
        )


def cluster(
    stack: RegionStack, base: Foundation, sizes: Mapping[str, Nodes], aws: pulumi.ResourceOptions
) -> RegionCluster:
    """Declare the cluster; each step depends on the one before, so that destroy goes the opposite way.

    `sizes` are its node groups, by name.
    """
    order = _Order(stack, base, sizes, aws)
    control = order.control_plane()
    identity = ClusterIdentity(
        place=base.place,
        kind=stack.cluster.identity,
        cluster_name=control.name,
        cluster_arn=control.arn,
        issuer=control.issuer,
        provider_arn=control.oidc_provider_arn,
    )
    access = order.access(control)
    groups = order.node_groups(control, after=order.before_nodes(identity))
    addons = order.after_nodes(identity, list(groups.values()))
    order.way_in(control)
    config = pulumi.Output.all(control.name, control.endpoint, control.certificate_authority).apply(
        lambda known: kubeconfig(known[0], known[1], known[2], stack.region)
    )
    provider = pulumi_kubernetes.Provider(
        "kubernetes",
        cluster_identifier=control.issuer,
        kubeconfig=config,
        enable_server_side_apply=True,
        # What this program declares is its own: an edit by hand is taken back, not reported as a conflict.
        enable_patch_force=True,
        opts=pulumi.ResourceOptions(depends_on=[access, *groups.values(), *addons]),
    )
    return RegionCluster(
        cluster=control,
        identity=identity,
        groups=groups,
        access=access,
        nodes_group_id=order.network.node_group_id,
        cluster_group_id=order.network.cluster_group_id,
        kubeconfig=config,
        provider=provider,
    )
