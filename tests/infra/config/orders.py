"""Stack files as data: orders that stand, and edits that make them fall."""

from collections.abc import Mapping
from copy import deepcopy
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from infra.config.errors import ConfigurationError
from infra.config.source import parse

TODAY = date(2026, 11, 21)
FILE = "Pulumi.test.yaml"
ABSENT = object()
REAL_ACCOUNT = "464646464646"

DEV: Mapping[str, Any] = {
    "kind": "region",
    "environment": "dev",
    "application": "platform",
    "account": "000000000101",
    "region": "us-east-1",
    "cost_center": "platform-engineering",
    "budget": {"monthly_usd": 2000, "subscribers": ["costs@example.com"]},
    "compliance": ["pci-dss", "soc2"],
    "production": False,
    "domain": "dev.example.com",
    "image_mirror": "registry.internal/mirror",
    "network": {"cidr": "10.16.0.0/16", "zones": ["us-east-1a", "us-east-1b", "us-east-1c"]},
    "cluster": {
        "version": "1.35",
        "admins": ["platform-team"],
        "node_groups": {
            "general": {
                "instance_types": ["m5.xlarge"],
                "min": 3,
                "desired": 3,
                "max": 6,
                "labels": {"workload": "general", "compliance": "pci-dss"},
            }
        },
    },
    "gitops": {"repository": "https://git.example.com/platform/gitops.git"},
}

GLOBAL: Mapping[str, Any] = {
    "kind": "global",
    "environment": "global",
    "application": "platform",
    "account": "000000000100",
    "region": "us-east-1",
    "cost_center": "platform-engineering",
    "budget": {"monthly_usd": 2000, "subscribers": ["costs@example.com"]},
    "compliance": ["pci-dss", "soc2"],
    "domain": "example.com",
    "guardrails": {},
    "audit": {},
    "alerts": {"subscribers": ["security@example.com"]},
    "registries": {"payment-service": {}},
    "replication_regions": ["us-west-2"],
    "ci": {"repository": "example/payment-service"},
}


def edited(order: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """A copy in which settings, named by dotted paths, have other values or are ABSENT."""
    result: dict[str, Any] = deepcopy(dict(order))
    for path, value in changes.items():
        *sections, key = path.split(".")
        section = result
        for part in sections:
            section = section.setdefault(part, {})
        if value is ABSENT:
            del section[key]
        else:
            section[key] = value
    return result


PRODUCTION = edited(
    DEV,
    {
        "environment": "prod",
        "production": True,
        "cluster.node_groups.general.tenancy": "dedicated",
        "platform.argocd.oidc": {"issuer": "https://login.example.com/v2.0", "client_id": "argocd"},
        "guardrails": {},
        "promotion": {
            "tests": ["smoke", "canary_analysis"],
            "approvers": ["sre-team", "security-team"],
            "change": {"itsm": "https://itsm.example.com"},
        },
        "audit": {},
        "alerts": {"subscribers": ["security@example.com"]},
    },
)
GOVCLOUD = edited(
    DEV,
    {
        "region": "us-gov-west-1",
        "budget": ABSENT,
        "network.zones": ["us-gov-west-1a", "us-gov-west-1b", "us-gov-west-1c"],
    },
)
REAL = edited(
    DEV,
    {
        "account": REAL_ACCOUNT,
        "budget.subscribers": ["costs@bank.io"],
        "domain": "dev.bank.io",
        "gitops.repository": "https://git.bank.io/platform/gitops.git",
    },
)


def stack(order: Mapping[str, Any], **changes: Any) -> Any:
    """The model of an order, of the kind that was ordered."""
    return parse(edited(order, changes), FILE, TODAY)


def refusals(order: Mapping[str, Any], changes: Mapping[str, Any], today: date = TODAY) -> list[str]:
    """What is said of an edited order, line by line without the key that all lines start with; nothing if it stands."""
    try:
        parse(edited(order, changes), FILE, today)
    except ConfigurationError as error:
        heading, *lines = str(error).splitlines()
        settings = "1 setting" if len(lines) == 1 else f"{len(lines)} settings"
        assert heading == f"{FILE}: {settings} cannot stand"
        assert all(line.startswith("  platform:stack") for line in lines)
        return [line.removeprefix("  platform:stack").removeprefix(".") for line in lines]
    return []


def committed(name: str) -> dict[str, Any]:
    """What a committed stack file orders."""
    text = (Path(__file__).parents[3] / f"Pulumi.{name}.yaml").read_text()
    found: dict[str, Any] = yaml.load(text, yaml.CSafeLoader)["config"]["platform:stack"]
    return found
