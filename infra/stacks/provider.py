"""The AWS provider of a region: one account, the tags that everything carries."""

from collections.abc import Sequence

import pulumi_aws

from components.aws.partitions import arn
from components.aws.zone import records_role
from infra.config import StackConfig


def aws_provider(stack: StackConfig, region: str | None = None) -> pulumi_aws.Provider:
    """The provider of the stack's own region, or of another; it refuses to act in any account but the stack's."""
    region = region or stack.region
    return _provider(f"aws-{region}", stack, region, account=stack.account)


def zone_provider(stack: StackConfig, zone: str, account: str) -> pulumi_aws.Provider:
    """The provider that writes this stack's names in a zone, by the role that the zone's account gives it."""
    role = arn("iam", stack.region, account, f"role/{records_role(zone, stack.account)}")
    taken = pulumi_aws.ProviderAssumeRoleArgs(role_arn=role, session_name=stack.name)
    return _provider(f"zone-{zone}", stack, stack.region, account=account, roles=[taken])


def _provider(
    name: str,
    stack: StackConfig,
    region: str,
    *,
    account: str,
    roles: Sequence[pulumi_aws.ProviderAssumeRoleArgs] = (),
) -> pulumi_aws.Provider:
    """What it makes carries the stack's tags; in another account it makes nothing."""
    return pulumi_aws.Provider(
        name,
        region=region,
        allowed_account_ids=[account],
        assume_roles=list(roles) or None,
        default_tags=pulumi_aws.ProviderDefaultTagsArgs(tags=stack.tags),
    )
