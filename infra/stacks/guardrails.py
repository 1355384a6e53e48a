"""What watches over the account, with a bucket for the history of its resources."""

import pulumi

from components.aws.alerts import Alerts
from components.aws.bucket import Bucket, BucketArgs
from components.aws.guardrails import Guardrails, GuardrailsArgs
from components.aws.keys import Keys
from infra.config.base import Stack


def guardrails(stack: Stack, keys: Keys, told: Alerts | None, aws: pulumi.ResourceOptions) -> Guardrails | None:
    """Declare the guard rails; a stack that orders none has none, and who orders them names who is told.

    Disks that nobody thought of are sealed with the key for disks, or with AWS's own where the stack has no disks.
    """
    order = stack.guardrails
    if order is None or told is None:
        return None
    history = Bucket(
        "config-history",
        BucketArgs(
            bucket=f"{stack.name}-{stack.account}-config",
            place=stack.place,
            key_arn=keys.arns["logs"],
            expire_days=order.history_days,
            protect=stack.production,
        ),
        aws,
    )
    args = GuardrailsArgs(
        prefix=stack.name,
        place=stack.place,
        frameworks=stack.compliance,
        log_bucket=history.name,
        key_arn=keys.arns["logs"],
        disk_key_arn=keys.arns.get("ebs"),
        alerts=told,
        waived=order.waived,
        whole_account=order.whole_account,
        after=history.ready,
    )
    return Guardrails("guardrails", args, aws)
