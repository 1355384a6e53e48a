"""IAM roles that pods assume through their Kubernetes service account, one role for one account (IAM-01, C-36)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import pulumi
from pulumi_aws import eks

from components.aws.iam import Duty, Role
from components.aws.place import Place
from components.aws.policies import trust_pod_identity, trust_service_account

Identity = Literal["irsa", "pod_identity"]


@dataclass(frozen=True, kw_only=True)
class ClusterIdentity:
    """How pods of one cluster prove who they are."""

    place: Place
    kind: Identity
    cluster_name: pulumi.Input[str]
    cluster_arn: pulumi.Input[str]
    issuer: pulumi.Input[str]
    provider_arn: pulumi.Input[str]

    def trust(self, namespace: str, service_account: str) -> pulumi.Output[str]:
        """The trust policy for one service account of the cluster."""

        def document(known: Mapping[str, Any]) -> str:
            if self.kind == "pod_identity":
                return trust_pod_identity(self.place.account, known["cluster"])
            return trust_service_account(known["provider"], known["issuer"], namespace, service_account)

        return pulumi.Output.all(cluster=self.cluster_arn, provider=self.provider_arn, issuer=self.issuer).apply(
            document
        )


@dataclass(frozen=True, kw_only=True)
class ServiceAccountRoleArgs:
    """One service account, and what its pods may do."""

    identity: ClusterIdentity
    namespace: str
    service_account: str
    description: str
    managed: Sequence[str] = ()
    policy: pulumi.Input[str] | None = None
    associate: bool = True  # False where the add-on makes the Pod Identity association itself


class ServiceAccountRole(pulumi.ComponentResource):
    """A role that only the pods of one service account in one namespace of one cluster can assume."""

    arn: pulumi.Output[str]

    def __init__(self, name: str, args: ServiceAccountRoleArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("platform:aws:ServiceAccountRole", name, None, opts)
        duty = Duty(
            description=args.description,
            trust=args.identity.trust(args.namespace, args.service_account),
            managed=args.managed,
            policy=args.policy,
        )
        role = Role(name, duty, self)
        self.arn, self.ready = role.arn, role.ready
        if args.identity.kind == "pod_identity" and args.associate:
            eks.PodIdentityAssociation(
                name,
                cluster_name=args.identity.cluster_name,
                namespace=args.namespace,
                service_account=args.service_account,
                role_arn=role.arn,
                tags={"Name": name},
                opts=pulumi.ResourceOptions(parent=self, depends_on=role.ready),
            )
        self.register_outputs({"arn": self.arn})
