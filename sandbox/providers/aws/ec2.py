"""What every row of EC2 shares: tags, and the one object of a describe call."""

from typing import Any

from sandbox.providers.aws.kind import Cloud, tag_list
from sandbox.providers.protocol import Props


def tag_ec2(cloud: Cloud, id_: str, _: Props, tags: dict[str, str], gone: list[str]) -> None:
    """EC2 tags every object the same way, by its id."""
    if gone:
        cloud("ec2").delete_tags(Resources=[id_], Tags=[{"Key": key} for key in gone])
    cloud("ec2").create_tags(Resources=[id_], Tags=[{"Key": key, "Value": value} for key, value in tags.items()])


def specified(resource: str, props: Props) -> list[dict[str, Any]]:
    """Tags given with the create call, so that no object is ever seen untagged."""
    return [{"ResourceType": resource, "Tags": tag_list(props)}] if props.get("tagsAll") else []


def found(cloud: Cloud, operation: str, key: str, id_: str, answer: str) -> dict[str, Any] | None:
    """The one object of a describe call, or None."""
    objects = getattr(cloud("ec2"), operation)(**{key: [id_]})[answer]
    return objects[0] if objects else None
