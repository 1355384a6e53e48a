"""What a drill is ordered to do: a policy and its documents with their waiting shortened, and the bounds of it."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from assurance.recovery import bounds
from assurance.recovery.sums import Sum
from infra.config import RegionStack, read
from infra.config.failover import FailoverConfig, SwitchConfig
from infra.config.recovery import RecoveryConfig
from sandbox.home import PROJECT

STEPS = {
    "detection": "detection",
    "delay_seconds": "delay",
    "fence_seconds": "fence",
    "promotion_seconds": "promotion",
    "scale_up_seconds": "scale-up",
    "dns": "switch and TTL",
}
"""Setting of the failover section -> the part of an interruption that it bounds."""


NEXT_CHECK = "the next check after the delay"


def shortened(order: FailoverConfig, delay: int) -> FailoverConfig:
    """Seconds in place of minutes where something is waited for; what bounds a step stays as it is."""
    seldom = {"interval_seconds": 1, "timeout_seconds": 1}
    return order.model_copy(
        update={
            "detection": order.detection.model_copy(update=seldom),
            "delay_seconds": delay,
            "lag_sample_seconds": 1,
            "fence_seconds": 4,
            "dns": SwitchConfig(ttl_seconds=2, poll_seconds=1),
        }
    )


def resource(found: Mapping[str, Any], order: FailoverConfig) -> dict[str, Any]:
    """A copy of a `Failover` with the order's times for its own."""
    spec, seen = found["spec"], order.detection
    often = {"interval": f"{seen.interval_seconds}s", "timeout": f"{seen.timeout_seconds}s"}
    checks = [{**check, **often} if check["type"] == "http" else dict(check) for check in spec["healthChecks"]]
    policy = {**spec["failoverPolicy"], "delay": f"{order.delay_seconds}s"}
    return {
        **{key: found[key] for key in ("apiVersion", "kind")},
        "metadata": {key: found["metadata"][key] for key in ("name", "namespace")},
        "spec": {**spec, "healthChecks": checks, "failoverPolicy": policy},
    }


def wiring(found: Mapping[str, Any], promise: RecoveryConfig, order: FailoverConfig) -> dict[str, Any]:
    """A copy of the wiring to go with it."""
    half = order.fence_seconds / 2  # the rest is for the step itself
    return {**found, "fenceSeconds": half, "rto": bounds.downtime(promise, "database").seconds}


def parts(total: Sum) -> dict[str, int]:
    """Part of an interruption -> the seconds that it may take at most."""
    found = dict.fromkeys(STEPS.values(), 0)
    for term in total.terms:
        section, setting = (term.setting or ("failover", "delay_seconds"))[:2]
        part = STEPS.get(setting, "promotion") if section == "failover" else "promotion"
        found["delay" if term.what == NEXT_CHECK else part] += term.seconds
    return found


def lost(promise: RecoveryConfig) -> int:
    """The oldest write that may be lost, in seconds."""
    return (bounds.loss(promise, "database") or bounds.downtime(promise, "database")).seconds


def of_stack(path: Path = PROJECT / "Pulumi.prod.yaml") -> tuple[dict[str, int], int] | None:
    """The same bounds of a stack file; None if it promises no recovery of a database in another region."""
    stack = read(path)
    ordered = stack.recovery if isinstance(stack, RegionStack) else None
    if ordered is None or ordered.failover is None or "database" not in ordered.data:
        return None
    return parts(bounds.downtime(ordered, "database")), lost(ordered)
