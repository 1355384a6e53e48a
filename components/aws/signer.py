"""Who signs what a deployment leaves behind: jobs in named environments of one repository, and no others (CMP-11)."""

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi

from components.aws.ci import HOST
from components.aws.iam import Duty, Role
from components.aws.policies import trust_environments


@dataclass(frozen=True, kw_only=True)
class SignerArgs:
    """`repository` is owner/name on GitHub, `environments` are its own, by whole names; the provider is GitHub's."""

    role: str
    repository: str
    environments: Sequence[str]
    provider_arn: pulumi.Input[str]


class Signer(pulumi.ComponentResource):
    """A role that only deployments can take. It has no policy: it may do what the policy of a key lets it do."""

    role_arn: pulumi.Output[str]

    def __init__(self, name: str, args: SignerArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("platform:aws:Signer", name, None, opts)
        duty = Duty(
            description=f"Deployments by {args.repository} sign evidence",
            trust=pulumi.Output.from_input(args.provider_arn).apply(
                lambda arn: trust_environments(arn, HOST, args.repository, args.environments)
            ),
        )
        self.role_arn = Role(name, duty, self, physical=args.role).arn
        self.register_outputs({"role_arn": self.role_arn})
