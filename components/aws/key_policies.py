"""Key policies, one function per class of key: the account's own IAM, and the one service that needs the key itself."""

from collections.abc import Callable, Mapping, Sequence
from typing import Literal

from components.aws.partitions import service_principal
from components.aws.place import Place
from components.aws.policies import Condition, Statement, allow_principal, document

KeyClass = Literal[
    "eks",
    "ebs",
    "rds",
    "cache",
    "streaming",
    "audit",
    "backup",
    "alerts",
    "secrets",
    "logs",
    "registry",
    "state",
    "failover",
]

USE = ["kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:DescribeKey"]


def key_policy(key: KeyClass, place: Place, copied_by: Sequence[str] = ()) -> str:
    """The policy of a class's key; where no service needs the key itself, only IAM policies of the account open it.

    Accounts in `copied_by` may open and re-seal what is sealed with it, for their copies of backups.
    """
    grants = SERVICE_STATEMENTS.get(key, lambda _: ())
    return document(account_root(place), *grants(place), *copying_accounts(place, copied_by))


def account_root(place: Place) -> Statement:
    """Lets IAM policies of the account decide; without it a key can become unmanageable (KMS-02)."""
    return allow_principal("Enable IAM User Permissions", {"AWS": place.arn("iam", "root")}, "kms:*")


def copying_accounts(place: Place, accounts: Sequence[str]) -> tuple[Statement, ...]:
    """A copy of a backup into another account is made by that account, which must be able to read it there."""
    copy = ["kms:Decrypt", "kms:DescribeKey", "kms:GenerateDataKey*", "kms:ReEncrypt*"]
    for_copies = {"Bool": {"kms:GrantIsForAWSResource": "true"}}
    return tuple(
        statement
        for account in accounts
        for statement in (
            allow_principal(f"Allow copies by {account}", _root(place, account), copy),
            allow_principal(f"Allow grants to {account}", _root(place, account), "kms:CreateGrant", for_copies),
        )
    )


def _root(place: Place, account: str) -> dict[str, str]:
    return {"AWS": Place(account=account, region=place.region).arn("iam", "root")}


def eks_service(place: Place) -> tuple[Statement, ...]:
    """Envelope encryption of cluster secrets (KMS-02), on behalf of this account only."""
    actions = ["kms:Encrypt", "kms:Decrypt", "kms:GenerateDataKey*", "kms:DescribeKey"]
    bound = {"StringEquals": {"aws:SourceAccount": place.account}}
    return (allow_principal("Allow EKS Service", {"Service": service_principal("eks")}, actions, bound),)


def auto_scaling_role(place: Place) -> tuple[Statement, ...]:
    """Node disks: the account's Auto Scaling role must use the key and grant it to EC2, else no node starts (KMS-03).

    The role exists once the account has had an Auto Scaling group; KMS refuses a principal that does not exist.
    """
    path = f"role/aws-service-role/{service_principal('autoscaling')}/AWSServiceRoleForAutoScaling"
    principal = {"AWS": place.arn("iam", path)}
    for_disks = {"Bool": {"kms:GrantIsForAWSResource": "true"}}
    return (
        allow_principal("Allow Auto Scaling", principal, USE),
        allow_principal("Allow Auto Scaling to attach disks", principal, "kms:CreateGrant", for_disks),
    )


def logs_service(place: Place) -> tuple[Statement, ...]:
    """CloudWatch Logs, for log groups of this account and region only; logs delivered to buckets, and alarms."""
    groups = {"ArnLike": {"kms:EncryptionContext:aws:logs:arn": place.arn("logs", "log-group:*")}}
    principal = {"Service": service_principal("logs", place.region)}
    own = {"StringEquals": {"aws:SourceAccount": place.account}}
    use = ["kms:Decrypt", "kms:GenerateDataKey*"]
    return (
        allow_principal("Allow CloudWatch Logs", principal, USE, groups),
        allow_principal("Allow log delivery", {"Service": service_principal("delivery.logs")}, use, own),
        allow_principal("Allow alarms", {"Service": service_principal("cloudwatch")}, use, own),
    )


def trail_service(place: Place) -> tuple[Statement, ...]:
    """CloudTrail, for trails of this account and region only."""
    own = {"StringLike": {"kms:EncryptionContext:aws:cloudtrail:arn": place.arn("cloudtrail", "trail/*")}}
    principal = {"Service": service_principal("cloudtrail")}
    look = {"StringEquals": {"aws:SourceAccount": place.account}}
    return (
        allow_principal("Allow CloudTrail", principal, ["kms:GenerateDataKey*"], own),
        allow_principal("Allow CloudTrail to look", principal, ["kms:DescribeKey"], look),
    )


def alert_services(place: Place) -> tuple[Statement, ...]:
    """EventBridge and CloudWatch, which speak on encrypted topics; the topic says whose it is, for both of them."""
    topics: Condition = {"ArnLike": {"kms:EncryptionContext:aws:sns:topicArn": place.arn("sns", "*")}}
    actions = ["kms:Decrypt", "kms:GenerateDataKey*"]
    return tuple(
        allow_principal(f"Allow {name}", {"Service": service_principal(service)}, actions, topics)
        for name, service in (("EventBridge", "events"), ("CloudWatch alarms", "cloudwatch"))
    )


def alarms_service(place: Place) -> tuple[Statement, ...]:
    """CloudWatch, whose alarms speak through a topic that is encrypted with the key."""
    bound = {"StringEquals": {"aws:SourceAccount": place.account}}
    actions = ["kms:Decrypt", "kms:GenerateDataKey*"]
    return (allow_principal("Allow CloudWatch", {"Service": service_principal("cloudwatch")}, actions, bound),)


SERVICE_STATEMENTS: Mapping[KeyClass, Callable[[Place], tuple[Statement, ...]]] = {
    "eks": eks_service,
    "ebs": auto_scaling_role,
    "logs": logs_service,
    "audit": trail_service,
    "alerts": alert_services,
    "failover": alarms_service,
}
