"""S3 beyond moto: replication is read back as it was told, and refused where AWS refuses it; no object is copied."""

from typing import Any

from moto.core.responses import ActionResult
from moto.s3.exceptions import ReplicationConfigurationNotFoundError, S3ClientError
from moto.s3.models import S3Backend, s3_backends
from moto.s3.responses import S3Response

Config = dict[str, Any]

_put_replication = S3Backend.put_bucket_replication


def _keep(self: S3Backend, bucket_name: str, replication: Config) -> None:
    """A copy goes to a versioned bucket, which is locked where this one is."""
    rules = replication["Rule"]
    for rule in rules if isinstance(rules, list) else [rules]:
        name = rule["Destination"]["Bucket"].rpartition(":")[2]
        found = s3_backends[self.account_id][self.partition].buckets.get(name)
        if found is None:
            raise S3ClientError("InvalidRequest", f"Destination bucket {name} must exist.")
        if not found.is_versioned:
            raise S3ClientError("InvalidRequest", f"Destination bucket {name} must have versioning enabled.")
        if self.get_bucket(bucket_name).object_lock_enabled and not found.object_lock_enabled:
            raise S3ClientError("InvalidRequest", f"Destination bucket {name} must have Object Lock enabled.")
    _put_replication(self, bucket_name, replication)


def _get(self: S3Response) -> Any:
    self.data["Action"] = "GetBucketReplication"
    kept = self.backend.get_bucket_replication(self.bucket_name)
    if not kept:
        raise ReplicationConfigurationNotFoundError(bucket_name=self.bucket_name)
    rules = [_typed(rule) for rule in kept["Rule"]]
    return self.serialized(ActionResult({"ReplicationConfiguration": {"Role": kept["Role"], "Rules": rules}}))


def _typed(told: Any) -> Any:
    """What stood in XML as text, as the model has it; an empty element is an empty text."""
    if isinstance(told, dict):
        return {key: int(value) if key in ("Minutes", "Priority") else _typed(value) for key, value in told.items()}
    return "" if told is None else told


def install() -> None:
    """Take the place of what moto forgets."""
    backend: Any = S3Backend
    backend.put_bucket_replication = _keep
    response: Any = S3Response
    response.get_bucket_replication = _get


GAPS = {"S3 replication": "rules are kept and checked for both buckets; no object is copied, and no lag is measured"}
