"""KMS: keys, which are never deleted at once, and their aliases."""

from sandbox.providers.aws.kind import Cloud, Kind, call, pick
from sandbox.providers.protocol import Props


def _create_key(cloud: Cloud, props: Props) -> str:
    tags = [{"TagKey": key, "TagValue": value} for key, value in sorted((props.get("tagsAll") or {}).items())]
    wanted = pick(props, "description", "policy", "multiRegion", "keyUsage", KeySpec="customerMasterKeySpec")
    id_: str = cloud("kms").create_key(**wanted, Tags=tags)["KeyMetadata"]["KeyId"]
    return id_


def _rotate(cloud: Cloud, id_: str, props: Props) -> None:
    if props.get("enableKeyRotation"):
        cloud("kms").enable_key_rotation(KeyId=id_)
    elif props.get("keyUsage") != "SIGN_VERIFY":  # a key that signs has no rotation to switch
        cloud("kms").disable_key_rotation(KeyId=id_)


def _read_key(cloud: Cloud, id_: str, _: Props) -> Props | None:
    kms = cloud("kms")
    key = kms.describe_key(KeyId=id_)["KeyMetadata"]
    if key["KeyState"] in ("PendingDeletion", "PendingReplicaDeletion"):
        return None
    tags = kms.list_resource_tags(KeyId=id_)["Tags"]
    return {
        "arn": key["Arn"],
        "keyId": key["KeyId"],
        "description": key["Description"],
        "multiRegion": key.get("MultiRegion", False),
        "keyUsage": key.get("KeyUsage", "ENCRYPT_DECRYPT"),
        "customerMasterKeySpec": key.get("KeySpec", "SYMMETRIC_DEFAULT"),
        "isEnabled": key["Enabled"],
        "enableKeyRotation": kms.get_key_rotation_status(KeyId=id_)["KeyRotationEnabled"],
        "policy": kms.get_key_policy(KeyId=id_, PolicyName="default")["Policy"],
        "tagsAll": {tag["TagKey"]: tag["TagValue"] for tag in tags},
    }


def _tag_key(cloud: Cloud, id_: str, _: Props, tags: dict[str, str], gone: list[str]) -> None:
    if gone:
        cloud("kms").untag_resource(KeyId=id_, TagKeys=gone)
    pairs = [{"TagKey": key, "TagValue": value} for key, value in tags.items()]
    cloud("kms").tag_resource(KeyId=id_, Tags=pairs)


def _read_alias(cloud: Cloud, id_: str, _: Props) -> Props | None:
    pages = cloud("kms").get_paginator("list_aliases").paginate()
    alias = next((a for page in pages for a in page["Aliases"] if a["AliasName"] == id_), None)
    if alias is None:
        return None
    key = alias["TargetKeyId"]
    return {
        "name": id_,
        "arn": alias["AliasArn"],
        "targetKeyId": key,
        "targetKeyArn": cloud("kms").describe_key(KeyId=key)["KeyMetadata"]["Arn"],
    }


def _create_alias(cloud: Cloud, props: Props) -> str:
    cloud("kms").create_alias(AliasName=props["name"], **pick(props, "targetKeyId"))
    return str(props["name"])


ROWS = [
    Kind(
        type="aws:kms/key:Key",
        create=_create_key,
        finish=_rotate,
        read=_read_key,
        delete=lambda cloud, id_, props: cloud("kms").schedule_key_deletion(
            KeyId=id_, PendingWindowInDays=props.get("deletionWindowInDays", 30)
        ),
        update={
            "description": lambda cloud, id_, props: cloud("kms").update_key_description(
                KeyId=id_, Description=props.get("description", "")
            ),
            "policy": lambda cloud, id_, props: cloud("kms").put_key_policy(
                KeyId=id_, PolicyName="default", Policy=props["policy"]
            ),
            "enableKeyRotation": _rotate,
            "deletionWindowInDays": None,
        },
        replace=frozenset({"multiRegion", "keyUsage", "customerMasterKeySpec"}),
        computed=frozenset({"policy", "multiRegion", "keyUsage", "customerMasterKeySpec"}),
        tag=_tag_key,
        write_only=frozenset({"deletionWindowInDays"}),
    ),
    Kind(
        type="aws:kms/alias:Alias",
        create=_create_alias,
        read=_read_alias,
        delete=call("kms", "delete_alias", "AliasName"),
        update={"targetKeyId": call("kms", "update_alias", "AliasName", "targetKeyId")},
        name="name",
    ),
]
