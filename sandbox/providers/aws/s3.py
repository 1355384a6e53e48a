"""S3: buckets, and their settings, each of which is a resource that hangs on a bucket."""

from collections.abc import Mapping
from typing import Any

from botocore.exceptions import ClientError

from sandbox.providers.aws.kind import Cloud, gone, tag_list, tag_map
from sandbox.providers.aws.row import Call, Row
from sandbox.providers.protocol import Props


def _create(cloud: Cloud, props: Props) -> str:
    """us-east-1 is the only region that is not named."""
    place = {"CreateBucketConfiguration": {"LocationConstraint": cloud.region}} if cloud.region != "us-east-1" else {}
    locked = {"ObjectLockEnabledForBucket": True} if props.get("objectLockEnabled") else {}
    cloud("s3").create_bucket(Bucket=props["bucket"], **place, **locked)
    return str(props["bucket"])


def _first_tags(cloud: Cloud, id_: str, props: Props) -> None:
    _tag(cloud, id_, props, props.get("tagsAll") or {}, [])


def _read(cloud: Cloud, id_: str, props: Props) -> Props:
    api = cloud("s3")
    api.head_bucket(Bucket=id_)
    return {
        "bucket": id_,
        "arn": f"arn:{cloud.partition}:s3:::{id_}",
        "bucketDomainName": f"{id_}.s3.amazonaws.com",
        "bucketRegionalDomainName": f"{id_}.s3.{cloud.region}.amazonaws.com",
        "objectLockEnabled": bool(_told(api.get_object_lock_configuration, id_)),
        "tagsAll": tag_map(_told(api.get_bucket_tagging, id_).get("TagSet")),
        **({"forceDestroy": props["forceDestroy"]} if "forceDestroy" in props else {}),
    }


def _told(ask: Any, bucket: str) -> dict[str, Any]:
    """The answer; nothing where the bucket has no such setting."""
    try:
        told: dict[str, Any] = ask(Bucket=bucket)
        return told
    except ClientError as error:
        if gone(error):
            return {}
        raise


def _tag(cloud: Cloud, id_: str, props: Props, tags: Mapping[str, str], lost: list[str]) -> None:
    """All tags of a bucket are set at once."""
    live = tag_map(_told(cloud("s3").get_bucket_tagging, id_).get("TagSet"))
    kept = {key: value for key, value in live.items() if key not in lost} | dict(tags)
    if kept:
        cloud("s3").put_bucket_tagging(Bucket=id_, Tagging={"TagSet": tag_list({"tagsAll": kept})})
    else:
        cloud("s3").delete_bucket_tagging(Bucket=id_)


def _delete(cloud: Cloud, id_: str, props: Props) -> None:
    """Where that was ordered it is emptied first; what a governance lock holds goes too, in compliance mode nothing."""
    api = cloud("s3")
    if props.get("forceDestroy"):
        for page in api.get_paginator("list_object_versions").paginate(Bucket=id_):
            for each in (*page.get("Versions", ()), *page.get("DeleteMarkers", ())):
                api.delete_object(
                    Bucket=id_, Key=each["Key"], VersionId=each["VersionId"], BypassGovernanceRetention=True
                )
    api.delete_bucket(Bucket=id_)


def _suspend(cloud: Cloud, id_: str, props: Props) -> None:
    """Versioning is never off again; a bucket that locks its objects keeps it."""
    api = cloud("s3")
    if not _told(api.get_object_lock_configuration, id_):
        api.put_bucket_versioning(Bucket=id_, VersioningConfiguration={"Status": "Suspended"})


def _target(props: Props) -> Props:
    return {"TargetBucket": props["targetBucket"], "TargetPrefix": props.get("targetPrefix") or ""}


def _log(cloud: Cloud, id_: str, props: Props) -> None:
    cloud("s3").put_bucket_logging(Bucket=id_, BucketLoggingStatus={"LoggingEnabled": _target(props)})


def _begin_log(cloud: Cloud, props: Props) -> str:
    _log(cloud, props["bucket"], props)
    return str(props["bucket"])


def _lock(cloud: Cloud, id_: str, props: Props) -> None:
    """The rule goes with what it presupposes."""
    kept = {key.capitalize(): value for key, value in props["rule"]["defaultRetention"].items()}
    rule = {"ObjectLockEnabled": "Enabled", "Rule": {"DefaultRetention": kept}}
    cloud("s3").put_object_lock_configuration(Bucket=id_, ObjectLockConfiguration=rule)


def _begin_lock(cloud: Cloud, props: Props) -> str:
    _lock(cloud, props["bucket"], props)
    return str(props["bucket"])


def _setting(type_: str, operation: str, keys: str, path: str, within: str = "", **more: Any) -> Row:
    """What is put on a bucket, got and deleted under one word, and named by the bucket."""
    settings: dict[str, Any] = {
        "type": f"aws:s3/{type_[:1].lower()}{type_[1:]}:{type_}",
        "create": Call(f"put_{operation}"),
        "read": Call(f"get_{operation}", path),
        "delete": f"delete_{operation}",
        "update": {keys: f"put_{operation}"},
        "id": "{bucket}",
        "within": within,
        "replace": "bucket",
        "delete_first": True,
    }
    return Row(**(settings | more))


_KEY = "rules.applyServerSideEncryptionByDefault.kmsMasterKeyId"
_CLOSED = ("blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets")
_LOCKED = "objectLockConfiguration.rule && objectLockConfiguration"

_RULE = {
    "rules.id": "ID",
    "rules.destination.encryptionConfiguration.replicaKmsKeyId": "ReplicaKmsKeyID",
}

ROWS = [
    Row(
        type="aws:s3/bucket:Bucket",
        create=_create,
        finish=_first_tags,
        read=_read,
        delete=_delete,
        key="Bucket",
        arn="arn:{partition}:s3:::{bucket}",
        tags=_tag,
        replace="objectLockEnabled",
        write_only="forceDestroy",
        defaults={"objectLockEnabled": False},
        name="bucket",
    ),
    _setting(
        "BucketVersioning",
        "bucket_versioning",
        "versioningConfiguration",
        "status && {versioningConfiguration: @}",
        delete=_suspend,
    ),
    _setting(
        "BucketServerSideEncryptionConfiguration",
        "bucket_encryption",
        "rules",
        "serverSideEncryptionConfiguration",
        "ServerSideEncryptionConfiguration",
        names={_KEY: "KMSMasterKeyID"},
    ),
    _setting(
        "BucketPublicAccessBlock",
        "public_access_block",
        " ".join(_CLOSED),
        "publicAccessBlockConfiguration",
        "PublicAccessBlockConfiguration",
        defaults=dict.fromkeys(_CLOSED, False),
    ),
    _setting(
        "BucketOwnershipControls",
        "bucket_ownership_controls",
        "rule",
        "ownershipControls",
        "OwnershipControls",
        found={"rule": "rules[0]"},
    ),
    _setting("BucketPolicy", "bucket_policy", "policy", "policy && @"),
    _setting(
        "BucketObjectLockConfiguration",
        "object_lock_configuration",
        "rule",
        _LOCKED,
        create=_begin_lock,
        update={"rule": _lock},
        delete=Call("put_object_lock_configuration", ObjectLockConfiguration={"ObjectLockEnabled": "Enabled"}),
    ),
    _setting(
        "BucketLifecycleConfiguration",
        "bucket_lifecycle_configuration",
        "rules",
        "@",
        "LifecycleConfiguration",
        delete="delete_bucket_lifecycle",
    ),
    _setting(
        "BucketLogging",
        "bucket_logging",
        "targetBucket targetPrefix",
        "loggingEnabled",
        create=_begin_log,
        update={"targetBucket targetPrefix": _log},
        delete=Call("put_bucket_logging", BucketLoggingStatus={}),
    ),
    _setting(
        "BucketReplicationConfig",
        "bucket_replication",
        "rules role",
        "replicationConfiguration",
        "ReplicationConfiguration",
        names=_RULE,
    ),
]
