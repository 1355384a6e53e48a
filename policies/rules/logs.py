"""What happens is written down, and kept (EKS-08, NET-04, AUD-02)."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from policies.profiles import Profile
from policies.rule import Resource, Rule, StackRule, block
from policies.rules.encryption import companions

CONTROL_PLANE = frozenset({"api", "audit", "authenticator", "controllerManager", "scheduler"})
_VPC, _FLOW_LOG = "aws:ec2/vpc:Vpc", "aws:ec2/flowLog:FlowLog"

Inputs = Mapping[str, Any]


def _control_plane(inputs: Inputs) -> Iterator[str]:
    kept = inputs.get("enabledClusterLogTypes")
    if missing := sorted(CONTROL_PLANE.difference(kept if isinstance(kept, list) else ())):
        yield f"enabledClusterLogTypes lacks {', '.join(missing)}; log all five"


def _some(path: str) -> Callable[[Inputs], Iterator[str]]:
    def judge(inputs: Inputs) -> Iterator[str]:
        if not block(inputs, path):
            yield f"{path} is empty; say where its logs go"

    return judge


def _trail(inputs: Inputs) -> Iterator[str]:
    if inputs.get("enableLogFileValidation") in (None, False, "false"):
        yield "enableLogFileValidation is off; without it nobody can tell whether the trail was altered"
    if inputs.get("enableLogging") in (False, "false"):
        yield "enableLogging is off; set it to true"


def _balancer(inputs: Inputs) -> Iterator[str]:
    if inputs.get("loadBalancerType", "application") == "application" and not inputs.get("internal"):
        yield from _some("accessLogs.enabled")(inputs)


def _kept(inputs: Inputs) -> Iterator[str]:
    if inputs.get("retentionInDays") in (None, 0):
        yield "retentionInDays is not set, and nobody will ever clear it up; give a number of days"


CHECKS: Mapping[str, Callable[[Inputs], Iterator[str]]] = {
    "aws:cloudtrail/trail:Trail": _trail,
    "aws:cloudwatch/logGroup:LogGroup": _kept,
    "aws:docdb/cluster:Cluster": _some("enabledCloudwatchLogsExports"),
    "aws:eks/cluster:Cluster": _control_plane,
    "aws:lb/loadBalancer:LoadBalancer": _balancer,
    "aws:msk/cluster:Cluster": _some("loggingInfo.brokerLogs"),
    "aws:neptune/cluster:Cluster": _some("enableCloudwatchLogsExports"),
    "aws:opensearch/domain:Domain": _some("logPublishingOptions"),
    "aws:rds/cluster:Cluster": _some("enabledCloudwatchLogsExports"),
    "aws:rds/instance:Instance": _some("enabledCloudwatchLogsExports"),
}


def _logged(resource: Resource, profile: Profile) -> Iterator[str]:
    yield from CHECKS[resource.type](resource.props)


def _networks(resources: Sequence[Resource], profile: Profile) -> Iterator[tuple[Resource, str]]:
    watched = companions(resources, _FLOW_LOG, ("vpcId",))
    for each in resources:
        if each.type == _VPC and each.urn not in watched:
            yield each, "has no flow log; add one that records all traffic"


RULE = Rule(
    name="missing-logs",
    promise="What happens is written down, and kept for a time that somebody chose.",
    types=frozenset(CHECKS),
    judge=_logged,
    advisory_outside_production=True,
)
NETWORKS = StackRule(
    name="unwatched-network",
    promise="The traffic of every network is written down.",
    judge=_networks,
    advisory_outside_production=True,
)
