"""A bucket that learns of every request to the buckets beside it."""

import pulumi

from components.aws.bucket import Bucket, BucketArgs
from components.aws.partitions import service_principal
from components.aws.place import Place
from components.aws.policies import allow_principal

DAYS = 365


def log_bucket(name: str, physical: str, place: Place, protect: bool, opts: pulumi.ResourceOptions) -> Bucket:
    """Who asked for which object; sealed by S3 itself and without a lock, for S3 delivers to no other kind."""
    deliver = allow_principal(
        "Deliver access logs",
        {"Service": service_principal("logging.s3")},
        ["s3:PutObject"],
        {"StringEquals": {"aws:SourceAccount": place.account}},
    )
    args = BucketArgs(
        bucket=physical,
        place=place,
        expire_days=DAYS,
        statements=[{**deliver, "Resource": f"{place.arn('s3', physical)}/*"}],
        protect=protect,
    )
    return Bucket(name, args, opts)
