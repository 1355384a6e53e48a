"""S3 buckets: private, versioned, encrypted, over TLS only, and locked where what is in them is evidence (AUD-04)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, Optional

import pulumi
from pulumi_aws import s3

from components.aws.place import Place
from components.aws.policies import Statement, document, refuse_plain

ABORT_UPLOADS_DAYS = 7
Retention = Literal["governance", "compliance"]


@dataclass(frozen=True, kw_only=True)
class ObjectLock:
    """No version goes before `days` have passed; in `compliance` mode nobody lifts that, the root user included."""

    mode: Retention
    days: int


@dataclass(frozen=True, kw_only=True)
class BucketArgs:
    """`bucket` is the physical name. Without `key_arn` S3's own keys seal it, which targets of access logs need.

    `expire_days` ends every object, `old_versions_days` what was replaced or deleted, which is as long unless stated;
    `cold_after_days` moves to a colder class. `statements` join the bucket's policy. `access_logs` is the bucket that
    learns of every request. What is not protected is emptied when it is destroyed, unless its lock is `compliance`.
    ValueError if anything would expire under its lock.
    """

    bucket: str
    place: Place
    key_arn: pulumi.Input[str] | None = None
    lock: ObjectLock | None = None
    expire_days: int | None = None
    old_versions_days: int | None = None
    cold_after_days: int | None = None
    statements: Sequence[Statement] = ()
    access_logs: Optional["Bucket"] = None
    tags: Mapping[str, str] = field(default_factory=dict)
    protect: bool = True

    def __post_init__(self) -> None:
        shortest = min((days for days in (self.expire_days, self.old_versions_days) if days is not None), default=None)
        if self.lock and shortest is not None and shortest < self.lock.days:
            raise ValueError(
                f"{self.bucket} would expire after {shortest} days what it locks for {self.lock.days} days; "
                "keep them at least as long as the lock"
            )

    @property
    def emptied(self) -> bool:
        """Whether its objects go with it."""
        return not self.protect and not (self.lock and self.lock.mode == "compliance")


class Bucket(pulumi.ComponentResource):
    """A bucket whose settings are resources of their own; `ready` is what must stand before the first object."""

    name: pulumi.Output[str]
    arn: pulumi.Output[str]
    ready: Sequence[pulumi.Resource]

    def __init__(self, name: str, args: BucketArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("platform:aws:Bucket", name, None, opts)
        self._name, self._args = name, args
        self._child = pulumi.ResourceOptions(parent=self)
        self._bucket = s3.Bucket(
            name,
            bucket=args.bucket,
            object_lock_enabled=args.lock is not None,
            force_destroy=args.emptied,
            tags={"Name": args.bucket, **args.tags},
            opts=pulumi.ResourceOptions(parent=self, protect=args.protect),
        )
        self.name, self.arn = self._bucket.bucket, self._bucket.arn
        versions = self._keep_versions()
        self.ready = [versions, *self._seal(), self._close(), *self._lock(versions)]
        self._expire(versions)
        self._log()
        self.register_outputs({"arn": self.arn})

    def _keep_versions(self) -> pulumi.Resource:
        return s3.BucketVersioning(
            self._name,
            bucket=self.name,
            versioning_configuration=s3.BucketVersioningVersioningConfigurationArgs(status="Enabled"),
            opts=self._child,
        )

    def _seal(self) -> Sequence[pulumi.Resource]:
        """Without a key nothing is said: S3 then seals with its own."""
        if self._args.key_arn is None:
            return ()
        sealed = s3.BucketServerSideEncryptionConfigurationRuleApplyServerSideEncryptionByDefaultArgs(
            sse_algorithm="aws:kms", kms_master_key_id=self._args.key_arn
        )
        rule = s3.BucketServerSideEncryptionConfigurationRuleArgs(
            apply_server_side_encryption_by_default=sealed, bucket_key_enabled=True
        )
        return [
            s3.BucketServerSideEncryptionConfiguration(self._name, bucket=self.name, rules=[rule], opts=self._child)
        ]

    def _close(self) -> pulumi.Resource:
        closed = s3.BucketPublicAccessBlock(
            self._name,
            bucket=self.name,
            block_public_acls=True,
            block_public_policy=True,
            ignore_public_acls=True,
            restrict_public_buckets=True,
            opts=self._child,
        )
        s3.BucketOwnershipControls(
            self._name,
            bucket=self.name,
            rule=s3.BucketOwnershipControlsRuleArgs(object_ownership="BucketOwnerEnforced"),
            opts=self._child,
        )
        arn = self._args.place.arn("s3", self._args.bucket)
        return s3.BucketPolicy(
            self._name,
            bucket=self.name,
            policy=document(refuse_plain(arn), *self._args.statements),
            opts=pulumi.ResourceOptions(parent=self, depends_on=[closed]),
        )

    def _lock(self, versions: pulumi.Resource) -> Sequence[pulumi.Resource]:
        lock = self._args.lock
        if lock is None:
            return ()
        kept = s3.BucketObjectLockConfigurationRuleDefaultRetentionArgs(mode=lock.mode.upper(), days=lock.days)
        return [
            s3.BucketObjectLockConfiguration(
                self._name,
                bucket=self.name,
                rule=s3.BucketObjectLockConfigurationRuleArgs(default_retention=kept),
                opts=pulumi.ResourceOptions(parent=self, depends_on=[versions]),
            )
        ]

    def _expire(self, versions: pulumi.Resource) -> None:
        """Half-finished uploads always go; objects and their old versions where a time was given (COST-02)."""
        args = self._args
        stale = s3.BucketLifecycleConfigurationRuleAbortIncompleteMultipartUploadArgs(
            days_after_initiation=ABORT_UPLOADS_DAYS
        )
        ends: dict[str, Any] = {}
        if args.expire_days is not None:
            ends["expiration"] = s3.BucketLifecycleConfigurationRuleExpirationArgs(days=args.expire_days)
        if (old := args.old_versions_days or args.expire_days) is not None:
            ends["noncurrent_version_expiration"] = s3.BucketLifecycleConfigurationRuleNoncurrentVersionExpirationArgs(
                noncurrent_days=old
            )
        if args.cold_after_days is not None:
            ends["transitions"] = [
                s3.BucketLifecycleConfigurationRuleTransitionArgs(days=args.cold_after_days, storage_class="GLACIER_IR")
            ]
        rule = s3.BucketLifecycleConfigurationRuleArgs(
            id="keep",
            status="Enabled",
            filter=s3.BucketLifecycleConfigurationRuleFilterArgs(prefix=""),
            abort_incomplete_multipart_upload=stale,
            **ends,
        )
        s3.BucketLifecycleConfiguration(
            self._name,
            bucket=self.name,
            rules=[rule],
            opts=pulumi.ResourceOptions(parent=self, depends_on=[versions]),
        )

    def _log(self) -> None:
        target = self._args.access_logs
        if target is not None:
            s3.BucketLogging(
                self._name,
                bucket=self.name,
                target_bucket=target.name,
                target_prefix=f"{self._args.bucket}/",
                opts=pulumi.ResourceOptions(parent=self, depends_on=list(target.ready)),
            )
