"""CloudTrail: trails."""

from sandbox.providers.aws.kind import Cloud
from sandbox.providers.aws.row import Call, Row
from sandbox.providers.protocol import Props


def _switch(cloud: Cloud, id_: str, props: Props) -> None:
    """A trail begins switched off, and a program that says nothing means on."""
    api = cloud("cloudtrail")
    (api.stop_logging if props.get("enableLogging") is False else api.start_logging)(Name=id_)


ROWS = [
    Row(
        type="aws:cloudtrail/trail:Trail",
        create=Call("create_trail", "trailARN"),
        read=Call("get_trail", "trail"),
        more=(Call("get_trail_status", "{enableLogging: isLogging}", Name="{trailARN}"),),
        delete=Call("delete_trail", Name="{name}"),
        finish=_switch,
        update={
            "s3BucketName s3KeyPrefix kmsKeyId enableLogFileValidation includeGlobalServiceEvents isMultiRegionTrail "
            "cloudWatchLogsGroupArn cloudWatchLogsRoleArn": "update_trail",
            "enableLogging": _switch,
        },
        key="Name",
        names={"cloudWatchLogsGroupArn": "cloudWatchLogsLogGroupArn"},
        found={"arn": "trailARN", "enableLogFileValidation": "logFileValidationEnabled", "name": "name"},
        outputs="homeRegion",
        arn="cloudtrail:trail/{name}",
        tags=(  # type: ignore[arg-type]
            Call("add_tags"),
            Call("remove_tags"),
            Call("list_tags", "resourceTagList[0].tagsList"),
        ),
        defaults={
            "enableLogging": True,
            "enableLogFileValidation": False,
            "includeGlobalServiceEvents": True,
            "isMultiRegionTrail": False,
        },
        name="name",
    ),
]
