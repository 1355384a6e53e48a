"""The AWS provider of a region: one account, the tags that everything carries."""

import pulumi_aws

from components.aws.partitions import arn
from components.aws.zone import records_role
from infra.config import StackConfig


def aws_provider(stack: StackConfig, region: str | None = None) -> pulumi_aws.Provider:
    """The provider of the stack's own region, or of another; it refuses to act in any account but the stack's."""
    region = region or stack.region
    return pulumi_aws.Provider(
        f"aws-{region}",
        region=region,
        allowed_account_ids=[stack.account],
        default_tags=pulumi_aws.ProviderDefaultTagsArgs(tags=stack.tags),
    )


def zone_provider(stack: StackConfig, zone: str, account: str) -> pulumi_aws.Provider:
    """The provider that writes this stack's names in a zone, by the role that the zone's account gives it."""
    role = arn("iam", stack.region, account, f"role/{records_role(zone, stack.account)}")
    return pulumi_aws.Provider(
        f"zone-{zone}",
        region=stack.region,
        allowed_account_ids=[account],
        assume_roles=[pulumi_aws.ProviderAssumeRoleArgs(role_arn=role, session_name=stack.name)],
        default_tags=pulumi_aws.ProviderDefaultTagsArgs(tags=stack.tags),
    )
