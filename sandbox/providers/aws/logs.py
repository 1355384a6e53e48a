"""CloudWatch log groups."""

from sandbox.providers.aws.row import Call, Row

ROWS = [
    Row(
        type="aws:cloudwatch/logGroup:LogGroup",
        service="logs",
        create=Call("create_log_group"),
        read=Call("describe_log_groups", "logGroups[?logGroupName=='{name}'] | [0]", logGroupNamePrefix="{name}"),
        delete="delete_log_group",
        update={
            "retentionInDays": Call("put_retention_policy", off="delete_retention_policy"),
            "kmsKeyId": Call("associate_kms_key", off="disassociate_kms_key"),
        },
        id="{name}",
        names={"name": "logGroupName"},
        outputs="logGroupClass",
        found={"arn": "logGroupArn"},
        arn="logs:log-group:{name}",
        tags="tag_resource untag_resource list_tags_for_resource",
        name="name",
    ),
]
