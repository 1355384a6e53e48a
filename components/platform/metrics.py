"""metrics-server: what autoscalers and `kubectl top` read (EKS-09)."""

from dataclasses import dataclass
from typing import Any

import pulumi

from components.platform import catalogue
from components.platform.release import install


@dataclass(frozen=True, kw_only=True)
class MetricsServerArgs:
    """`replicas`: two or more survive the loss of a node."""

    replicas: int = 1


class MetricsServer(pulumi.ComponentResource):
    """CPU and memory of pods and nodes behind the metrics API, with its certificate verified."""

    def __init__(self, name: str, args: MetricsServerArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("platform:platform:MetricsServer", name, None, opts)
        install(self, catalogue.METRICS_SERVER, "kube-system", values(args), after=[])
        self.register_outputs({})


def values(args: MetricsServerArgs) -> dict[str, Any]:
    """What differs from the chart: a certificate the API server can verify, and bounded memory."""
    return {
        "replicas": args.replicas,
        "podDisruptionBudget": {"enabled": args.replicas > 1, "minAvailable": 1},
        "apiService": {"insecureSkipTLSVerify": False},
        "tls": {"type": "helm"},
        "resources": {"requests": {"cpu": "100m", "memory": "200Mi"}, "limits": {"memory": "400Mi"}},
    }
