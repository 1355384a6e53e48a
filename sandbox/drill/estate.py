"""The stacks `prod` and `dr` as they stand on the laptop cloud: a drill takes their own objects, names and rights."""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3

from infra.config import RegionStack, StackConfig, read
from sandbox.cloud import aws, planes
from sandbox.drill import plan
from sandbox.drill.calm import calm
from sandbox.drill.ground import DrillError, Ground, Post
from sandbox.drill.lend import lend
from sandbox.drill.pair import Pair
from sandbox.drill.seat import Seat
from sandbox.engine.stack import Stack
from sandbox.home import PROJECT, Home

STANDBY, PRIMARY = "dr", "prod"
TOLD = (
    "Clusters, table, topic, alarm, record, role and rights were those of the stacks; nodes and pods are simulated, "
    "and a service of the drill stands for the application of each region. Checks, delay, fence and TTL, for which "
    "the controller waits, were shortened."
)


@dataclass(frozen=True, kw_only=True)
class Estate(Ground):
    """What `make up STACK=dr` made; nothing of it is changed but by the controllers, and by `rest`."""

    home: Home
    here: Seat
    there: Seat
    owner: boto3.Session
    project: Path

    def client(self, service: str, region: str) -> Any:
        return self.there.session.client(service, region_name=region, endpoint_url=self.aws)

    def route53(self) -> Any:
        return self.owner.client("route53", endpoint_url=self.aws)

    def lend(self, pair: Pair) -> AbstractContextManager[None]:
        return lend(self.home, pair, pair.servers)

    def controller(self, folder: Path) -> Post:
        return self.there.post(folder)

    def guard(self, folder: Path) -> tuple[Post, Mapping[str, Any]]:
        """Its wiring is its own cluster's."""
        return self.here.post(folder), self.here.wiring()

    def writers(self) -> int:
        namespace = self.failover["spec"]["primary"]["namespace"]
        return sum(
            int(_found(self.here, "apps/v1", "Deployment", name, namespace)["spec"]["replicas"])
            for name in self.here.wiring()["workloads"]
        )

    def sizes(self) -> Mapping[str, object]:
        return {
            **{f"least nodes of {group}": self._scaling(group)["minSize"] for group in self.wiring["nodeGroups"]},
            **{f"least replicas of {name}": self._replicas(name) for name in self.wiring["workloads"]},
            "writer": self._writer(),
        }

    def undone(self, region: str, address: str) -> Sequence[str]:
        """Every step of a preview; without any, what a run changed."""
        stack = Stack(self.home, (self.here if region == self.primary else self.there).stack, self.project)
        stack.env["AWS_ENDPOINT_URL"] = address
        stack.select()
        steps = json.loads(stack.capture("preview", "--json", *stack.common()))["steps"]
        foreseen = [step for step in steps if step["op"] not in ("same", "read")]
        if foreseen:
            return [f"{step['op']} {step['urn'].rpartition('::')[2]}" for step in foreseen]
        before = self._standing()
        stack.capture("up", "--yes", "--skip-preview", *stack.common())
        after = self._standing()
        return [f"{what} was {before[what]}, is {after[what]}" for what in before if after[what] != before[what]]

    def rest(self) -> None:
        """Nodes that nobody needs go: no autoscaler of nodes is installed on the laptop."""
        eks = self.there.client("eks")
        for group, size in self.wiring["nodeGroups"].items():
            at = {"clusterName": self.there.cluster, "nodegroupName": group}
            eks.update_nodegroup_config(**at, scalingConfig=self._scaling(group) | {"desiredSize": size["warm"]})
            eks.get_waiter("nodegroup_active").wait(**at, WaiterConfig={"Delay": 1})

    def calm(self, folder: Path) -> bool:
        return calm(self, folder)

    def _standing(self) -> Mapping[str, object]:
        """All that a failover has moved: what the controllers know of it, and what it made larger or stopped."""
        state = self.state()
        known = {"active": state.active, "phase": state.phase, "fenced": state.fenced, "epoch": state.epoch}
        return {**known, **self.sizes(), f"writers in {self.primary}": self.writers()}

    def _scaling(self, group: str) -> dict[str, int]:
        found = self.there.client("eks").describe_nodegroup(clusterName=self.there.cluster, nodegroupName=group)
        return dict(found["nodegroup"]["scalingConfig"])

    def _replicas(self, name: str) -> int:
        namespace = self.failover["spec"]["secondary"]["namespace"]
        scaler = _found(self.there, "autoscaling/v2", "HorizontalPodAutoscaler", name, namespace)
        return int(scaler["spec"]["minReplicas"])

    def _writer(self) -> str:
        name = self.wiring["globalCluster"]
        rds = self.client("rds", self.recovery)
        (found,) = rds.describe_global_clusters(GlobalClusterIdentifier=name)["GlobalClusters"]
        return ", ".join(each["DBClusterArn"] for each in found["GlobalClusterMembers"] if each["IsWriter"])


def estate(home: Home, delay: int, folder: Path, project: Path = PROJECT) -> Estate:
    """Read from the recovery cluster, as its pods would, and from the accounts; DrillError if it is not all there."""
    stack = read(project / f"Pulumi.{STANDBY}.yaml")
    ordered = stack.recovery if isinstance(stack, RegionStack) else None
    if not isinstance(stack, RegionStack) or ordered is None or ordered.failover is None or stack.ingress is None:
        raise DrillError(f"{STANDBY} orders no failover of a host; `make drill SMALL=1` rehearses without the stacks")
    there = _seat(home, STANDBY, stack, stack.cluster_name)
    order = plan.shortened(ordered.failover, delay)
    promise = ordered.model_copy(update={"failover": order})
    wired, orders = there.wiring(), there.failover(folder)
    owner = aws.session(stack.ingress.zone_account or stack.account, stack.region, there.aws)
    return Estate(
        failover=plan.resource(orders, order),
        wiring=plan.wiring(wired, promise, order),
        promise=promise,
        aws=there.aws,
        zone=_zone(owner.client("route53", endpoint_url=there.aws), stack.ingress.zone),
        told=TOLD,
        full={
            **{f"least nodes of {group}": size["full"] for group, size in wired["nodeGroups"].items()},
            **{f"least replicas of {name}": size["full"] for name, size in wired["workloads"].items()},
            "writer": wired["recoveryDatabase"],
        },
        home=home,
        here=_seat(home, PRIMARY, read(project / f"Pulumi.{PRIMARY}.yaml"), order.primary.cluster),
        there=there,
        owner=owner,
        project=project,
    )


def _seat(home: Home, name: str, stack: StackConfig, cluster: str) -> Seat:
    address = aws.endpoint(home)
    if address is None:
        raise DrillError(f"{name} is not up; run `make up STACK={name}`")
    return Seat(
        stack=name,
        cluster=cluster,
        region=stack.region,
        plane=planes.plane(home, stack.account, stack.region, cluster),
        session=aws.session(stack.account, stack.region, address),
        aws=address,
    )


def _found(seat: Seat, version: str, kind: str, name: str, namespace: str) -> dict[str, Any]:
    found = seat.plane.api.get(version, kind, name, namespace)
    if found is None:
        raise DrillError(f"{seat.cluster} has no {kind} {namespace}/{name}; run `make status STACK={seat.stack}`")
    return found


def _zone(route53: Any, name: str) -> str:
    found: Iterator[str] = (
        str(zone["Id"])
        for page in route53.get_paginator("list_hosted_zones").paginate()
        for zone in page["HostedZones"]
        if zone["Name"] == f"{name}."
    )
    zone = next(found, None)
    if zone is None:
        raise DrillError(f"no zone {name} is in its account; run `make up STACK=global`")
    return zone
