"""What holds data, in a program that a test may edit: two keys, images and logs, protected as in production."""

import pulumi
import pulumi_aws as aws

tags = dict.fromkeys(("Environment", "Application", "ManagedBy", "Compliance", "CostCenter"), "slice")
provider = aws.Provider(
    "aws",
    region="us-east-1",
    allowed_account_ids=["000000000199"],
    default_tags=aws.ProviderDefaultTagsArgs(tags=tags),
)
opts = pulumi.ResourceOptions(provider=provider)
kept = pulumi.ResourceOptions(provider=provider, protect=True)

data = aws.kms.Key("data", deletion_window_in_days=30, enable_key_rotation=True, multi_region=False, opts=kept)
spare = aws.kms.Key("spare", deletion_window_in_days=30, enable_key_rotation=True, multi_region=False, opts=kept)
encryption = aws.ecr.RepositoryEncryptionConfigurationArgs(encryption_type="KMS", kms_key=data.arn)
aws.ecr.Repository("images", name="images", encryption_configurations=[encryption], opts=kept)
aws.cloudwatch.LogGroup("logs", name="logs", retention_in_days=365, kms_key_id=data.arn, opts=opts)
