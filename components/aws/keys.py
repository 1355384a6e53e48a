"""Customer-managed keys, one aliased key per class of data."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pulumi
from pulumi_aws import kms

from components.aws.key_policies import KeyClass, key_policy
from components.aws.place import Place

DESCRIPTIONS: Mapping[KeyClass, str] = {
    "eks": "EKS Secret Encryption Key",
    "ebs": "EBS Encryption Key",
    "rds": "RDS Encryption Key",
    "cache": "ElastiCache Encryption Key",
    "audit": "Audit Encryption Key",
    "backup": "Backup Encryption Key",
    "secrets": "Secrets Manager Encryption Key",
    "logs": "CloudWatch Logs Encryption Key",
    "registry": "Container Registry Encryption Key",
}


@dataclass(frozen=True, kw_only=True)
class KeysArgs:
    """`prefix` names the aliases: `alias/{prefix}-{class}`. The window is in days; `protect` refuses to destroy."""

    prefix: str
    place: Place
    classes: Sequence[KeyClass]
    deletion_window_days: int = 30
    multi_region: Sequence[KeyClass] = ()
    protect: bool = False


class Keys(pulumi.ComponentResource):
    """Rotated keys with exact policies, so that a leaked permission for one class of data opens no other."""

    arns: Mapping[KeyClass, pulumi.Output[str]]

    def __init__(self, name: str, args: KeysArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("platform:aws:Keys", name, None, opts)
        self._name, self._args = name, args
        self._child = pulumi.ResourceOptions(parent=self)
        self.arns = {key: self._create(key).arn for key in args.classes}
        self.register_outputs({"arns": self.arns})

    def _create(self, key: KeyClass) -> kms.Key:
        created = kms.Key(
            f"{self._name}-{key}",
            description=DESCRIPTIONS[key],
            deletion_window_in_days=self._args.deletion_window_days,
            enable_key_rotation=True,
            multi_region=key in self._args.multi_region,
            policy=key_policy(key, self._args.place),
            tags={"Name": f"{self._args.prefix}-{key}"},
            opts=pulumi.ResourceOptions(parent=self, protect=self._args.protect),
        )
        kms.Alias(
            f"{self._name}-{key}",
            name=f"alias/{self._args.prefix}-{key}",
            target_key_id=created.key_id,
            opts=self._child,
        )
        return created
