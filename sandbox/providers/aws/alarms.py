"""CloudWatch: alarms on one metric."""

from sandbox.providers.aws.kind import Cloud, tag_list
from sandbox.providers.aws.row import Call, Row
from sandbox.providers.protocol import Props

_SETTINGS = (
    "alarmDescription namespace metricName dimensions statistic period evaluationPeriods datapointsToAlarm threshold "
    "comparisonOperator treatMissingData actionsEnabled alarmActions okActions insufficientDataActions"
)


def _create(cloud: Cloud, props: Props) -> str:
    _put(cloud, props["name"], props, Tags=tag_list(props))
    return str(props["name"])


def _put(cloud: Cloud, id_: str, props: Props, **more: object) -> None:
    """One call sets everything, and takes away what it leaves out, but for tags."""
    said = {_api(key): props[key] for key in _SETTINGS.split() if props.get(key) is not None}
    for key in said.keys() & {"Period", "EvaluationPeriods", "DatapointsToAlarm"}:
        said[key] = int(said[key])
    if "Dimensions" in said:
        said["Dimensions"] = [{"Name": name, "Value": each} for name, each in sorted(said["Dimensions"].items())]
    cloud("cloudwatch").put_metric_alarm(AlarmName=id_, **said, **more)


def _api(key: str) -> str:
    return "OKActions" if key == "okActions" else f"{key[0].upper()}{key[1:]}"


def _dimensions(found: Props) -> Props | None:
    return {each["name"]: each["value"] for each in found.get("dimensions") or []} or None


ROWS = [
    Row(
        type="aws:cloudwatch/metricAlarm:MetricAlarm",
        create=_create,
        read=Call("describe_alarms", "metricAlarms[0]", AlarmNames=["{name}"]),
        delete=Call("delete_alarms", AlarmNames=["{name}"]),
        update={_SETTINGS: _put},
        id="{name}",
        names={"name": "AlarmName"},
        found={"arn": "alarmArn", "dimensions": _dimensions},
        arn="cloudwatch:alarm:{name}",
        tags="tag_resource untag_resource list_tags_for_resource",
        sets="alarmActions okActions insufficientDataActions",
        defaults={"treatMissingData": "missing", "actionsEnabled": True},
        name="name",
    ),
]
