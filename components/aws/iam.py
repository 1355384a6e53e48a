"""IAM roles with what they may do; nothing here has a static key (IAM-01)."""

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
from pulumi_aws import iam


@dataclass(frozen=True, kw_only=True)
class Duty:
    """What a role is for: who may assume it, AWS-managed policies by ARN, and a policy of its own."""

    description: str
    trust: pulumi.Input[str]
    managed: Sequence[str] = ()
    policy: pulumi.Input[str] | None = None


class Role:
    """A role within a component; `ready` is what must exist before the role can do its work, and outlive its user."""

    def __init__(self, name: str, duty: Duty, parent: pulumi.Resource, physical: str | None = None) -> None:
        child = pulumi.ResourceOptions(parent=parent)
        role = iam.Role(
            name,
            name=physical,
            description=duty.description,
            assume_role_policy=duty.trust,
            tags={"Name": physical or name},
            opts=child,
        )
        self.name, self.arn = role.name, role.arn
        self.ready: list[pulumi.Resource] = [role]
        for arn in duty.managed:
            what = arn.rsplit("/", 1)[-1]
            self.ready.append(iam.RolePolicyAttachment(f"{name}-{what}", role=role.name, policy_arn=arn, opts=child))
        if duty.policy is not None:
            self.ready.append(iam.RolePolicy(name, role=role.name, policy=duty.policy, opts=child))
