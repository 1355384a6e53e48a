"""Roles that AWS services have once in an account."""

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
from pulumi_aws import iam

from components.aws.partitions import service_principal


@dataclass(frozen=True, kw_only=True)
class AccountRolesArgs:
    """`services` by the first part of their principals, such as autoscaling."""

    services: Sequence[str] = ("autoscaling",)


class AccountRoles(pulumi.ComponentResource):
    """Key policies can name a service's own role before the service is first used: KMS refuses who does not exist."""

    ready: list[pulumi.Resource]

    def __init__(self, name: str, args: AccountRolesArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("platform:aws:AccountRoles", name, None, opts)
        self.ready = [
            iam.ServiceLinkedRole(
                f"{name}-{service}",
                aws_service_name=service_principal(service),
                tags={"Name": service},
                opts=pulumi.ResourceOptions(parent=self),
            )
            for service in args.services
        ]
        self.register_outputs({})
