"""Recovery plans as data: those proposed for the shipped stacks, those of the documents, and edits of them."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from infra.config import ConfigurationError, RegionStack
from infra.config.recovery import RecoveryConfig
from infra.config.source import parse
from tests.infra.config.orders import ABSENT, FILE, PRODUCTION, TODAY, edited

PLANS = Path(__file__).parent / "plans"
REGIONS = {
    "prod": "us-east-1",
    "dr": "us-west-2",
    "eu": "eu-west-1",
    "staging": "us-east-1",
    "tradesense": "us-east-1",
    "cretoai": "us-gov-west-1",
}
STANDING = sorted(REGIONS)


def raw(name: str, changes: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """A plan as it stands in a stack file, edited by dotted paths."""
    return edited(yaml.load((PLANS / f"{name}.yaml").read_text(), yaml.CSafeLoader), changes or {})


def plan(name: str, changes: Mapping[str, Any] | None = None) -> RecoveryConfig:
    """The model of a plan that stands."""
    return RecoveryConfig.model_validate(raw(name, changes))


def order(name: str, changes: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """A production stack with a plan, and the names that the plan knows it by."""
    region, recovery = REGIONS.get(name, "us-east-1"), raw(name, changes)
    side = "secondary" if recovery.get("role") == "standby" else "primary"
    known = (recovery.get("failover") or {}).get(side, {"environment": "prod"})
    return edited(
        PRODUCTION,
        {
            "region": region,
            "network.zones": [f"{region}{letter}" for letter in "abc"],
            "image_mirror": f"000000000100.dkr.ecr.{region}.amazonaws.com",
            "environment": known["environment"],
            **({"cluster.name": known["cluster"]} if "cluster" in known else {}),
            "recovery": recovery,
            **({"backup": _backup(recovery)} if any(each.get("backups") for each in recovery["data"].values()) else {}),
            **({"budget": ABSENT} if region.startswith("us-gov") else {}),
        },
    )


def _backup(recovery: Mapping[str, Any]) -> dict[str, Any]:
    """Vaults, and Velero where a copy is ordered by a schedule of its kind."""
    backups = [each for store in recovery["data"].values() for each in (store.get("backups") or {}).values()]
    velero = [{"schedule": each["schedule"]} for each in backups if len(each["schedule"].split()) == 5]
    return {
        "vault": "vault",
        "plans": "plans",
        "lock": {"mode": "governance", "min_days": 1, "max_days": 366},
        **({"velero": {"schedules": {f"every-{at}": each for at, each in enumerate(velero)}}} if velero else {}),
    }


def stack(name: str, changes: Mapping[str, Any] | None = None) -> RegionStack:
    """A stack whose plan stands."""
    found = parse(order(name, changes), FILE, TODAY)
    assert isinstance(found, RegionStack)
    return found


def refusals(name: str, changes: Mapping[str, Any] | None = None) -> list[str]:
    """What is said of a plan, an entry for each setting, without the key that all start with; nothing if it stands."""
    try:
        stack(name, changes)
    except ConfigurationError as error:
        heading, *found = str(error).split("\n  platform:stack.recovery.")
        settings = "1 setting" if len(found) == 1 else f"{len(found)} settings"
        assert heading == f"{FILE}: {settings} cannot stand"
        return found
    return []
