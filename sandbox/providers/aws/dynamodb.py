"""DynamoDB: tables that are paid by the request."""

from sandbox.providers.aws.kind import Cloud
from sandbox.providers.aws.row import Call, Row, Wait
from sandbox.providers.protocol import Props


def _keys(props: Props) -> list[Props]:
    """The key schema, which the vendor's provider takes as two inputs."""
    names = (("HASH", props["hashKey"]), ("RANGE", props.get("rangeKey")))
    return [{"AttributeName": name, "KeyType": sort} for sort, name in names if name]


def _create(cloud: Cloud, props: Props) -> str:
    cloud("dynamodb").create_table(
        TableName=props["name"],
        BillingMode="PAY_PER_REQUEST",
        KeySchema=_keys(props),
        AttributeDefinitions=_attributes(props),
        DeletionProtectionEnabled=bool(props.get("deletionProtectionEnabled")),
        Tags=[{"Key": key, "Value": value} for key, value in (props.get("tagsAll") or {}).items()],
        **({"SSESpecification": _encryption(props)} if props.get("serverSideEncryption") else {}),
    )
    return str(props["name"])


def _attributes(props: Props) -> list[Props]:
    return [{"AttributeName": each["name"], "AttributeType": each["type"]} for each in props["attributes"]]


def _encryption(props: Props) -> Props:
    asked = props.get("serverSideEncryption") or {}
    key = {"SSEType": "KMS", "KMSMasterKeyId": asked["kmsKeyArn"]} if asked.get("kmsKeyArn") else {}
    return {"Enabled": bool(asked.get("enabled")), **key}


def _encrypt(cloud: Cloud, id_: str, props: Props) -> None:
    cloud("dynamodb").update_table(TableName=id_, SSESpecification=_encryption(props))


def _keep(cloud: Cloud, id_: str, props: Props) -> None:
    """Continuous backups; how many days they reach back belongs to those that are on."""
    asked = props.get("pointInTimeRecovery") or {}
    on = bool(asked.get("enabled"))
    days = {"RecoveryPeriodInDays": asked["recoveryPeriodInDays"]} if on and asked.get("recoveryPeriodInDays") else {}
    cloud("dynamodb").update_continuous_backups(
        TableName=id_, PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": on, **days}
    )


def _kept(found: Props) -> Props | None:
    said = found.get("pointInTimeRecoveryDescription") or {}
    if said.get("pointInTimeRecoveryStatus") != "ENABLED":
        return None
    return {"enabled": True, "recoveryPeriodInDays": said.get("recoveryPeriodInDays")}


def _encrypted(found: Props) -> Props | None:
    said = found.get("sseDescription")
    return {"enabled": True, "kmsKeyArn": said["kmsMasterKeyArn"]} if said else None


ROWS = [
    Row(
        type="aws:dynamodb/table:Table",
        create=_create,
        read=Call("describe_table", "table"),
        more=(Call("describe_continuous_backups", "continuousBackupsDescription"),),
        delete="delete_table",
        finish=_keep,
        update={
            "deletionProtectionEnabled": "update_table",
            "serverSideEncryption": _encrypt,
            "pointInTimeRecovery": _keep,
        },
        wait=Wait(pending="CREATING UPDATING DELETING", done="ACTIVE", at="tableStatus"),
        id="{name}",
        names={"name": "TableName"},
        found={
            "arn": "tableArn",
            "attributes": "attributeDefinitions[].{name: attributeName, type: attributeType}",
            "billingMode": "billingModeSummary.billingMode",
            "hashKey": "keySchema[?keyType=='HASH'].attributeName | [0]",
            "rangeKey": "keySchema[?keyType=='RANGE'].attributeName | [0]",
            "serverSideEncryption": _encrypted,
            "pointInTimeRecovery": _kept,
        },
        arn="dynamodb:table/{name}",
        tags="tag_resource untag_resource list_tags_of_resource",
        replace="hashKey rangeKey attributes billingMode",
        computed="pointInTimeRecovery.recoveryPeriodInDays",
        sets="attributes",
        defaults={"deletionProtectionEnabled": False},
        name="name",
    ),
]
