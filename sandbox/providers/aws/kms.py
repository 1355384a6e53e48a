"""KMS: keys, which are never deleted at once, and their aliases."""

from sandbox.providers.aws.row import Call, Row

ROWS = [
    Row(
        type="aws:kms/key:Key",
        create=Call("create_key", "keyMetadata.keyId"),
        read=Call("describe_key", "!ends_with(keyMetadata.keyState, 'Deletion') && keyMetadata"),
        more=(
            Call("get_key_rotation_status", "{enableKeyRotation: keyRotationEnabled}"),
            Call("get_key_policy", "{policy: policy}", PolicyName="default"),
        ),
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
