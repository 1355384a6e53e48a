"""What a drill is ordered to do: the policy of a stack, with its times shortened, and the documents made of it."""

from pathlib import Path
from typing import Any

from assurance.recovery import bounds
from assurance.recovery.sums import Sum
from infra.config import RegionStack, read
from infra.config.failover import (
    DetectionConfig,
    FailoverConfig,
    NotificationsConfig,
    PagerdutyConfig,
    SiteConfig,
    SwitchConfig,
)
from infra.config.recovery import BackupConfig, RecoveryConfig, StoreConfig, TargetConfig
from sandbox.drill.cloud import FAILOVER, GLOBAL, NAME, PRIMARY, RECOVERY, TABLE, arn
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


def policy(delay: int) -> FailoverConfig:
    """Seconds in place of minutes, everything else as the payment stack has it."""
    return FailoverConfig(
        host=NAME,
        primary=SiteConfig(environment="drill", cluster=f"drill-{PRIMARY}"),
        secondary=SiteConfig(environment="drill", cluster=f"drill-{RECOVERY}"),
        detection=DetectionConfig(host=f"api.{PRIMARY}.drill.test", interval_seconds=1, timeout_seconds=1),
        delay_seconds=delay,
        lag_sample_seconds=1,
        fence_seconds=4,
        promotion_seconds=30,
        scale_up_seconds=1,
        dns=SwitchConfig(ttl_seconds=2, poll_seconds=1),
        notifications=NotificationsConfig(pagerduty=PagerdutyConfig(service="drill", secret="drill")),  # noqa: S106 a name
    )


def recovery(order: FailoverConfig) -> RecoveryConfig:
    """A database that follows asynchronously, bound by what payment was promised."""
    store = StoreConfig(replication="asynchronous", backups={"daily": BackupConfig(schedule="0 2 * * *")})
    return RecoveryConfig(peer=RECOVERY, targets={"payment": TargetConfig()}, failover=order, data={"database": store})


def parts(total: Sum) -> dict[str, int]:
    """Part of an interruption -> the seconds that it may take at most."""
    found = dict.fromkeys(STEPS.values(), 0)
    for term in total.terms:
        section, setting = (term.setting or ("failover", "delay_seconds"))[:2]
        part = STEPS.get(setting, "promotion") if section == "failover" else "promotion"
        found["delay" if term.what == NEXT_CHECK else part] += term.seconds
    return found


def of_stack(path: Path = PROJECT / "Pulumi.prod.yaml") -> dict[str, int] | None:
    """The same bounds of a stack file; None if it promises no recovery of a database in another region."""
    stack = read(path)
    ordered = stack.recovery if isinstance(stack, RegionStack) else None
    if ordered is None or ordered.failover is None or "database" not in ordered.data:
        return None
    return parts(bounds.downtime(ordered, "database"))


def resource(order: FailoverConfig, endpoint: str) -> dict[str, Any]:
    """The `Failover` resource, with the address at which the primary region's host is found here."""
    sides = ({"cluster": f"drill-{region}", "namespace": "drill"} for region in (PRIMARY, RECOVERY))
    spec = order.spec(*sides)
    spec["healthChecks"][0]["endpoint"] = endpoint
    kind = {"apiVersion": "dr.company.com/v1", "kind": "Failover", "metadata": {"name": FAILOVER}}
    return {**kind, "spec": {**spec, "notifications": {}}}  # the topic is told, nobody is woken


def wiring(order: FailoverConfig, endpoint: str, topic: str) -> dict[str, Any]:
    """What the recovery stack would hand over."""
    return {
        "primaryRegion": PRIMARY,
        "recoveryRegion": RECOVERY,
        "publicHost": order.host,
        "recoveryEndpoint": endpoint,
        "table": TABLE,
        "globalCluster": GLOBAL,
        "primaryDatabase": arn(PRIMARY),
        "recoveryDatabase": arn(RECOVERY),
        "topic": topic,
        "fenceSeconds": order.fence_seconds / 2,  # the rest is for the step itself
        "rto": bounds.downtime(recovery(order), "database").seconds,
    }
