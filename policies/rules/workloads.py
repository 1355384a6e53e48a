"""What no pod may be: the rules of admission (ADM-01 to ADM-05), asked before anything reaches a cluster."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from policies.profiles import Profile
from policies.rule import UNKNOWN, Resource, Rule

Pod = Mapping[str, Any]

_TEMPLATED = (
    "apps/v1:DaemonSet",
    "apps/v1:Deployment",
    "apps/v1:ReplicaSet",
    "apps/v1:StatefulSet",
    "batch/v1:Job",
)
_POD, _CRON = "kubernetes:core/v1:Pod", "kubernetes:batch/v1:CronJob"
TYPES = frozenset({_POD, _CRON, *(f"kubernetes:{kind}" for kind in _TEMPLATED)})


def pod(resource: Resource) -> Pod:
    """The specification of the pods that a workload makes."""
    spec = resource.props.get("spec") or {}
    if resource.type == _CRON:
        spec = ((spec.get("jobTemplate") or {}).get("spec")) or {}
    return spec if resource.type == _POD else (spec.get("template") or {}).get("spec") or {}


def containers(spec: Pod) -> Iterator[Mapping[str, Any]]:
    """All of a pod's containers, those that run first among them."""
    for key in ("initContainers", "containers", "ephemeralContainers"):
        yield from spec.get(key) or ()


def _privileged(spec: Pod) -> Iterator[str]:
    for each in containers(spec):
        if (each.get("securityContext") or {}).get("privileged") is True:
            yield f"Container {each.get('name')} must not be privileged; name the capabilities that it needs"


def _root(spec: Pod) -> Iterator[str]:
    """What a container says counts before what its pod says."""
    pods = (spec.get("securityContext") or {}).get("runAsNonRoot")
    for each in containers(spec):
        own = (each.get("securityContext") or {}).get("runAsNonRoot")
        if (pods if own is None else own) not in (True, UNKNOWN):
            yield f"Pod must run as non-root, container {each.get('name')} too; set runAsNonRoot to true"


def _unlimited(spec: Pod) -> Iterator[str]:
    for each in containers(spec):
        if not ((each.get("resources") or {}).get("limits") or {}).get("memory"):
            yield f"Container {each.get('name')} must have memory limits; set resources.limits.memory"


def _host_network(spec: Pod) -> Iterator[str]:
    if spec.get("hostNetwork") is True:
        yield "Host networking is not allowed (PCI-DSS requirement); leave hostNetwork out"


def _rule(name: str, promise: str, judge: Callable[[Pod], Iterator[str]]) -> Rule:
    def breaches(resource: Resource, profile: Profile) -> Iterator[str]:
        yield from judge(pod(resource))

    return Rule(name=name, promise=promise, types=TYPES, judge=breaches)


RULES = (
    _rule("privileged-container", "No container is privileged.", _privileged),
    _rule("root-container", "No container runs as root.", _root),
    _rule("unlimited-memory", "Every container has a memory limit.", _unlimited),
    _rule("host-network", "No pod shares the node's network.", _host_network),
)
