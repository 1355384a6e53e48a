"""The add-ons that EKS itself installs and keeps."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pulumi
from pulumi_aws import eks

from components.aws.policies import allow, document
from components.aws.service_account import ClusterIdentity, ServiceAccountRole, ServiceAccountRoleArgs

NAMESPACE = "kube-system"


@dataclass(frozen=True, kw_only=True)
class AddonArgs:
    """One add-on by its EKS name; with a service account it gets a role of its own."""

    addon: str
    identity: ClusterIdentity
    service_account: str | None = None
    managed: Sequence[str] = ()
    policy: pulumi.Input[str] | None = None
    configuration: Mapping[str, Any] = field(default_factory=dict)
    after: Sequence[pulumi.Resource] = ()


class Addon(pulumi.ComponentResource):
    """An add-on that is as declared: what somebody changed inside the cluster is overwritten."""

    def __init__(self, name: str, args: AddonArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("platform:aws:Addon", name, None, opts)
        self._args = args
        role = self._create_role(name, args.service_account) if args.service_account else None
        irsa = args.identity.kind == "irsa"
        eks.Addon(
            name,
            cluster_name=args.identity.cluster_name,
            addon_name=args.addon,
            configuration_values=json.dumps(args.configuration) if args.configuration else None,
            service_account_role_arn=role.arn if role and irsa else None,
            pod_identity_associations=[
                eks.AddonPodIdentityAssociationArgs(role_arn=role.arn, service_account=args.service_account)
            ]
            if role and args.service_account and not irsa
            else None,
            resolve_conflicts_on_create="OVERWRITE",
            resolve_conflicts_on_update="OVERWRITE",
            tags={"Name": args.addon},
            opts=pulumi.ResourceOptions(parent=self, depends_on=[*(role.ready if role else ()), *args.after]),
        )
        self.register_outputs({})

    def _create_role(self, name: str, service_account: str) -> ServiceAccountRole:
        args = self._args
        account = ServiceAccountRoleArgs(
            identity=args.identity,
            namespace=NAMESPACE,
            service_account=service_account,
            description=f"Add-on {args.addon}",
            managed=[args.identity.place.managed_policy(policy) for policy in args.managed],
            policy=args.policy,
            associate=False,
        )
        return ServiceAccountRole(name, account, pulumi.ResourceOptions(parent=self))


def volume_key_policy(key_arn: str) -> str:
    """What the volume controller does with the key of its disks; grants only to EC2, for the disk at hand."""
    use = ["kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:DescribeKey"]
    for_disks = {"Bool": {"kms:GrantIsForAWSResource": "true"}}
    return document(
        allow(use, key_arn), allow(["kms:CreateGrant", "kms:ListGrants", "kms:RevokeGrant"], key_arn, for_disks)
    )
