"""KMS: keys, which are never deleted at once, and their aliases."""

from collections.abc import Callable

from sandbox.providers.aws.kind import Cloud
from sandbox.providers.aws.row import Call, Row
from sandbox.providers.protocol import Props, ProviderError

ALIVE = Call("describe_key", "!ends_with(keyMetadata.keyState, 'Deletion') && keyMetadata")
POLICY = Call("get_key_policy", "{policy: policy}", PolicyName="default")


def _still(kind: str) -> Callable[[Cloud, Props], Props]:
    """A key whose primary was moved is read by nobody, as by the vendor's provider, lest it be repaired by another."""

    def look(_: Cloud, known: Props) -> Props:
        told = (known.get("multiRegionConfiguration") or {}).get("multiRegionKeyType", kind)
        if told != kind:
            raise ProviderError(
                f"KMS Key ({known['keyId']}) is not a multi-Region {kind.lower()} key; "
                "move the primary back with aws kms update-primary-region"
            )
        return {}

    return look


def _replicate(cloud: Cloud, props: Props) -> str:
    """Asked for where the primary is; the key has one id in both regions."""
    _, _, _, region, _, key = props["primaryKeyArn"].split(":")
    id_: str = key.removeprefix("key/")
    Cloud(cloud.session, region, cloud.loopback)("kms").replicate_key(KeyId=id_, ReplicaRegion=cloud.region)
    return id_


def _make_own(cloud: Cloud, id_: str, props: Props) -> None:
    """moto gives a replica what its primary has."""
    kms, tags = cloud("kms"), props.get("tagsAll") or {}
    kms.update_key_description(KeyId=id_, Description=props.get("description", ""))
    if props.get("policy"):
        kms.put_key_policy(KeyId=id_, PolicyName="default", Policy=props["policy"])
    kms.tag_resource(KeyId=id_, Tags=[{"TagKey": key, "TagValue": value} for key, value in tags.items()])


ROWS = [
    Row(
        type="aws:kms/key:Key",
        create=Call("create_key", "keyMetadata.keyId"),
        read=ALIVE,
        more=(_still("PRIMARY"), Call("get_key_rotation_status", "{enableKeyRotation: keyRotationEnabled}"), POLICY),
        delete=Call("schedule_key_deletion", takes="deletionWindowInDays"),
        update={
            "description": "update_key_description",
            "policy": Call("put_key_policy", PolicyName="default"),
            "enableKeyRotation": Call("enable_key_rotation", off="disable_key_rotation"),
        },
        names={"deletionWindowInDays": "PendingWindowInDays", "customerMasterKeySpec": "KeySpec"},
        found={"isEnabled": "enabled"},
        outputs="arn keyId",
        arn="kms:key/{keyId}",
        tags="tag_resource untag_resource list_resource_tags",
        replace="multiRegion keyUsage customerMasterKeySpec",
        computed="policy multiRegion keyUsage customerMasterKeySpec",
        write_only="deletionWindowInDays",
        defaults={"description": ""},
    ),
    Row(
        type="aws:kms/replicaKey:ReplicaKey",
        create=_replicate,
        finish=_make_own,
        read=ALIVE,
        more=(_still("REPLICA"), POLICY),
        delete=Call("schedule_key_deletion", takes="deletionWindowInDays"),
        update={"description": "update_key_description", "policy": Call("put_key_policy", PolicyName="default")},
        key="keyId",
        names={"deletionWindowInDays": "PendingWindowInDays"},
        found={"primaryKeyArn": "multiRegionConfiguration.primaryKey.arn"},
        outputs="arn keyId",
        tags="tag_resource untag_resource list_resource_tags",
        replace="primaryKeyArn",
        computed="policy",
        write_only="deletionWindowInDays",
        defaults={"description": ""},
    ),
    Row(
        type="aws:kms/alias:Alias",
        create=Call("create_alias"),
        read=Call("list_aliases", "aliases[?aliasName=='{name}'] | [0]"),
        more=(Call("describe_key", "{targetKeyArn: keyMetadata.arn}", KeyId="{targetKeyId}"),),
        delete="delete_alias",
        update={"targetKeyId": "update_alias"},
        id="{name}",
        names={"name": "AliasName"},
        found={"arn": "aliasArn"},
        outputs="targetKeyArn",
        name="name",
    ),
]
