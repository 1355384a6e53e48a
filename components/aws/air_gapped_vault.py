"""A vault out of reach: locked from its first day, under a key of AWS's own, so that no administrator here ends it."""

from dataclasses import dataclass

import pulumi
from pulumi_aws import backup


@dataclass(frozen=True, kw_only=True)
class AirGappedVaultArgs:
    """`vault` is the physical name; nothing in it goes before `min_days` or stays beyond `max_days`."""

    vault: str
    min_days: int
    max_days: int
    protect: bool = True


class AirGappedVault(pulumi.ComponentResource):
    """A logically air-gapped vault, to which backups are copied, and from which other accounts can restore."""

    arn: pulumi.Output[str]

    def __init__(self, name: str, args: AirGappedVaultArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("platform:aws:AirGappedVault", name, None, opts)
        # No key is named: one of this account could be scheduled for deletion by whoever has the rights here.
        vault = backup.LogicallyAirGappedVault(
            name,
            name=args.vault,
            min_retention_days=args.min_days,
            max_retention_days=args.max_days,
            tags={"Name": args.vault},
            opts=pulumi.ResourceOptions(parent=self, protect=args.protect),
        )
        self.arn = vault.arn
        self.register_outputs({"arn": self.arn})
