"""Secrets Manager beyond moto: copies in other regions under keys of their own."""

from typing import Any

from moto.secretsmanager.models import FakeSecret, ReplicaSecret

_create_replicas = FakeSecret.create_replicas


def _create_sealed(
    self: FakeSecret, replica_regions: list[dict[str, str]], force_overwrite: bool
) -> list[ReplicaSecret]:
    """moto forgets which key was asked for."""
    asked = {each["Region"]: each["KmsKeyId"] for each in replica_regions or [] if each.get("KmsKeyId")}
    replicas = _create_replicas(self, replica_regions, force_overwrite)
    for replica in replicas:
        replica.config["KmsKeyId"] = asked.get(replica.region, replica.config["KmsKeyId"])
    return replicas


def install() -> None:
    """Add to moto what it lacks."""
    secret: Any = FakeSecret
    secret.create_replicas = _create_sealed
