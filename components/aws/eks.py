"""The EKS control plane of a region."""

from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import IPv4Network

import pulumi
from pulumi_aws import cloudwatch, eks, iam

from components.aws.iam import Duty, Role
from components.aws.outputs import required
from components.aws.partitions import service_principal
from components.aws.place import Place
from components.aws.policies import allow, document, trust_service

EVERY_LOG = ["api", "audit", "authenticator", "controllerManager", "scheduler"]


@dataclass(frozen=True, kw_only=True)
class ClusterArgs:
    """`cluster` is the physical name; `public_cidrs` may reach the API from the internet, nobody if empty (EKS-02)."""

    cluster: str
    place: Place
    version: str
    subnet_ids: Sequence[pulumi.Input[str]]
    security_group_ids: Sequence[pulumi.Input[str]]
    secrets_key_arn: pulumi.Input[str]
    log_key_arn: pulumi.Input[str]
    log_retention_days: int
    service_cidr: IPv4Network
    public_cidrs: Sequence[IPv4Network] = ()
    pod_interfaces: bool = False
    """Whether EKS gives pods interfaces of their own, with security groups of their own."""
    deletion_protection: bool = False
    after: Sequence[pulumi.Resource] = ()


class Cluster(pulumi.ComponentResource):
    """A control plane with encrypted secrets, complete logs, and access by named entries only."""

    name: pulumi.Output[str]
    arn: pulumi.Output[str]
    endpoint: pulumi.Output[str]
    certificate_authority: pulumi.Output[str]
    issuer: pulumi.Output[str]
    oidc_provider_arn: pulumi.Output[str]
    version: pulumi.Output[str]

    def __init__(self, name: str, args: ClusterArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("platform:aws:Cluster", name, None, opts)
        self._name, self._args = name, args
        self._child = pulumi.ResourceOptions(parent=self)
        role = self._create_role()
        cluster = self._create_cluster(role, self._create_log_group())
        self.issuer = required(cluster.identities[0].oidcs[0].issuer, f"the OIDC issuer of {args.cluster}")
        provider = iam.OpenIdConnectProvider(
            name,
            url=self.issuer,
            client_id_lists=[service_principal("sts")],
            tags={"Name": args.cluster},
            opts=self._child,
        )
        self.name, self.arn, self.endpoint, self.version = cluster.name, cluster.arn, cluster.endpoint, cluster.version
        self.certificate_authority = required(
            cluster.certificate_authority.data, f"the certificate authority of {args.cluster}"
        )
        self.oidc_provider_arn = provider.arn
        self.register_outputs({"name": self.name, "arn": self.arn, "endpoint": self.endpoint})

    def _create_log_group(self) -> cloudwatch.LogGroup:
        """Created before EKS would create it, unencrypted and without retention."""
        return cloudwatch.LogGroup(
            self._name,
            name=f"/aws/eks/{self._args.cluster}/cluster",
            retention_in_days=self._args.log_retention_days,
            kms_key_id=self._args.log_key_arn,
            tags={"Name": self._args.cluster},
            opts=self._child,
        )

    def _create_role(self) -> Role:
        interfaces = ["AmazonEKSVPCResourceController"] if self._args.pod_interfaces else []
        duty = Duty(
            description=f"Control plane of {self._args.cluster}",
            trust=trust_service("eks"),
            managed=[self._args.place.managed_policy(policy) for policy in ("AmazonEKSClusterPolicy", *interfaces)],
            policy=pulumi.Output.from_input(self._args.secrets_key_arn).apply(envelope_policy),
        )
        return Role(self._name, duty, self)

    def _create_cluster(self, role: Role, logs: cloudwatch.LogGroup) -> eks.Cluster:
        args = self._args
        return eks.Cluster(
            self._name,
            name=args.cluster,
            version=args.version,
            role_arn=role.arn,
            vpc_config=eks.ClusterVpcConfigArgs(
                subnet_ids=args.subnet_ids,
                security_group_ids=args.security_group_ids,
                endpoint_private_access=True,
                endpoint_public_access=bool(args.public_cidrs),
                public_access_cidrs=[str(cidr) for cidr in args.public_cidrs] or None,
            ),
            encryption_config=eks.ClusterEncryptionConfigArgs(
                provider=eks.ClusterEncryptionConfigProviderArgs(key_arn=args.secrets_key_arn), resources=["secrets"]
            ),
            enabled_cluster_log_types=EVERY_LOG,
            access_config=eks.ClusterAccessConfigArgs(
                authentication_mode="API", bootstrap_cluster_creator_admin_permissions=False
            ),
            kubernetes_network_config=eks.ClusterKubernetesNetworkConfigArgs(service_ipv4_cidr=str(args.service_cidr)),
            bootstrap_self_managed_addons=False,
            deletion_protection=args.deletion_protection,
            # Past its standard support a version is replaced, and not silently kept at several times the price (C-16).
            upgrade_policy=eks.ClusterUpgradePolicyArgs(support_type="STANDARD"),
            tags={"Name": args.cluster},
            opts=pulumi.ResourceOptions(parent=self, depends_on=[logs, *role.ready, *args.after]),
        )


def envelope_policy(key_arn: str) -> str:
    """What the control plane does with the key of its secrets (KMS-02)."""
    return document(allow(["kms:Encrypt", "kms:Decrypt", "kms:DescribeKey", "kms:CreateGrant"], key_arn))
