"""Backup plans: what is copied when, where to, for how long, and how it is proven that it can be restored (BDR-05)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pulumi
from pulumi_aws import backup

from components.aws.iam import Duty, Role
from components.aws.place import Place
from components.aws.policies import trust_service
from components.aws.restore_test import RestoreTest, RestoreTestingArgs, restore_test

TAG = "Backup"  # what carries it, with a plan's class of data as value, is backed up by that plan
MANAGED = (
    "service-role/AWSBackupServiceRolePolicyForBackup",
    "service-role/AWSBackupServiceRolePolicyForRestores",
)


@dataclass(frozen=True, kw_only=True)
class Schedule:
    """One rule of a plan: a cron expression in UTC, windows in minutes, and how many days a backup is kept.

    `copy_to` are the ARNs of the vaults that get a copy, kept as long.
    """

    cron: str
    start_window_minutes: int
    completion_minutes: int
    keep_days: int
    copy_to: Sequence[pulumi.Input[str]] = ()


@dataclass(frozen=True, kw_only=True)
class BackupPlanArgs:
    """`plan` is the physical name, `data_class` the value of the tag `Backup` that selects what is copied."""

    plan: str
    data_class: str
    place: Place
    vault_name: pulumi.Input[str]
    vault_arn: pulumi.Input[str]
    schedules: Mapping[str, Schedule]
    restore_test: RestoreTest | None = None


class BackupPlan(pulumi.ComponentResource):
    """Copies everything that carries the tag, and restores one of the copies to see that it can."""

    arn: pulumi.Output[str]
    role_arn: pulumi.Output[str]

    def __init__(self, name: str, args: BackupPlanArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("platform:aws:BackupPlan", name, None, opts)
        self._name, self._args = name, args
        self._child = pulumi.ResourceOptions(parent=self)
        duty = Duty(
            description=f"Backs up and restores what {args.plan} selects",
            trust=trust_service("backup", args.place.account),
            managed=[args.place.managed_policy(policy) for policy in MANAGED],
        )
        role = Role(name, duty, self)
        plan = backup.Plan(
            name,
            name=args.plan,
            rules=[self._rule(rule, schedule) for rule, schedule in args.schedules.items()],
            tags={"Name": args.plan},
            opts=self._child,
        )
        backup.Selection(
            name,
            name=f"{TAG}-{args.data_class}",
            plan_id=plan.id,
            iam_role_arn=role.arn,
            selection_tags=[backup.SelectionSelectionTagArgs(type="STRINGEQUALS", key=TAG, value=args.data_class)],
            opts=pulumi.ResourceOptions(parent=self, depends_on=role.ready),
        )
        if args.restore_test:
            test = RestoreTestingArgs(
                plan=args.plan,
                test=args.restore_test,
                vault_arn=args.vault_arn,
                role_arn=role.arn,
                tagged=(TAG, args.data_class),
            )
            restore_test(name, test, self)
        self.arn, self.role_arn = plan.arn, role.arn
        self.register_outputs({"arn": self.arn})

    def _rule(self, name: str, schedule: Schedule) -> backup.PlanRuleArgs:
        kept = backup.PlanRuleCopyActionLifecycleArgs(delete_after=schedule.keep_days)
        copies = [backup.PlanRuleCopyActionArgs(destination_vault_arn=to, lifecycle=kept) for to in schedule.copy_to]
        return backup.PlanRuleArgs(
            rule_name=name,
            target_vault_name=self._args.vault_name,
            schedule=schedule.cron,
            start_window=schedule.start_window_minutes,
            completion_window=schedule.completion_minutes,
            lifecycle=backup.PlanRuleLifecycleArgs(delete_after=schedule.keep_days),
            copy_actions=copies,
        )
