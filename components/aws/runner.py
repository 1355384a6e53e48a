"""A way in to a private Kubernetes API: a small instance that Session Manager reaches and nobody else."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Network

import pulumi
from pulumi_aws import ec2, iam

from components.aws.firewall import HTTPS, Firewall, Rule, let_in
from components.aws.iam import Duty, Role
from components.aws.place import Place
from components.aws.policies import allow, document, trust_service

# EC2 itself resolves this at launch to the newest Amazon Linux 2023.
IMAGE = "resolve:ssm:/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64"


@dataclass(frozen=True, kw_only=True)
class RunnerArgs:
    """`cidr` is the VPC's: the instance speaks HTTPS to nothing else. `cluster_group_id` is the control plane's group,
    `tags` reach the disk."""

    cluster: str
    place: Place
    vpc_id: pulumi.Input[str]
    cidr: IPv4Network
    subnet_id: pulumi.Input[str]
    cluster_group_id: pulumi.Input[str]
    cluster_arn: pulumi.Input[str]
    disk_key_arn: pulumi.Input[str]
    tags: Mapping[str, str]
    instance_type: str = "t3.micro"
    after: Sequence[pulumi.Resource] = ()


class Runner(pulumi.ComponentResource):
    """An instance without address, key pair or open port, from which a tunnel leads to the API (EKS-02)."""

    instance_id: pulumi.Output[str]
    security_group_id: pulumi.Output[str]

    def __init__(self, name: str, args: RunnerArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("platform:aws:Runner", name, None, opts)
        self._name, self._args = name, args
        self._child = pulumi.ResourceOptions(parent=self)
        self._physical = f"{args.cluster}-runner"
        group = Firewall(name, self._physical, "Tunnel to the Kubernetes API", args.vpc_id, self)
        group.egress("https", Rule(description="The API and AWS endpoints", ports=HTTPS, cidr=args.cidr))
        let_in(
            f"{name}-api",
            args.cluster_group_id,
            Rule(description="Tunnel to the API", ports=HTTPS, group=group.id),
            self._child,
        )
        instance = self._create_instance(group)
        self.instance_id, self.security_group_id = instance.id, group.id
        self.register_outputs({"instance_id": self.instance_id})

    def _create_instance(self, group: Firewall) -> ec2.Instance:
        args = self._args
        role = self._create_role()
        profile = iam.InstanceProfile(self._name, role=role.name, tags={"Name": self._physical}, opts=self._child)
        template = ec2.LaunchTemplate(
            self._name,
            image_id=IMAGE,
            instance_type=args.instance_type,
            block_device_mappings=[
                ec2.LaunchTemplateBlockDeviceMappingArgs(
                    device_name="/dev/xvda",
                    ebs=ec2.LaunchTemplateBlockDeviceMappingEbsArgs(
                        volume_size=8,
                        volume_type="gp3",
                        encrypted="true",
                        kms_key_id=args.disk_key_arn,
                        delete_on_termination="true",
                    ),
                )
            ],
            metadata_options=ec2.LaunchTemplateMetadataOptionsArgs(
                http_endpoint="enabled", http_tokens="required", http_put_response_hop_limit=1
            ),
            tag_specifications=[
                ec2.LaunchTemplateTagSpecificationArgs(
                    resource_type="volume", tags={**args.tags, "Name": self._physical}
                )
            ],
            update_default_version=True,
            tags={"Name": self._physical},
            opts=self._child,
        )
        return ec2.Instance(
            self._name,
            launch_template=ec2.InstanceLaunchTemplateArgs(id=template.id, version=template.latest_version.apply(str)),
            subnet_id=args.subnet_id,
            vpc_security_group_ids=[group.id],
            iam_instance_profile=profile.name,
            tags={"Name": self._physical},
            opts=pulumi.ResourceOptions(parent=self, depends_on=[*role.ready, *args.after]),
        )

    def _create_role(self) -> Role:
        duty = Duty(
            description=f"Tunnel to {self._args.cluster}",
            trust=trust_service("ec2"),
            managed=[self._args.place.managed_policy("AmazonSSMManagedInstanceCore")],
            policy=pulumi.Output.from_input(self._args.cluster_arn).apply(
                lambda arn: document(allow(["eks:DescribeCluster"], arn))
            ),
        )
        return Role(self._name, duty, self)
