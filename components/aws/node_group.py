"""Managed nodes of one kind."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

import pulumi
from pulumi_aws import ec2, eks

from components.aws.iam import Duty, Role
from components.aws.place import Place
from components.aws.policies import trust_service

NODE_POLICIES = ("AmazonEKSWorkerNodePolicy", "AmazonEC2ContainerRegistryPullOnly")
ROOT_DEVICE = "/dev/xvda"


@dataclass(frozen=True, kw_only=True)
class Taint:
    """Keeps pods without the matching toleration off; effects as Kubernetes writes them."""

    key: str
    value: str = ""
    effect: Literal["NoSchedule", "PreferNoSchedule", "NoExecute"] = "NoSchedule"

    def inputs(self) -> eks.NodeGroupTaintArgs:
        """The taint as EKS writes it."""
        effect = {"NoSchedule": "NO_SCHEDULE", "PreferNoSchedule": "PREFER_NO_SCHEDULE", "NoExecute": "NO_EXECUTE"}
        return eks.NodeGroupTaintArgs(key=self.key, value=self.value, effect=effect[self.effect])


@dataclass(frozen=True, kw_only=True)
class Nodes:
    """What the nodes are; once the group stands, others set the sizes that `moving` names.

    That is `desired`, which is where the group starts and then the autoscaler's, `min` where schedules set it, and
    what a failover has raised.
    """

    instance_types: Sequence[str]
    min: int
    desired: int
    max: int
    moving: Sequence[Literal["minSize", "desiredSize", "maxSize"]] = ("desiredSize",)
    capacity: Literal["on_demand", "spot"] = "on_demand"
    tenancy: Literal["default", "dedicated"] = "default"
    disk_gb: int = 100
    ami_type: str = "AL2023_x86_64_STANDARD"
    labels: Mapping[str, str] = field(default_factory=dict)
    taints: Sequence[Taint] = ()
    enclave: bool = False


def label(cluster: str, group: str) -> str:
    """The tag Name of a group and of its instances, by which a group is known: EKS adds to its own name."""
    return f"{cluster}-{group}"


@dataclass(frozen=True, kw_only=True)
class NodeGroupArgs:
    """`group` is the name that people use; `tags` reach instances and disks, which default tags do not."""

    cluster: str
    group: str
    place: Place
    cluster_name: pulumi.Input[str]
    version: pulumi.Input[str]
    subnet_ids: Mapping[str, pulumi.Input[str]]
    security_group_ids: Sequence[pulumi.Input[str]]
    disk_key_arn: pulumi.Input[str]
    nodes: Nodes
    tags: Mapping[str, str]
    after: Sequence[pulumi.Resource] = ()


class NodeGroup(pulumi.ComponentResource):
    """Nodes with an encrypted disk, whose pods cannot read the node's own credentials."""

    arn: pulumi.Output[str]
    group: pulumi.Output[str]

    def __init__(self, name: str, args: NodeGroupArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("platform:aws:NodeGroup", name, None, opts)
        self._name, self._args = name, args
        self._label = label(args.cluster, args.group)
        template = self._create_template()
        nodes = args.nodes
        duty = Duty(
            description=f"Nodes {args.group} of {args.cluster}",
            trust=trust_service("ec2"),
            managed=[args.place.managed_policy(policy) for policy in NODE_POLICIES],
        )
        role = Role(name, duty, self)
        group = eks.NodeGroup(
            name,
            cluster_name=args.cluster_name,
            node_role_arn=role.arn,
            version=args.version,
            subnet_ids=list(args.subnet_ids.values()),
            instance_types=list(nodes.instance_types),
            capacity_type=nodes.capacity.upper(),
            ami_type=nodes.ami_type,
            labels=dict(nodes.labels),
            taints=[taint.inputs() for taint in nodes.taints],
            scaling_config=eks.NodeGroupScalingConfigArgs(
                min_size=nodes.min, desired_size=nodes.desired, max_size=nodes.max
            ),
            update_config=eks.NodeGroupUpdateConfigArgs(max_unavailable_percentage=33),
            launch_template=eks.NodeGroupLaunchTemplateArgs(id=template.id, version=template.latest_version.apply(str)),
            tags={"Name": self._label},
            opts=pulumi.ResourceOptions(
                parent=self,
                depends_on=[*role.ready, *args.after],
                ignore_changes=[f"scalingConfig.{each}" for each in nodes.moving],
            ),
        )
        self.arn, self.group, self.role_arn = group.arn, group.node_group_name, role.arn
        self.register_outputs({"arn": self.arn, "role_arn": self.role_arn})

    def _create_template(self) -> ec2.LaunchTemplate:
        nodes = self._args.nodes
        disk = ec2.LaunchTemplateBlockDeviceMappingEbsArgs(
            volume_size=nodes.disk_gb,
            volume_type="gp3",
            encrypted="true",
            kms_key_id=self._args.disk_key_arn,
            delete_on_termination="true",
        )
        tags = {**self._args.tags, "Name": self._label}
        return ec2.LaunchTemplate(
            self._name,
            block_device_mappings=[ec2.LaunchTemplateBlockDeviceMappingArgs(device_name=ROOT_DEVICE, ebs=disk)],
            metadata_options=ec2.LaunchTemplateMetadataOptionsArgs(
                http_endpoint="enabled", http_tokens="required", http_put_response_hop_limit=1
            ),
            placement=ec2.LaunchTemplatePlacementArgs(tenancy=nodes.tenancy),
            enclave_options=ec2.LaunchTemplateEnclaveOptionsArgs(enabled=True) if nodes.enclave else None,
            vpc_security_group_ids=self._args.security_group_ids,
            tag_specifications=[
                ec2.LaunchTemplateTagSpecificationArgs(resource_type=kind, tags=tags)
                for kind in ("instance", "volume", "network-interface")
            ],
            update_default_version=True,
            tags={"Name": self._label},
            opts=pulumi.ResourceOptions(parent=self),
        )
