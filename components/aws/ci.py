"""What CI may do in AWS, without a key that could leak: it proves itself by the token of its workflow (IAM-03)."""

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
from pulumi_aws import iam

from components.aws.iam import Duty, Role
from components.aws.partitions import service_principal
from components.aws.place import Place
from components.aws.policies import allow, document, trust_workflow

HOST = "token.actions.githubusercontent.com"
PUSH = [
    "ecr:BatchCheckLayerAvailability",
    "ecr:BatchGetImage",
    "ecr:CompleteLayerUpload",
    "ecr:DescribeImages",
    "ecr:GetDownloadUrlForLayer",
    "ecr:InitiateLayerUpload",
    "ecr:PutImage",
    "ecr:UploadLayerPart",
]


@dataclass(frozen=True, kw_only=True)
class ImagePushArgs:
    """`repository` is owner/name on GitHub; `refs` are full, a wildcard at their end allowed; `registries` by name."""

    role: str
    place: Place
    repository: str
    refs: Sequence[str]
    registries: Sequence[str]


class ImagePush(pulumi.ComponentResource):
    """A role that workflows of one repository can take on named refs, to push into named registries."""

    role_arn: pulumi.Output[str]
    provider_arn: pulumi.Output[str]
    """Of GitHub's tokens, which an account takes from one provider for all its roles."""

    def __init__(self, name: str, args: ImagePushArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("platform:aws:ImagePush", name, None, opts)
        provider = iam.OpenIdConnectProvider(
            name,
            url=f"https://{HOST}",
            client_id_lists=[service_principal("sts")],
            tags={"Name": HOST},
            opts=pulumi.ResourceOptions(parent=self),
        )
        duty = Duty(
            description=f"Workflows of {args.repository} push images",
            trust=provider.arn.apply(lambda arn: trust_workflow(arn, HOST, args.repository, args.refs)),
            policy=push_policy(args.place, args.registries),
        )
        self.role_arn, self.provider_arn = Role(name, duty, self, physical=args.role).arn, provider.arn
        self.register_outputs({"role_arn": self.role_arn, "provider_arn": self.provider_arn})


def push_policy(place: Place, registries: Sequence[str]) -> str:
    """Sign in, which AWS grants for all registries or none, and push to these."""
    return document(
        allow(["ecr:GetAuthorizationToken"], "*"),
        allow(PUSH, [place.arn("ecr", f"repository/{registry}") for registry in registries]),
    )
