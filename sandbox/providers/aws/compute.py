"""EC2, the computing half: launch templates and single instances."""

from sandbox.providers.aws.ec2 import TAGS
from sandbox.providers.aws.kind import Cloud
from sandbox.providers.aws.row import Call, Row, Wait
from sandbox.providers.protocol import Props

_DATA = (
    "imageId instanceType blockDeviceMappings metadataOptions placement iamInstanceProfile monitoring userData "
    "enclaveOptions vpcSecurityGroupIds tagSpecifications"
)


def _default_version(cloud: Cloud, said: Props, known: Props) -> None:
    if known.get("updateDefaultVersion"):
        version = str(said["launchTemplateVersion"]["versionNumber"])
        cloud("ec2").modify_launch_template(LaunchTemplateId=known["launchTemplateId"], DefaultVersion=version)


def _disks(found: Props) -> list[Props]:
    """The vendor's provider spells some of their booleans as words."""
    disks = found["launchTemplateData"].get("blockDeviceMappings") or []
    for ebs in (disk["ebs"] for disk in disks if "ebs" in disk):
        ebs |= {key: str(ebs[key]).lower() for key in ("encrypted", "deleteOnTermination") if key in ebs}
    return disks


def _change_profile(cloud: Cloud, id_: str, props: Props) -> None:
    query = [{"Name": "instance-id", "Values": [id_]}]
    answer = cloud("ec2").describe_iam_instance_profile_associations(Filters=query)
    for association in answer["IamInstanceProfileAssociations"]:
        cloud("ec2").disassociate_iam_instance_profile(AssociationId=association["AssociationId"])
    if props.get("iamInstanceProfile"):
        profile = {"Name": props["iamInstanceProfile"]}
        cloud("ec2").associate_iam_instance_profile(IamInstanceProfile=profile, InstanceId=id_)


ROWS = [
    Row(
        type="aws:ec2/launchTemplate:LaunchTemplate",
        create=Call("create_launch_template", "launchTemplate.launchTemplateId"),
        read=Call(
            "describe_launch_template_versions",
            "launchTemplateVersions[0].{launchTemplateData: launchTemplateData, description: versionDescription}",
            Versions=["$Latest"],
        ),
        more=(Call("describe_launch_templates", "launchTemplates[0]"),),
        delete="delete_launch_template",
        update={f"{_DATA} description": "create_launch_template_version"},
        settle=_default_version,
        names={
            "name": "LaunchTemplateName",
            "description": "VersionDescription",
            "vpcSecurityGroupIds": "SecurityGroupIds",
            "tagSpecifications": "LaunchTemplateData.TagSpecifications",
        },
        within="LaunchTemplateData",
        found={
            "blockDeviceMappings": _disks,
            "description": "description",
            # moto keeps the template's own tags here too
            "tagSpecifications": "launchTemplateData.tagSpecifications[?resourceType!='launch-template']",
            "latestVersion": "latestVersionNumber",
            "defaultVersion": "defaultVersionNumber",
        },
        arn="ec2:launch-template/{launchTemplateId}",
        refer="lt-",
        tags=TAGS,
        sets="vpcSecurityGroupIds",
        write_only="updateDefaultVersion",
        name="name",
    ),
    Row(
        type="aws:ec2/instance:Instance",
        create=Call("run_instances", "instances[0].instanceId", MinCount=1, MaxCount=1),
        read=Call("describe_instances", "reservations[].instances[] | [?state.name!='terminated'] | [0]"),
        wait=Wait("pending shutting-down", "running", at="state.name"),
        delete="terminate_instances",
        update={
            "vpcSecurityGroupIds": Call("modify_instance_attribute", Groups="{vpcSecurityGroupIds}"),
            "iamInstanceProfile": _change_profile,
        },
        names={
            "vpcSecurityGroupIds": "SecurityGroupIds",
            "launchTemplate.id": "LaunchTemplateId",
            "launchTemplate.name": "LaunchTemplateName",
        },
        write={"iamInstanceProfile": lambda name: {"name": name}},
        found={
            "launchTemplate": 'tags.{id: "aws:ec2launchtemplate:id", version: "aws:ec2launchtemplate:version"}',
            "vpcSecurityGroupIds": "securityGroups[].groupId",
            "iamInstanceProfile": lambda found: found.get("iamInstanceProfile", {}).get("arn", "").rpartition("/")[2],
            "ami": "imageId",
            "privateDns": "privateDnsName",
            "availabilityZone": "placement.availabilityZone",
            "primaryNetworkInterfaceId": "networkInterfaces[0].networkInterfaceId",
            "instanceState": "state.name",
        },
        outputs="instanceType privateIp",
        arn="ec2:instance/{instanceId}",
        refer="i-",
        tags=TAGS,
        replace="launchTemplate subnetId",
        computed="subnetId vpcSecurityGroupIds iamInstanceProfile",
        sets="vpcSecurityGroupIds",
    ),
]
