"""Keys that sign, and never leave KMS: what is signed here can only have come from CI (KMS-07)."""

from collections.abc import Mapping
from dataclasses import dataclass

import pulumi
from pulumi_aws import kms

from components.aws.place import Place
from components.aws.policies import Statement, allow_principal, deny_others, document

SPEC = "ECC_NIST_P256"  # what cosign and in-toto verifiers take by default
ADMINISTER = [
    *(
        "kms:CancelKeyDeletion",
        "kms:CreateAlias",
        "kms:DeleteAlias",
        "kms:Describe*",
        "kms:DisableKey",
        "kms:EnableKey",
    ),
    *("kms:Get*", "kms:List*", "kms:PutKeyPolicy", "kms:ScheduleKeyDeletion", "kms:TagResource", "kms:UntagResource"),
    *("kms:UpdateAlias", "kms:UpdateKeyDescription", "kms:Verify"),
]


@dataclass(frozen=True, kw_only=True)
class SigningArgs:
    """`signers`: what a key is for, `alias/{prefix}-sign-{purpose}` -> the role that signs. The window is in days."""

    prefix: str
    place: Place
    signers: Mapping[str, pulumi.Input[str]]
    deletion_window_days: int = 30
    protect: bool = False


class Signing(pulumi.ComponentResource):
    """One asymmetric key per kind of thing that is signed; one role of CI signs with it, no administrator does."""

    arns: Mapping[str, pulumi.Output[str]]

    def __init__(self, name: str, args: SigningArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("platform:aws:Signing", name, None, opts)
        self._name, self._args = name, args
        self.arns = {purpose: self._create(purpose, signer).arn for purpose, signer in args.signers.items()}
        self.register_outputs({"arns": self.arns})

    def _create(self, purpose: str, signer_arn: pulumi.Input[str]) -> kms.Key:
        args, physical = self._args, f"{self._args.prefix}-sign-{purpose}"
        key = kms.Key(
            f"{self._name}-{purpose}",
            description=f"Signs {purpose}",
            key_usage="SIGN_VERIFY",
            customer_master_key_spec=SPEC,
            deletion_window_in_days=args.deletion_window_days,
            policy=pulumi.Output.from_input(signer_arn).apply(lambda signer: signing_policy(args.place, signer)),
            tags={"Name": physical},
            opts=pulumi.ResourceOptions(parent=self, protect=args.protect),
        )
        kms.Alias(
            f"{self._name}-{purpose}",
            name=f"alias/{physical}",
            target_key_id=key.key_id,
            opts=pulumi.ResourceOptions(parent=self),
        )
        return key


def signing_policy(place: Place, signer: str) -> str:
    """The account administers and verifies, the signer signs, and no IAM policy can let anybody else sign."""
    account: Statement = allow_principal("Administer and verify", {"AWS": place.arn("iam", "root")}, ADMINISTER)
    ci = allow_principal("Sign", {"AWS": signer}, ["kms:DescribeKey", "kms:GetPublicKey", "kms:Sign"])
    return document(account, ci, deny_others("Nobody else signs", signer, "kms:Sign"))
