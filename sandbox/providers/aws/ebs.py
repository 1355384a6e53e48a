"""EBS: what holds for every volume of a region."""

from sandbox.providers.aws.kind import Cloud
from sandbox.providers.aws.row import Call, Row
from sandbox.providers.protocol import Props


def _switch(cloud: Cloud, id_: str, props: Props) -> None:
    on = props.get("enabled", True)
    (cloud("ec2").enable_ebs_encryption_by_default if on else cloud("ec2").disable_ebs_encryption_by_default)()


def _create(cloud: Cloud, props: Props) -> str:
    _switch(cloud, "", props)
    return f"{cloud.region}-encryption-by-default"


ROWS = [
    Row(
        type="aws:ebs/encryptionByDefault:EncryptionByDefault",
        service="ec2",
        create=_create,
        read=Call("get_ebs_encryption_by_default", "{enabled: ebsEncryptionByDefault}"),
        delete=lambda cloud, id_, props: _switch(cloud, id_, {"enabled": False}),
        update={"enabled": _switch},
        defaults={"enabled": True},
    ),
    Row(
        type="aws:ebs/defaultKmsKey:DefaultKmsKey",
        service="ec2",
        create=Call("modify_ebs_default_kms_key_id", "kmsKeyId"),
        read=Call("get_ebs_default_kms_key_id", "starts_with(kmsKeyId, 'arn:') && @ || `null`"),
        delete="reset_ebs_default_kms_key_id",
        names={"keyArn": "KmsKeyId"},
        replace="keyArn",
        delete_first=True,
    ),
]
