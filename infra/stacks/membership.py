"""The place of a region's database in its pair, by a name that both sides derive (C-03)."""

from components.aws.membership import Membership
from infra.config import RegionStack
from infra.config.failover import LAG_SECONDS


def membership(stack: RegionStack) -> Membership | None:
    """Writer or reader of the pair's global database; None outside a pair."""
    if stack.recovery is None or stack.recovery.peer is None:
        return None
    role, failover = "reader" if stack.stands_by else "writer", stack.recovery.failover
    lag = failover.lag_threshold_seconds if failover else LAG_SECONDS
    return Membership(role=role, name=f"{stack.application}-global", max_lag_seconds=lag)
