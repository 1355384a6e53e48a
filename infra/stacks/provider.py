"""The AWS provider of a region: one account, the tags that everything carries."""

import pulumi_aws

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
