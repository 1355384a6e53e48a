"""Secrets Manager beyond moto: copies in other regions under keys of their own, which can be made secrets there."""

import copy
import json
from typing import Any

from moto.secretsmanager.exceptions import InvalidParameterException, SecretNotFoundException
from moto.secretsmanager.models import FakeSecret, ReplicaSecret
from moto.secretsmanager.responses import SecretsManagerResponse

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


def _stop(self: SecretsManagerResponse) -> str:
    """The copy becomes a secret of its own, with what it had and no rotation; the first one's region forgets it."""
    kept = self.backend.secrets
    copied = kept.get(self._get_param("SecretId"))
    if copied is None:
        raise SecretNotFoundException()
    if not isinstance(copied, ReplicaSecret):
        raise InvalidParameterException("The secret is not a replica.")
    source: Any = copied.source
    source.replicas.remove(copied)
    own = copy.copy(source)
    own.arn, own.region, own.kms_key_id, own.replicas = copied.arn, copied.region, copied.config["KmsKeyId"], []
    own.versions, own.rotation_requested, own.rotation_enabled = copy.deepcopy(source.versions), False, False
    kept[copied.arn] = own
    return json.dumps({"ARN": own.arn})


def install() -> None:
    """Add to moto what it lacks."""
    responses: Any = SecretsManagerResponse
    responses.stop_replication_to_replica = _stop
    secret: Any = FakeSecret
    secret.create_replicas = _create_sealed
