"""Which way traffic goes between a control plane and its nodes."""

from dataclasses import dataclass
from ipaddress import IPv4Network

import pulumi

from components.aws.firewall import DNS, EPHEMERAL, HTTPS, Firewall, Rule


@dataclass(frozen=True, kw_only=True)
class ClusterNetworkArgs:
    """`cluster` is the physical name, `cidr` the VPC's."""

    cluster: str
    vpc_id: pulumi.Input[str]
    cidr: IPv4Network


class ClusterNetwork(pulumi.ComponentResource):
    """Groups `{cluster}-cluster` and `{cluster}-nodes`: nodes and control plane meet each other, and nobody else."""

    cluster_group_id: pulumi.Output[str]
    node_group_id: pulumi.Output[str]

    def __init__(self, name: str, args: ClusterNetworkArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("platform:aws:ClusterNetwork", name, None, opts)
        cluster = Firewall(f"{name}-cluster", f"{args.cluster}-cluster", "EKS control plane", args.vpc_id, self)
        # Nodes carry several groups; controllers of load balancers open ports in the one that is tagged, or give up.
        owned = {f"kubernetes.io/cluster/{args.cluster}": "owned"}
        nodes = Firewall(f"{name}-nodes", f"{args.cluster}-nodes", "EKS nodes", args.vpc_id, self, tags=owned)

        cluster.ingress("nodes-https", Rule(description="Nodes to the API", ports=HTTPS, group=nodes.id))
        cluster.ingress(
            "nodes-ephemeral", Rule(description="Nodes on ephemeral ports", ports=EPHEMERAL, group=nodes.id)
        )
        cluster.egress("nodes", Rule(description="API to kubelets and webhooks", protocol="-1", group=nodes.id))

        nodes.ingress("cluster", Rule(description="API to kubelets and webhooks", protocol="-1", group=cluster.id))
        nodes.ingress("nodes", Rule(description="Nodes to nodes", protocol="-1", group=nodes.id))
        nodes.egress("nodes", Rule(description="Nodes to nodes", protocol="-1", group=nodes.id))
        nodes.egress("cluster", Rule(description="Nodes to the API", ports=HTTPS, group=cluster.id))
        for protocol in ("tcp", "udp"):
            rule = Rule(description="Name resolution", protocol=protocol, ports=DNS, cidr=args.cidr)
            nodes.egress(f"dns-{protocol}", rule)

        self.cluster_group_id, self.node_group_id = cluster.id, nodes.id
        self.register_outputs({"cluster_group_id": cluster.id, "node_group_id": nodes.id})
