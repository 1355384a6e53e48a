"""What every row of EC2 shares."""

from typing import Any

from sandbox.providers.aws.kind import Cloud

TAGS = "create_tags delete_tags"


def found(cloud: Cloud, operation: str, key: str, id_: str, answer: str) -> dict[str, Any]:
    """The one object of a describe call; empty when there is none."""
    objects = getattr(cloud("ec2"), operation)(**{key: [id_]})[answer]
    return objects[0] if objects else {}
