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
    "streaming": "MSK Encryption Key",
    "audit": "Audit Encryption Key",
    "backup": "Backup Encryption Key",
    "alerts": "Alert Encryption Key",
    "secrets": "Secrets Manager Encryption Key",
    "logs": "CloudWatch Logs Encryption Key",
    "registry": "Container Registry Encryption Key",
    "state": "Pulumi State Encryption Key",
    "failover": "Failover Encryption Key",
}
# What backups are sealed with: the disks' and the databases' own keys, and the vault's for what has none.
COPIED: tuple[KeyClass, ...] = ("ebs", "rds", "backup")


@dataclass(frozen=True, kw_only=True)
class KeysArgs:
    """`prefix` names the aliases: `alias/{prefix}-{class}`. The window is in days; `protect` refuses to destroy.

    `replica_place` is where keys of the classes in `multi_region` are kept a second time; `after` are roles that the
    policies name. `copied_by` are accounts that copy backups of what the keys of COPIED seal.
    """

    prefix: str
    place: Place
    classes: Sequence[KeyClass]
    deletion_window_days: int = 30
    multi_region: Sequence[KeyClass] = ()
    protect: bool = False
    replica_place: Place | None = None
    copied_by: Sequence[str] = ()
    after: Sequence[pulumi.Resource] = ()


class Keys(pulumi.ComponentResource):
    """Rotated keys with exact policies, so that a leaked permission for one class of data opens no other."""

    arns: Mapping[KeyClass, pulumi.Output[str]]
    replica_arns: Mapping[KeyClass, pulumi.Output[str]]

    def __init__(self, name: str, args: KeysArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("platform:aws:Keys", name, None, opts)
        self._name, self._args = name, args
        self._child = pulumi.ResourceOptions(parent=self)
        keys = {key: self._create(key) for key in args.classes}
        place = args.replica_place
        self.replica_arns = {key: self._replicate(key, keys[key], place).arn for key in args.multi_region if place}
        self.arns = {key: created.arn for key, created in keys.items()}
        self.register_outputs({"arns": self.arns})

    def _create(self, key: KeyClass) -> kms.Key:
        created = kms.Key(
            f"{self._name}-{key}",
            description=DESCRIPTIONS[key],
            deletion_window_in_days=self._args.deletion_window_days,
            enable_key_rotation=True,
            multi_region=key in self._args.multi_region,
            policy=key_policy(key, self._args.place, self._args.copied_by if key in COPIED else ()),
            tags={"Name": f"{self._args.prefix}-{key}"},
            opts=pulumi.ResourceOptions(parent=self, protect=self._args.protect, depends_on=list(self._args.after)),
        )
        self._name_it(f"{self._name}-{key}", key, created.key_id)
        return created

    def _replicate(self, key: KeyClass, primary: kms.Key, place: Place) -> kms.ReplicaKey:
        """The same key in the other region, under a policy and an alias of its own there."""
        replica = kms.ReplicaKey(
            f"{self._name}-{key}-replica",
            description=f"{DESCRIPTIONS[key]} (replica)",
            primary_key_arn=primary.arn,
            deletion_window_in_days=self._args.deletion_window_days,
            policy=key_policy(key, place),
            region=place.region,
            tags={"Name": f"{self._args.prefix}-{key}"},
            opts=pulumi.ResourceOptions(parent=self, protect=self._args.protect),
        )
        self._name_it(f"{self._name}-{key}-replica", key, replica.key_id, place.region)
        return replica

    def _name_it(self, name: str, key: KeyClass, key_id: pulumi.Output[str], region: str | None = None) -> None:
        alias = f"alias/{self._args.prefix}-{key}"
        kms.Alias(name, name=alias, target_key_id=key_id, region=region, opts=self._child)
