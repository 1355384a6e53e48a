"""What a failover's pods are told: the Failover object, the same in both clusters, and the wiring, as JSON (BDR-10)."""

from collections.abc import Mapping
from typing import Any

from components.apps.failover import NAMESPACE
from components.apps.names import FAILOVER, SERVICE
from components.aws.database import identifier
from infra.config import RegionStack
from infra.config.pair import Pair
from services.failover import spec

KIND = {"apiVersion": "dr.company.com/v1", "kind": "Failover"}


def resource(pair: Pair) -> dict[str, Any]:
    """The Failover object."""
    order = pair.failover
    primary, secondary = (
        {"cluster": site.cluster, "namespace": pair.namespace} for site in (order.primary, order.secondary)
    )
    return {
        **KIND,
        "metadata": {"name": FAILOVER, "namespace": NAMESPACE},
        "spec": order.spec(primary, secondary),
    }


def wiring(stack: RegionStack, pair: Pair, groups: Mapping[str, str]) -> str:
    """What a pod finds by name; `groups` has the physical names of the node groups to scale. Checked as the pod would.

    ValueError if the pod would refuse it.
    """
    order, there = pair.failover, pair.secondary
    primary, secondary = databases(pair)
    secrets = order.notifications.secrets
    told = spec.Wiring(
        primary_region=pair.primary_region,
        recovery_region=pair.recovery_region,
        public_host=order.host,
        recovery_endpoint=f"https://{order.regional(pair.recovery_region)}{order.detection.path}",
        table=stack.failover_name,
        global_cluster=global_database(pair),
        primary_database=primary,
        recovery_database=secondary,
        cluster=order.secondary.cluster,
        node_groups={physical: _nodes(stack, group) for group, physical in groups.items()},
        workloads={SERVICE: _replicas(stack)},
        metrics_url=order.detection.error_rate.prometheus if order.detection.error_rate else None,
        topic=there.arn("sns", stack.failover_name),
        slack_secret=secrets.get("slack"),
        pagerduty_secret=secrets.get("pagerduty"),
        rto=pair.rto_seconds,
        fence_seconds=order.fence_seconds,
        step_budget=max(order.promotion_seconds, order.scale_up_seconds),
    )
    spec.check(spec.Failover.model_validate(resource(pair)), told)
    return told.model_dump_json(by_alias=True)


def global_database(pair: Pair) -> str:
    """The name of the database that spans both regions (C-03)."""
    return f"{pair.application}-global"


def databases(pair: Pair) -> tuple[str, str]:
    """The ARNs of its members: the primary region's and the recovery region's."""
    primary = identifier(pair.prefix(pair.failover.primary))
    secondary = identifier(pair.prefix(pair.failover.secondary))
    return pair.primary.arn("rds", f"cluster:{primary}"), pair.secondary.arn("rds", f"cluster:{secondary}")


def scaled(stack: RegionStack) -> list[str]:
    """The node groups that a failover makes larger."""
    return [name for name, group in stack.cluster.node_groups.items() if group.full]


def _nodes(stack: RegionStack, group: str) -> spec.Size:
    order = stack.cluster.node_groups[group]
    return spec.Size(warm=order.min, full=order.full or max(order.min, 1))


def _replicas(stack: RegionStack) -> spec.Size:
    """A guard asks for no sizes: it stops all there is, and lets as many go on as there were."""
    payment = stack.apps.payment
    if payment is None or payment.standby is None:
        return spec.Size(warm=0, full=1)
    return spec.Size(warm=payment.standby.warm, full=payment.standby.full)
