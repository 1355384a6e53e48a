"""What registers pods with target groups may do in AWS."""

from collections.abc import Sequence

from components.aws.policies import allow, document

LOOK = [
    "ec2:DescribeAvailabilityZones",
    "ec2:DescribeInstances",
    "ec2:DescribeNetworkInterfaces",
    "ec2:DescribeSecurityGroups",
    "ec2:DescribeSubnets",
    "ec2:DescribeVpcs",
    "elasticloadbalancing:DescribeTags",
    "elasticloadbalancing:DescribeTargetGroupAttributes",
    "elasticloadbalancing:DescribeTargetGroups",
    "elasticloadbalancing:DescribeTargetHealth",
]
REGISTER = ["elasticloadbalancing:DeregisterTargets", "elasticloadbalancing:RegisterTargets"]


def registration_policy(target_group_arns: Sequence[str]) -> str:
    """Look at everything, change who stands in these target groups, and nothing else."""
    return document(allow(LOOK, "*"), allow(REGISTER, sorted(target_group_arns)))
