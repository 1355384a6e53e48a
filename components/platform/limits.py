"""What one container and one namespace may take, which the API server enforces whoever asks (COST-01)."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Amount:
    """CPU and memory as Kubernetes writes them, such as 500m and 512Mi."""

    cpu: str
    memory: str

    def spec(self) -> dict[str, str]:
        """As a list of resources."""
        return {"cpu": self.cpu, "memory": self.memory}


@dataclass(frozen=True, kw_only=True)
class Limits:
    """What a container gets that says nothing of itself, the most that one may ask for, and what all may together."""

    default_request: Amount
    default_limit: Amount
    container_max: Amount
    requests: Amount
    limits: Amount
    pods: int


def specs(limits: Limits) -> dict[str, Any]:
    """The spec of a LimitRange and of a ResourceQuota, by kind.

    Without the former's defaults the latter would refuse every container that says nothing of itself. The mesh's
    gateway leads to applications: no Service of theirs opens a way of its own.
    """
    container = {
        "type": "Container",
        "defaultRequest": limits.default_request.spec(),
        "default": limits.default_limit.spec(),
        "max": limits.container_max.spec(),
    }
    totals = {"requests": limits.requests, "limits": limits.limits}
    amounts = {f"{sort}.{of}": much for sort, amount in totals.items() for of, much in amount.spec().items()}
    closed = {"services.loadbalancers": "0", "services.nodeports": "0"}
    return {
        "LimitRange": {"limits": [container]},
        "ResourceQuota": {"hard": {**amounts, "pods": str(limits.pods), **closed}},
    }
