"""Where a stack's own state is kept: in its own account and region, and so in its own partition (PLT-03).

Not part of the stack, which could not be deployed before it; the program in `bootstrap/` declares it.
"""

import pulumi

from components.aws.access_logs import log_bucket
from components.aws.bucket import Bucket, BucketArgs
from components.aws.keys import Keys, KeysArgs
from infra.config import StackConfig
from infra.stacks.provider import aws_provider

OLD_VERSIONS_DAYS = 90  # for as long as an earlier state can be gone back to


def deploy(stack: StackConfig) -> None:
    """Declare one bucket and one key for one stack, and export the commands that use them.

    Nobody else's state is in the bucket, so that whoever may change dev cannot read production's. The engine locks a
    state by a file beside it; an object lock would keep that file from going away. All of it is protected, whatever the
    stack: without its state nobody knows what is whose.
    """
    place = stack.place
    aws = pulumi.ResourceOptions(providers={"aws": aws_provider(stack)})
    keys = Keys(
        "keys",
        KeysArgs(
            prefix=stack.name,
            place=place,
            classes=["state"],
            deletion_window_days=30,
            protect=True,
        ),
        aws,
    )
    physical = f"{stack.name}-{stack.account}-state"
    args = BucketArgs(
        bucket=physical,
        place=place,
        key_arn=keys.arns["state"],
        old_versions_days=OLD_VERSIONS_DAYS,
        access_logs=log_bucket("state-logs", f"{physical}-logs", place, True, aws),
        protect=True,
    )
    bucket = Bucket("state", args, aws)
    pulumi.export("backend", bucket.name.apply(lambda name: f"s3://{name}?region={stack.region}"))
    pulumi.export("secrets_provider", f"awskms://alias/{stack.name}-state?region={stack.region}")
