"""The failover of a pair of regions: what its controller keeps, and what it may do (S-04, C-32)."""

from collections.abc import Mapping, Sequence

import pulumi

from components.apps.failover import Failover, FailoverArgs
from components.apps.names import FAILOVER, SERVICE
from components.aws.failover_policies import Reach, controller_policy, guard_policy
from components.aws.failover_switch import FailoverSwitch, FailoverSwitchArgs, Metric
from infra.config import RegionStack
from infra.config.pair import Pair
from infra.stacks.cluster import RegionCluster
from infra.stacks.failover_documents import databases, global_database, resource, scaled, wiring
from infra.stacks.foundation import Foundation
from infra.stacks.ways_out import worn
from services.failover.crd import definition
from services.failover.switch import DIMENSION, KEYS, METRIC
from services.failover.switch import NAMESPACE as METRICS


def switch(stack: RegionStack, base: Foundation, aws: pulumi.ResourceOptions) -> FailoverSwitch | None:
    """Declare what the controller keeps, where it keeps it: in the region that stands by."""
    pair = stack.pair
    if pair is None or not pair.waits:
        return None
    told = pair.failover.notifications
    args = FailoverSwitchArgs(
        table=stack.failover_name,
        keys=KEYS,
        alarm=stack.failover_alarm,
        metric=Metric(namespace=METRICS, name=METRIC, dimension=DIMENSION, value=FAILOVER),
        place=base.place,
        key_arn=base.keys.arns["failover"],
        secrets=sorted(told.secrets.values()),
        subscribers=told.subscribers,
        protect=stack.production,
    )
    return FailoverSwitch("failover", args, aws)


def failover(
    stack: RegionStack,
    base: Foundation,
    control: RegionCluster,
    kept: FailoverSwitch | None,
    after: Sequence[pulumi.Resource],
    both: pulumi.ResourceOptions,
) -> Failover | None:
    """Declare the controller where something is kept for it, else the guard; the Deployment is Argo CD's.

    `after` are the applications that it may scale.
    """
    pair = stack.pair
    if pair is None:
        return None
    groups = {name: control.groups[name].group for name in scaled(stack)}
    args = FailoverArgs(
        overlay=f"failover/{'controller' if kept else 'guard'}",
        identity=control.identity,
        policy=controller(pair, base, control, kept) if kept else guard(stack, pair),
        definition=definition(),
        resource=resource(pair),
        wiring=_known(groups).apply(lambda names: wiring(stack, pair, names)),
        namespace=pair.namespace,
        workloads=[SERVICE],
        after=after,
        security_group_ids=worn(stack, "failover", base, control, both),
    )
    return Failover("failover", args, both)


def controller(pair: Pair, base: Foundation, control: RegionCluster, kept: FailoverSwitch) -> pulumi.Output[str]:
    """What the controller may do in AWS."""
    members = databases(pair)
    known = pulumi.Output.all(
        table=kept.table_arn,
        topic=kept.topic_arn,
        key=base.keys.arns["failover"],
        node_groups=pulumi.Output.all(*(group.arn for group in control.groups.values())),
        secrets=pulumi.Output.all(*kept.secret_arns),
    )
    return known.apply(
        lambda arns: controller_policy(
            base.place,
            Reach(
                **arns,
                global_database=base.place.global_arn("rds", f"global-cluster:{global_database(pair)}"),
                database=members[1],
                databases=members,
                metrics=METRICS,
            ),
        )
    )


def _known(named: Mapping[str, pulumi.Output[str]]) -> pulumi.Output[dict[str, str]]:
    """Names once they are known; of none there is nothing to wait for."""
    known = pulumi.Output.all(*named.values())
    return known.apply(lambda values: dict(zip(named, values, strict=True)))


def guard(stack: RegionStack, pair: Pair) -> str:
    """What the primary's guard may do: look across the border."""
    alias = f"alias/{pair.prefix(pair.failover.secondary)}-failover"
    return guard_policy(pair.secondary, stack.failover_name, alias)
