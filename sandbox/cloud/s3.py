"""S3 beyond moto: what a bucket's policy refuses, and replication, which is read back and refused as AWS does it."""

import json
from collections.abc import Mapping, Sequence
from fnmatch import fnmatchcase
from typing import Any

from moto.core.responses import ActionResult
from moto.iam.access_control import PermissionResult
from moto.s3.exceptions import ReplicationConfigurationNotFoundError, S3ClientError
from moto.s3.models import FakeBucket, S3Backend, s3_backends
from moto.s3.responses import S3Response

Config = dict[str, Any]
Statement = Mapping[str, Any]

# What is known of every request: the laptop's own address stands for one of AWS, which speaks TLS.
KNOWN = {"aws:SecureTransport": "true"}

_put_lock = S3Backend.put_object_lock_configuration
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


def _judge(self: FakeBucket, action: str, resource: str) -> PermissionResult:
    """A denial holds where its condition does, and elsewhere than its NotResource; moto looks at neither."""
    statements = json.loads(self.policy)["Statement"] if self.policy else ()
    denied = any(_denies(each, action, resource) for each in _listed(statements))
    return PermissionResult.DENIED if denied else PermissionResult.NEUTRAL


def _denies(statement: Statement, action: str, resource: str) -> bool:
    if statement["Effect"] != "Deny" or statement["Principal"] not in ("*", {"AWS": "*"}):
        return False
    conditions = statement.get("Condition", {})
    return (
        _matches(statement, "Action", action)
        and _matches(statement, "Resource", resource)
        and all(operator == "Bool" for operator in conditions)
        and all(KNOWN.get(key) == value for key, value in conditions.get("Bool", {}).items())
    )


def _matches(statement: Statement, element: str, value: str) -> bool:
    """Whether the element, or what stands there for everything else, means the value."""
    other = f"Not{element}"
    named = any(fnmatchcase(value, pattern) for pattern in _listed(statement.get(element, statement.get(other))))
    return named is (element in statement)


def _listed(told: Any) -> Sequence[Any]:
    """One may stand alone."""
    return [told] if isinstance(told, (str, dict)) else told


def _lock(
    self: S3Backend,
    bucket_name: str,
    lock_enabled: bool,
    mode: str | None = None,
    days: int | None = None,
    years: int | None = None,
) -> None:
    """A lock's rule for new objects may change while there are old ones; moto asks for an empty bucket each time."""
    bucket = self.get_bucket(bucket_name)
    if not bucket.object_lock_enabled:
        _put_lock(self, bucket_name, lock_enabled, mode, days, years)
    bucket.default_lock_mode, bucket.default_lock_days, bucket.default_lock_years = mode, days, years


def install() -> None:
    """Take the place of what moto forgets."""
    bucket: Any = FakeBucket
    bucket.get_permission = _judge
    backend: Any = S3Backend
    backend.put_object_lock_configuration = _lock
    backend.put_bucket_replication = _keep
    response: Any = S3Response
    response.get_bucket_replication = _get


GAPS = {
    "S3 policies": "what everybody is refused is refused, where the condition is TLS or none; others are not judged",
    "S3 replication": "rules are kept and checked for both buckets; no object is copied, and no lag is measured",
}
