"""Secrets Manager: secrets without values, copies of them in other regions, and their rotation."""

from sandbox.providers.aws.kind import Cloud
from sandbox.providers.aws.row import Call, Row
from sandbox.providers.protocol import Props


def _copy(cloud: Cloud, id_: str, props: Props) -> None:
    """Copies go as what joins, what changes its key, and what leaves."""
    api = cloud("secretsmanager")
    live = {each["Region"]: each for each in api.describe_secret(SecretId=id_).get("ReplicationStatus") or []}
    wanted = {each["region"]: each for each in props.get("replicas") or []}
    left = [region for region, each in live.items() if _key(each.get("KmsKeyId")) != _key(_asked(wanted.get(region)))]
    if left:
        api.remove_regions_from_replication(SecretId=id_, RemoveReplicaRegions=left)
    joins = [
        {"Region": region, **({"KmsKeyId": each["kmsKeyId"]} if each.get("kmsKeyId") else {})}
        for region, each in wanted.items()
        if region not in live or region in left
    ]
    if joins:
        api.replicate_secret_to_regions(SecretId=id_, AddReplicaRegions=joins)


def _asked(replica: Props | None) -> str | None:
    return None if replica is None else replica.get("kmsKeyId")


def _key(key: str | None) -> str:
    return key or ""


def _replicas(found: Props) -> list[Props] | None:
    """Without the state of each copy, which is no setting."""
    said = []
    for copy in found.get("replicationStatus") or []:
        own = copy.get("kmsKeyId") or ""
        said.append({"region": copy["region"], **({} if own.startswith("alias/aws/") else {"kmsKeyId": own})})
    return said or None


def _delete(cloud: Cloud, id_: str, props: Props) -> None:
    """Copies go first."""
    _copy(cloud, id_, {})
    window = props.get("recoveryWindowInDays")
    how = {"ForceDeleteWithoutRecovery": True} if window == 0 else {"RecoveryWindowInDays": window or 30}
    cloud("secretsmanager").delete_secret(SecretId=id_, **how)


def _version(cloud: Cloud, id_: str, props: Props) -> Props | None:
    """Id `{secret}|{version}`; what it holds is read, for the vendor's provider does, and only here."""
    secret, _, version = id_.partition("|")
    api = cloud("secretsmanager")
    said = api.get_secret_value(SecretId=secret, VersionId=version)
    return {
        "arn": said["ARN"],
        "secretId": said["ARN"],
        "versionId": version,
        "secretString": said["SecretString"],
        "versionStages": sorted(said["VersionStages"]),
    }


def _put(cloud: Cloud, props: Props) -> str:
    said = cloud("secretsmanager").put_secret_value(SecretId=props["secretId"], SecretString=props["secretString"])
    return f"{said['ARN']}|{said['VersionId']}"


ROWS = [
    Row(
        type="aws:secretsmanager/secret:Secret",
        create=Call("create_secret", "arn"),
        read=Call("describe_secret", "!deletedDate && @"),
        delete=_delete,
        update={"description kmsKeyId": "update_secret", "replicas": _copy},
        key="SecretId",
        found={"replicas": _replicas},
        outputs="arn",
        tags="tag_resource untag_resource",
        sets="replicas",
        write_only="recoveryWindowInDays",
        name="name",
    ),
    Row(
        type="aws:secretsmanager/secretRotation:SecretRotation",
        create=Call("rotate_secret", "arn"),
        read=Call("describe_secret", "rotationEnabled && @"),
        delete="cancel_rotate_secret",
        update={"rotationLambdaArn rotationRules": Call("rotate_secret", RotateImmediately=False)},
        key="SecretId",
        found={"secretId": "arn", "rotationEnabled": "rotationEnabled"},
        replace="secretId",
        write_only="rotateImmediately",
    ),
    Row(
        type="aws:secretsmanager/secretVersion:SecretVersion",
        create=_put,
        read=_version,
        delete=lambda cloud, id_, props: None,  # versions go with their secret
        replace="secretId secretString",
    ),
]
