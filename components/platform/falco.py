"""Falco: system calls watched on every node, alerts sent on by Falcosidekick (RUN-01 to RUN-04)."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pulumi

from components.platform import catalogue
from components.platform.falco_rules import RuleException, rules
from components.platform.namespace import Namespace, NamespaceArgs
from components.platform.release import install

NAMESPACE = "falco"


@dataclass(frozen=True, kw_only=True)
class FalcoArgs:
    """`outputs_secret` holds SLACK_WEBHOOKURL and PAGERDUTY_ROUTINGKEY; no value of it is known here."""

    outputs_secret: str | None = None
    loki_url: str | None = None
    sidekick_replicas: int = 1
    exceptions: Sequence[RuleException] = ()


class Falco(pulumi.ComponentResource):
    """Whoever reads card data or opens the payment database is heard within seconds, on every node."""

    def __init__(self, name: str, args: FalcoArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("platform:platform:Falco", name, None, opts)
        # The probe reads the host's /proc and loads eBPF programs: no lower level admits it.
        namespace = Namespace(
            f"{name}-namespace",
            NamespaceArgs(name=NAMESPACE, pod_security="privileged", isolation="ingress"),
            pulumi.ResourceOptions(parent=self),
        )
        install(self, catalogue.FALCO, namespace.name, values(args), after=[namespace])
        self.register_outputs({})


def values(args: FalcoArgs) -> dict[str, Any]:
    """What differs from the chart; the probe runs on tainted nodes too, or a taint would be a hiding place."""
    return {
        "driver": {"kind": "modern_ebpf", "modernEbpf": {"leastPrivileged": True}},
        "tolerations": [{"operator": "Exists"}],
        "customRules": {"pci-dss.yaml": json.dumps(rules(args.exceptions), indent=2)},
        "falco": {"json_output": True, "priority": "notice"},
        "falcosidekick": {
            "enabled": True,
            "replicaCount": args.sidekick_replicas,
            "config": sidekick(args),
            "resources": {"requests": {"cpu": "20m", "memory": "64Mi"}, "limits": {"memory": "128Mi"}},
        },
    }


def sidekick(args: FalcoArgs) -> dict[str, Any]:
    """Where alerts go: everything from a warning on to Slack and Loki, CRITICAL and above to PagerDuty.

    With an existing secret the chart ignores its other settings, so thresholds are environment variables.
    """
    environment = {"SLACK_MINIMUMPRIORITY": "warning", "PAGERDUTY_MINIMUMPRIORITY": "critical"}
    if args.loki_url is not None:
        environment |= {"LOKI_HOSTPORT": args.loki_url, "LOKI_MINIMUMPRIORITY": "warning"}
    return {
        **({"existingSecret": args.outputs_secret} if args.outputs_secret is not None else {}),
        "extraEnv": [{"name": name, "value": value} for name, value in environment.items()],
    }
