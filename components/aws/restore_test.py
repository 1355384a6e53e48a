"""Restore tests: the newest recovery point of a vault is restored on schedule, and thrown away (BDR-15)."""

from dataclasses import dataclass

import pulumi
from pulumi_aws import backup


@dataclass(frozen=True, kw_only=True)
class RestoreTest:
    """A scheduled restore of the newest recovery point, thrown away after `keep_hours` (BDR-15)."""

    cron: str
    resource_type: str
    keep_hours: int = 4


@dataclass(frozen=True, kw_only=True)
class RestoreTestingArgs:
    """`plan` is the physical name, `vault_arn` where the copies are, and `role_arn` who restores them.

    With `tagged`, key and value, only what carries that tag is restored; else everything of its type in the vault.
    """

    plan: str
    test: RestoreTest
    vault_arn: pulumi.Input[str]
    role_arn: pulumi.Input[str]
    tagged: tuple[str, str] | None = None


class RestoreTesting(pulumi.ComponentResource):
    """Restores from a vault that another component fills."""

    def __init__(self, name: str, args: RestoreTestingArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("platform:aws:RestoreTesting", name, None, opts)
        restore_test(name, args, self)
        self.register_outputs({})


def restore_test(name: str, args: RestoreTestingArgs, parent: pulumi.Resource) -> None:
    """Declare a test within a component; AWS takes letters, digits and underscores only for its names."""
    physical, child = args.plan.replace("-", "_"), pulumi.ResourceOptions(parent=parent)
    plan = backup.RestoreTestingPlan(
        name,
        name=physical,
        schedule_expression=args.test.cron,
        recovery_point_selection=backup.RestoreTestingPlanRecoveryPointSelectionArgs(
            algorithm="LATEST_WITHIN_WINDOW",
            include_vaults=[args.vault_arn],
            recovery_point_types=["SNAPSHOT"],
            selection_window_days=7,
        ),
        tags={"Name": physical},
        opts=child,
    )
    backup.RestoreTestingSelection(
        name,
        name=physical,
        restore_testing_plan_name=plan.name,
        iam_role_arn=args.role_arn,
        protected_resource_type=args.test.resource_type,
        protected_resource_arns=None if args.tagged else ["*"],
        protected_resource_conditions=_conditions(*args.tagged) if args.tagged else None,
        validation_window_hours=args.test.keep_hours,
        opts=child,
    )


def _conditions(key: str, value: str) -> backup.RestoreTestingSelectionProtectedResourceConditionsArgs:
    tag = backup.RestoreTestingSelectionProtectedResourceConditionsStringEqualArgs(
        key=f"aws:ResourceTag/{key}", value=value
    )
    return backup.RestoreTestingSelectionProtectedResourceConditionsArgs(string_equals=[tag])
