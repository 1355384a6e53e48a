"""The audit trail and the evidence, as ordered, and the copy of it in the peer."""

import pulumi

from components.aws.alerts import Alerts
from components.aws.audit import Audit, AuditArgs
from components.aws.evidence import Evidence, EvidenceArgs
from components.aws.keys import Keys
from components.aws.replication import CONTROLLED_SECONDS, End, Replication, ReplicationArgs
from infra.config import RegionStack
from infra.config.audit import AuditConfig
from infra.config.base import Stack
from infra.stacks.peer import Peer


def audit(stack: Stack, keys: Keys, told: Alerts | None, aws: pulumi.ResourceOptions) -> Audit | None:
    """Declare them; a stack that orders none has none, and who orders one names who is told."""
    order = stack.audit
    if order is None or told is None:
        return None
    return Audit("audit", audit_args(stack, order, keys, told), aws)


def copies(
    stack: RegionStack,
    kept: Audit | None,
    keys: Keys,
    told: Alerts | None,
    away: Peer | None,
    aws: pulumi.ResourceOptions,
) -> None:
    """Declare the copy of the evidence, where recovery counts on one."""
    order, evidence = stack.audit, stack.recovery.data.get("evidence") if stack.recovery else None
    if order is None or kept is None or told is None or away is None or away.alerts is None:
        return
    if evidence is None or evidence.replication != "asynchronous":
        return
    copied = Evidence("audit-recovery", copy_args(stack, order, away), away.aws).buckets
    for what, bucket in kept.buckets.items():
        source = End(bucket=bucket, place=stack.place, key_arn=keys.arns["audit"], topic_arn=told.topic_arn)
        copy = End(
            bucket=copied[what], place=away.place, key_arn=away.keys.arns["audit"], topic_arn=away.alerts.topic_arn
        )
        lag = evidence.max_lag_seconds or CONTROLLED_SECONDS
        args = ReplicationArgs(prefix=stack.name, source=source, destination=copy, max_lag_seconds=lag)
        Replication(f"audit-{what}-replication", args, aws)


def audit_args(stack: Stack, order: AuditConfig, keys: Keys, told: Alerts) -> AuditArgs:
    """The trail as ordered."""
    return AuditArgs(
        prefix=stack.name,
        place=stack.place,
        key_arn=keys.arns["audit"],
        log_key_arn=keys.arns["logs"],
        mode=order.mode,
        retention_days=order.retention_days,
        alerts=told,
        silent_minutes=order.silent_minutes,
        log_days=order.log_days,
        recent_gb=order.recent_gb,
        global_events=order.global_events,
        protect=stack.production,
    )


def copy_args(stack: RegionStack, order: AuditConfig, away: Peer) -> EvidenceArgs:
    """The same classes in the peer, under a key of its own there and locked for as long (AUD-04)."""
    return EvidenceArgs(
        prefix=stack.name,
        place=away.place,
        key_arn=away.keys.arns["audit"],
        mode=order.mode,
        retention_days=order.retention_days,
        suffix="-recovery",
        alerts=away.alerts,
        recent_gb=order.recent_gb,
        protect=stack.production,
    )
