"""EC2, the computing half: launch templates and single instances."""

import time
from typing import Any

from sandbox.providers.aws.ec2 import found, specified, tag_ec2
from sandbox.providers.aws.kind import Cloud, Kind, call, lower, one, pick, tag_list, tag_map
from sandbox.providers.protocol import Props

_DATA = (
    *("imageId", "instanceType", "blockDeviceMappings", "metadataOptions", "placement", "iamInstanceProfile"),
    *("monitoring", "userData", "enclaveOptions"),
)
_WORDS = ("encrypted", "deleteOnTermination")  # booleans that the vendor's provider spells as strings


def _pascal(value: Any) -> Any:
    """A block in the API's spelling."""
    if isinstance(value, dict):
        words = {key: item == "true" for key, item in value.items() if key in _WORDS and isinstance(item, str)}
        return {key[:1].upper() + key[1:]: _pascal(item) for key, item in {**value, **words}.items()}
    return [_pascal(item) for item in value] if isinstance(value, list) else value


def _camel(value: Any) -> Any:
    """The opposite of `_pascal`."""
    if isinstance(value, dict):
        plain_ = {key[:1].lower() + key[1:]: _camel(item) for key, item in value.items()}
        return {key: str(item).lower() if key in _WORDS else item for key, item in plain_.items()}
    return [_camel(item) for item in value] if isinstance(value, list) else value


def _template_data(props: Props) -> dict[str, Any]:
    data = _pascal({key: props[key] for key in _DATA if props.get(key) is not None})
    specs = [
        {"ResourceType": spec["resourceType"], "Tags": tag_list({"tagsAll": spec["tags"]})}
        for spec in props.get("tagSpecifications") or []
    ]
    return {
        **data,
        **({"TagSpecifications": specs} if specs else {}),
        **pick(props, SecurityGroupIds="vpcSecurityGroupIds"),
    }


def _create_template(cloud: Cloud, props: Props) -> str:
    answer = cloud("ec2").create_launch_template(
        LaunchTemplateName=props["name"],
        LaunchTemplateData=_template_data(props),
        TagSpecifications=specified("launch-template", props),
        **pick(props, VersionDescription="description"),
    )
    id_: str = answer["LaunchTemplate"]["LaunchTemplateId"]
    return id_


def _new_version(cloud: Cloud, id_: str, props: Props) -> None:
    answer = cloud("ec2").create_launch_template_version(
        LaunchTemplateId=id_,
        LaunchTemplateData=_template_data(props),
        **pick(props, VersionDescription="description"),
    )
    if props.get("updateDefaultVersion"):
        version = str(answer["LaunchTemplateVersion"]["VersionNumber"])
        cloud("ec2").modify_launch_template(LaunchTemplateId=id_, DefaultVersion=version)


def _read_template(cloud: Cloud, id_: str, _: Props) -> Props | None:
    template = found(cloud, "describe_launch_templates", "LaunchTemplateIds", id_, "LaunchTemplates")
    if template is None:
        return None
    latest = cloud("ec2").describe_launch_template_versions(LaunchTemplateId=id_, Versions=["$Latest"])
    version = latest["LaunchTemplateVersions"][0]
    data = version["LaunchTemplateData"]
    specs = [
        {"resourceType": spec["ResourceType"], "tags": tag_map(spec["Tags"])}
        for spec in data.get("TagSpecifications", [])
        if spec["ResourceType"] != "launch-template"  # moto keeps the template's own tags here too
    ]
    return {
        **{key: value for key, value in _camel(data).items() if key in _DATA},
        "vpcSecurityGroupIds": data.get("SecurityGroupIds", []),
        "tagSpecifications": specs,
        "description": version.get("VersionDescription", ""),
        "name": template["LaunchTemplateName"],
        "latestVersion": template["LatestVersionNumber"],
        "defaultVersion": template["DefaultVersionNumber"],
        "arn": cloud.arn("ec2", f"launch-template/{id_}"),
        "tagsAll": tag_map(template.get("Tags")),
    }


def _run(cloud: Cloud, props: Props) -> str:
    template = pick(one(props, "launchTemplate"), LaunchTemplateId="id", LaunchTemplateName="name", Version="version")
    profile = {"IamInstanceProfile": {"Name": props["iamInstanceProfile"]}} if props.get("iamInstanceProfile") else {}
    answer = cloud("ec2").run_instances(
        MinCount=1,
        MaxCount=1,
        LaunchTemplate=template,
        **pick(props, "subnetId", SecurityGroupIds="vpcSecurityGroupIds"),
        **profile,
        TagSpecifications=specified("instance", props),
    )
    id_: str = answer["Instances"][0]["InstanceId"]
    return id_


def _instance(cloud: Cloud, id_: str) -> dict[str, Any] | None:
    reservation = found(cloud, "describe_instances", "InstanceIds", id_, "Reservations")
    return reservation and reservation["Instances"][0]


def _wait(cloud: Cloud, id_: str, state: str) -> None:
    while (instance := _instance(cloud, id_)) is not None and instance["State"]["Name"] != state:
        time.sleep(0.2)


def _read_instance(cloud: Cloud, id_: str, props: Props) -> Props | None:
    instance = _instance(cloud, id_)
    if instance is None or instance["State"]["Name"] in ("shutting-down", "terminated"):
        return None
    system = {tag["Key"].rpartition(":")[2]: tag["Value"] for tag in instance["Tags"] if tag["Key"].startswith("aws:")}
    return {
        **lower(instance, "SubnetId", "InstanceType"),
        "ami": instance["ImageId"],
        "privateIp": instance.get("PrivateIpAddress"),
        "privateDns": instance.get("PrivateDnsName"),
        "launchTemplate": {**one(props, "launchTemplate"), **pick(system, id="id", version="version")},
        "vpcSecurityGroupIds": [group["GroupId"] for group in instance["SecurityGroups"]],
        "iamInstanceProfile": instance.get("IamInstanceProfile", {}).get("Arn", "").rpartition("/")[2],
        "availabilityZone": instance["Placement"]["AvailabilityZone"],
        "primaryNetworkInterfaceId": instance["NetworkInterfaces"][0]["NetworkInterfaceId"],
        "instanceState": instance["State"]["Name"],
        "arn": cloud.arn("ec2", f"instance/{id_}"),
        "tagsAll": tag_map(instance.get("Tags")),
    }


def _change_profile(cloud: Cloud, id_: str, props: Props) -> None:
    query = [{"Name": "instance-id", "Values": [id_]}]
    answer = cloud("ec2").describe_iam_instance_profile_associations(Filters=query)
    for association in answer["IamInstanceProfileAssociations"]:
        cloud("ec2").disassociate_iam_instance_profile(AssociationId=association["AssociationId"])
    if props.get("iamInstanceProfile"):
        profile = {"Name": props["iamInstanceProfile"]}
        cloud("ec2").associate_iam_instance_profile(IamInstanceProfile=profile, InstanceId=id_)


def _terminate(cloud: Cloud, id_: str, _: Props) -> None:
    cloud("ec2").terminate_instances(InstanceIds=[id_])
    _wait(cloud, id_, "terminated")


ROWS = [
    Kind(
        type="aws:ec2/launchTemplate:LaunchTemplate",
        create=_create_template,
        read=_read_template,
        delete=call("ec2", "delete_launch_template", "LaunchTemplateId"),
        update={
            **dict.fromkeys((*_DATA, "vpcSecurityGroupIds", "tagSpecifications", "description"), _new_version),
            "updateDefaultVersion": None,
        },
        name="name",
        tag=tag_ec2,
        sets=frozenset({"vpcSecurityGroupIds"}),
        write_only=frozenset({"updateDefaultVersion"}),
    ),
    Kind(
        type="aws:ec2/instance:Instance",
        create=_run,
        finish=lambda cloud, id_, _: _wait(cloud, id_, "running"),
        read=_read_instance,
        delete=_terminate,
        update={
            "vpcSecurityGroupIds": lambda cloud, id_, props: cloud("ec2").modify_instance_attribute(
                InstanceId=id_, Groups=props["vpcSecurityGroupIds"]
            ),
            "iamInstanceProfile": _change_profile,
        },
        replace=frozenset({"launchTemplate", "subnetId"}),
        computed=frozenset({"subnetId", "vpcSecurityGroupIds", "iamInstanceProfile"}),
        tag=tag_ec2,
        sets=frozenset({"vpcSecurityGroupIds"}),
    ),
]
