"""What watches over the account, with a bucket for the history of its resources."""

import pulumi

from components.aws.bucket import Bucket, BucketArgs
from components.aws.guardrails import Guardrails, GuardrailsArgs
from infra.config import RegionStack
from infra.stacks.foundation import Foundation


def guardrails(stack: RegionStack, base: Foundation, aws: pulumi.ResourceOptions) -> Guardrails | None:
    """Declare the guard rails; a stack that orders none has none."""
    order = stack.guardrails
    if order is None:
        return None
    history = Bucket(
        "config-history",
        BucketArgs(
            bucket=f"{stack.name}-{stack.account}-config",
            place=base.place,
            key_arn=base.keys.arns["logs"],
            expire_days=order.history_days,
            protect=stack.production,
        ),
        aws,
    )
    args = GuardrailsArgs(
        prefix=stack.name,
        place=base.place,
        frameworks=stack.compliance,
        log_bucket=history.name,
        key_arn=base.keys.arns["logs"],
        disk_key_arn=base.keys.arns["ebs"],
        waived=order.waived,
        whole_account=order.whole_account,
        after=history.ready,
    )
    return Guardrails("guardrails", args, aws)
