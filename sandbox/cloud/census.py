"""What the local AWS holds, counted in its memory and not through an API: the oracle for what a destroy leaves."""

from collections.abc import Iterator
from typing import Any

from moto.core.base_backend import BackendDict

# Handed over with every account, bookkeeping of a caller, or tags, which belong to an object; nobody's stack made it.
_STOCK = {
    *("iam.aws_managed_policies", "iam.managed_policies", "iam.access_keys", "sts.assumed_roles"),
    *("ec2.tags", "ecr.registry_scanning_configuration", "kms.multi_region_configuration"),
    *("rds.resource_map", "route53.delegation_sets", "route53.resource_tags"),
    "events.event_buses default",
    "elasticache.users default",
    "scheduler.schedule_groups default",
}


def objects() -> list[str]:
    """One `account region service.collection id` per object, sorted."""
    return sorted(line for backends in vars(BackendDict)["_instances"] for line in _of(backends))


def _of(backends: Any) -> Iterator[str]:
    for account, region, backend in backends.iter_backends():
        for attribute, value in vars(backend).items():
            place = f"{backends.service_name}.{attribute}"
            if isinstance(value, dict) and not attribute.startswith("_") and place not in _STOCK:
                names = (f"{place} {name}" for name in _names(value))
                yield from (f"{account} {region} {name}" for name in names if name not in _STOCK)


def _names(collection: dict[Any, Any]) -> Iterator[str]:
    """Keys, down to the innermost: subnets, for one, are kept by zone and then by id."""
    for key, item in collection.items():
        if isinstance(item, dict):
            yield from (f"{key} {name}" for name in _names(item))
        elif item not in ([], None):
            yield str(key)
