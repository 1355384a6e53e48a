"""CloudWatch log groups."""

from sandbox.providers.aws.kind import Cloud, Kind, call, pick
from sandbox.providers.protocol import Props


def _create(cloud: Cloud, props: Props) -> str:
    name: str = props["name"]
    cloud("logs").create_log_group(logGroupName=name, **pick(props, kmsKeyId="kmsKeyId", tags="tagsAll"))
    return name


def _retain(cloud: Cloud, name: str, props: Props) -> None:
    if props.get("retentionInDays"):
        cloud("logs").put_retention_policy(logGroupName=name, retentionInDays=props["retentionInDays"])
    else:  # 0 and absent mean for ever
        cloud("logs").delete_retention_policy(logGroupName=name)


def _encrypt(cloud: Cloud, name: str, props: Props) -> None:
    if props.get("kmsKeyId"):
        cloud("logs").associate_kms_key(logGroupName=name, kmsKeyId=props["kmsKeyId"])
    else:
        cloud("logs").disassociate_kms_key(logGroupName=name)


def _read(cloud: Cloud, name: str, _: Props) -> Props | None:
    groups = cloud("logs").describe_log_groups(logGroupNamePrefix=name)["logGroups"]
    group = next((group for group in groups if group["logGroupName"] == name), None)
    if group is None:
        return None
    arn = cloud.arn("logs", f"log-group:{name}")
    return {
        "name": name,
        "arn": arn,
        "retentionInDays": group.get("retentionInDays", 0),
        "kmsKeyId": group.get("kmsKeyId", ""),
        "logGroupClass": group.get("logGroupClass", "STANDARD"),
        "tagsAll": cloud("logs").list_tags_for_resource(resourceArn=arn)["tags"],
    }


def _tag(cloud: Cloud, name: str, _: Props, tags: dict[str, str], gone: list[str]) -> None:
    arn = cloud.arn("logs", f"log-group:{name}")
    if gone:
        cloud("logs").untag_resource(resourceArn=arn, tagKeys=gone)
    cloud("logs").tag_resource(resourceArn=arn, tags=tags)


ROWS = [
    Kind(
        type="aws:cloudwatch/logGroup:LogGroup",
        create=_create,
        finish=_retain,
        read=_read,
        delete=call("logs", "delete_log_group", "logGroupName"),
        update={"retentionInDays": _retain, "kmsKeyId": _encrypt},
        name="name",
        tag=_tag,
    ),
]
