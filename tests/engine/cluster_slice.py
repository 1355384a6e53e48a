"""A cluster with one node group, and on it an object named by hand, one named by the provider, and a release."""

import json

import pulumi
import pulumi_aws as aws
import pulumi_kubernetes as k8s
from pulumi_aws import ec2, eks, iam

from components.aws.kubeconfig import kubeconfig

CONTENT = "first"
VALUES = {"tag": "1", "gate": "shut"}

provider = aws.Provider("aws", region="us-east-1", allowed_account_ids=["000000000199"])
cloud = pulumi.ResourceOptions(provider=provider)
vpc = ec2.Vpc("vpc", cidr_block="10.99.0.0/16", opts=cloud)
subnets = [
    ec2.Subnet(z, vpc_id=vpc.id, cidr_block=f"10.99.{i}.0/24", availability_zone=f"us-east-1{z}", opts=cloud)
    for i, z in enumerate("ab")
]


def role(name: str) -> iam.Role:
    """A role that one service may take."""
    who = {"Effect": "Allow", "Principal": {"Service": f"{name}.amazonaws.com"}, "Action": "sts:AssumeRole"}
    return iam.Role(
        name, name=name, assume_role_policy=json.dumps({"Version": "2012-10-17", "Statement": [who]}), opts=cloud
    )


cluster = eks.Cluster(
    "cluster",
    name="slice",
    role_arn=role("eks").arn,
    vpc_config=eks.ClusterVpcConfigArgs(subnet_ids=[subnet.id for subnet in subnets]),
    opts=cloud,
)
nodes = eks.NodeGroup(
    "nodes",
    cluster_name=cluster.name,
    node_role_arn=role("ec2").arn,
    subnet_ids=[subnet.id for subnet in subnets],
    scaling_config=eks.NodeGroupScalingConfigArgs(desired_size=2, max_size=2, min_size=2),
    opts=cloud,
)
config = pulumi.Output.all(cluster.name, cluster.endpoint, cluster.certificate_authority.data).apply(
    lambda known: kubeconfig(known[0], known[1], known[2], "us-east-1")
)
inside = pulumi.ResourceOptions(
    provider=k8s.Provider("cluster", kubeconfig=config, cluster_identifier=cluster.arn), depends_on=[nodes]
)
waits = k8s.core.v1.Pod(
    "waits",
    spec=k8s.core.v1.PodSpecArgs(
        node_selector={"gate-first": "open"}, containers=[k8s.core.v1.ContainerArgs(name="it", image="example:1")]
    ),
    opts=inside,
)
k8s.core.v1.Secret(
    "fixed",
    metadata=k8s.meta.v1.ObjectMetaArgs(name="fixed", namespace="default"),
    immutable=True,
    string_data={"content": CONTENT},
    opts=inside,
)
k8s.helm.v3.Release(
    "demo",
    name="demo",
    chart="demo",
    version="1.0.0",
    namespace="default",
    timeout=300,
    values=VALUES,
    opts=pulumi.ResourceOptions.merge(inside, pulumi.ResourceOptions(depends_on=[waits])),
)
pulumi.export("cluster_arn", cluster.arn)
