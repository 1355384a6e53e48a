"""Config: the recorder of a region, where it delivers to, whether it runs, and the rules on what it recorded."""

from sandbox.providers.aws.kind import Cloud
from sandbox.providers.aws.row import Call, Row
from sandbox.providers.protocol import Props


def _run(cloud: Cloud, name: str, props: Props) -> None:
    api = cloud("config")
    (api.start_configuration_recorder if props.get("isEnabled") else api.stop_configuration_recorder)(
        ConfigurationRecorderName=name
    )


def _start(cloud: Cloud, props: Props) -> str:
    _run(cloud, props["name"], props)
    return str(props["name"])


ROWS = [
    Row(
        type="aws:cfg/recorder:Recorder",
        service="config",
        create=Call("put_configuration_recorder"),
        read=Call(
            "describe_configuration_recorders", "configurationRecorders[0]", ConfigurationRecorderNames=["{name}"]
        ),
        delete=Call("delete_configuration_recorder", ConfigurationRecorderName="{name}"),
        update={"roleArn recordingGroup": "put_configuration_recorder"},
        id="{name}",
        names={"roleArn": "roleARN"},
        within="ConfigurationRecorder",
        found={
            "recordingGroup": "recordingGroup.{allSupported: allSupported, "
            "includeGlobalResourceTypes: includeGlobalResourceTypes}"
        },
        name="name",
    ),
    Row(
        type="aws:cfg/deliveryChannel:DeliveryChannel",
        service="config",
        create=Call("put_delivery_channel"),
        read=Call("describe_delivery_channels", "deliveryChannels[0]", DeliveryChannelNames=["{name}"]),
        delete=Call("delete_delivery_channel", DeliveryChannelName="{name}"),
        update={"s3BucketName s3KmsKeyArn s3KeyPrefix": "put_delivery_channel"},
        id="{name}",
        within="DeliveryChannel",
        name="name",
    ),
    Row(
        type="aws:cfg/recorderStatus:RecorderStatus",
        service="config",
        create=_start,
        read=Call(
            "describe_configuration_recorder_status",
            "configurationRecordersStatus[0]",
            ConfigurationRecorderNames=["{name}"],
        ),
        delete=lambda cloud, id_, props: _run(cloud, id_, {}),
        update={"isEnabled": _run},
        id="{name}",
        found={"isEnabled": "recording"},
        replace="name",
    ),
    Row(
        type="aws:cfg/rule:Rule",
        service="config",
        create=Call("put_config_rule"),
        read=Call("describe_config_rules", "configRules[0]", ConfigRuleNames=["{name}"]),
        delete="delete_config_rule",
        update={"description source": "put_config_rule"},
        id="{name}",
        names={"name": "ConfigRuleName"},
        within="ConfigRule",
        found={"arn": "configRuleArn", "ruleId": "configRuleId"},
        arn="{arn}",
        tags="tag_resource untag_resource list_tags_for_resource",
        name="name",
    ),
]
