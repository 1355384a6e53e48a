"""KMS's keys of several regions beyond moto: a replica is one of its own, and another region can have the primary."""

from typing import Any

from moto.core.exceptions import JsonRESTError
from moto.kms import models as kms_models
from moto.kms.exceptions import NotFoundException
from moto.kms.models import Key, KmsBackend, kms_backends
from moto.kms.responses import KmsResponse

_replicate_key, _validate, _id = KmsBackend.replicate_key, KmsResponse._validate_cmk_id, kms_models.generate_key_id


def _name(multi_region: bool = False) -> str:
    """moto's ids of these keys are longer than AWS's, and do not fit into what the keys seal."""
    made: str = _id(multi_region)
    return "mrk-" + made.removeprefix("mrk-").replace("-", "") if multi_region else made


def _validate_key(self: KmsResponse, key_id: str) -> None:
    if self.kms_backend.get_key_id(key_id) not in self.kms_backend.keys:
        _validate(self, key_id)


def _replicate(self: KmsBackend, key_id: str, replica_region: str) -> Any:
    """A replica has aliases and grants of its own, and knows which of the two it is."""
    replica = _replicate_key(self, key_id, replica_region)
    replica.aliases, replica.grants = {}, {}
    replica.multi_region_configuration = {**replica.multi_region_configuration, "MultiRegionKeyType": "REPLICA"}
    return replica


def _move_primary(self: KmsResponse) -> str:
    """Asked for where the primary is: it and the replica that is named change roles, and every region says so."""
    asked, region = self._get_param("KeyId"), self._get_param("PrimaryRegion")
    self._validate_cmk_id(asked)
    old = self.kms_backend.keys[self.kms_backend.get_key_id(asked)]
    told = old.multi_region_configuration if old.multi_region else None
    if told is None or told["PrimaryKey"]["Arn"] != old.arn:
        raise JsonRESTError("UnsupportedOperationException", f"{old.arn} is not a multi-Region primary key.")
    new = next((each for each in told["ReplicaKeys"] if each["Region"] == region), None)
    if new is None:
        raise NotFoundException(f"{old.arn} has no replica key in {region}.")
    others = [each for each in told["ReplicaKeys"] if each is not new]
    known = {"PrimaryKey": new, "ReplicaKeys": [*others, told["PrimaryKey"]]}
    keys = [kms_backends[old.account_id][each["Region"]].keys[old.id] for each in (new, *known["ReplicaKeys"])]
    _require_enabled(old, keys[0])
    for key in keys:
        kind = "PRIMARY" if key is keys[0] else "REPLICA"
        key.multi_region_configuration = {"MultiRegionKeyType": kind, **known}
    return "{}"


def _require_enabled(*keys: Key) -> None:
    for key in keys:
        if key.key_state == "PendingDeletion":
            raise JsonRESTError("KMSInvalidStateException", f"{key.arn} is pending deletion.")
        if key.key_state != "Enabled":
            raise JsonRESTError("DisabledException", f"{key.arn} is disabled.")


def install() -> None:
    """Replace what moto does otherwise, and add what it lacks."""
    backend: Any = KmsBackend
    backend.replicate_key = _replicate
    models: Any = kms_models
    models.generate_key_id = _name
    responses: Any = KmsResponse
    responses._validate_cmk_id = _validate_key
    responses.update_primary_region = _move_primary
