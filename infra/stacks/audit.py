"""The audit trail and the buckets of evidence, as ordered."""

import pulumi

from components.aws.audit import Audit, AuditArgs
from infra.config import RegionStack
from infra.stacks.foundation import Foundation


def audit(stack: RegionStack, base: Foundation, aws: pulumi.ResourceOptions) -> None:
    """Declare them; a region that orders none has none."""
    order = stack.audit
    if order is None:
        return
    args = AuditArgs(
        prefix=stack.name,
        place=base.place,
        key_arn=base.keys.arns["audit"],
        mode=order.mode,
        retention_days=order.retention_days,
        global_events=order.global_events,
        protect=stack.production,
    )
    Audit("audit", args, aws)
