"""What Velero may do: write its bucket, and take snapshots of volumes and restore them (BDR-04)."""

from components.aws.policies import allow, document

OBJECTS = ["s3:GetObject", "s3:DeleteObject", "s3:PutObject", "s3:AbortMultipartUpload", "s3:ListMultipartUploadParts"]
SNAPSHOTS = ["ec2:CreateTags", "ec2:CreateVolume", "ec2:CreateSnapshot", "ec2:DeleteSnapshot"]


def velero_policy(bucket_arn: str, key_arn: str, region: str) -> str:
    """Snapshots of one region; deletion is for those that Velero made."""
    here = {"StringEquals": {"aws:RequestedRegion": region}}
    own = {"StringLike": {"aws:ResourceTag/velero.io/backup": "*"}, **here}
    return document(
        allow(OBJECTS, f"{bucket_arn}/*"),
        allow(["s3:ListBucket"], bucket_arn),
        allow(["kms:Decrypt", "kms:GenerateDataKey"], key_arn),
        allow(["ec2:DescribeVolumes", "ec2:DescribeSnapshots"], "*"),
        allow([each for each in SNAPSHOTS if each != "ec2:DeleteSnapshot"], "*", here),
        allow(["ec2:DeleteSnapshot"], "*", own),
    )
