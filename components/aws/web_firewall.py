"""A web ACL before what the internet reaches, and a log of requests that cannot be changed (WAF-01)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pulumi
from pulumi_aws import wafv2

from components.aws.bucket import Bucket, BucketArgs, ObjectLock, Retention
from components.aws.partitions import service_principal
from components.aws.place import Place
from components.aws.policies import Statement, allow_principal

# AWS's own groups, in the order in which they are asked: what is known to be bad before what looks bad.
MANAGED: Mapping[str, str] = {
    "reputation": "AWSManagedRulesAmazonIpReputationList",
    "common": "AWSManagedRulesCommonRuleSet",
    "bad-inputs": "AWSManagedRulesKnownBadInputsRuleSet",
    "sql-injection": "AWSManagedRulesSQLiRuleSet",
}
RATE_WINDOW_SECONDS = 300
SECRET_HEADERS = ("authorization", "cookie")  # left out of the log


@dataclass(frozen=True, kw_only=True)
class WebFirewallArgs:
    """`prefix` names the ACL and its log; `rate_limit` is what one address may ask in five minutes.

    `log_key_arn` is a key that the delivery of logs may use.
    """

    prefix: str
    place: Place
    rate_limit: int
    log_key_arn: pulumi.Input[str]
    log_days: int
    log_lock: Retention
    protect: bool = True


class WebFirewall(pulumi.ComponentResource):
    """Refuses known attacks and floods; `cover` puts it before a load balancer."""

    arn: pulumi.Output[str]

    def __init__(self, name: str, args: WebFirewallArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("platform:aws:WebFirewall", name, None, opts)
        self._name = name
        acl = wafv2.WebAcl(
            name,
            name=args.prefix,
            description=f"Before {args.prefix}",
            scope="REGIONAL",
            default_action=wafv2.WebAclDefaultActionArgs(allow=wafv2.WebAclDefaultActionAllowArgs()),
            rules=rules(args.rate_limit),
            visibility_config=_seen(args.prefix),
            tags={"Name": args.prefix},
            opts=pulumi.ResourceOptions(parent=self),
        )
        self.arn = acl.arn
        log = self._log(args)
        wafv2.WebAclLoggingConfiguration(
            name,
            resource_arn=acl.arn,
            log_destination_configs=[log.arn],
            redacted_fields=[
                wafv2.WebAclLoggingConfigurationRedactedFieldArgs(
                    single_header=wafv2.WebAclLoggingConfigurationRedactedFieldSingleHeaderArgs(name=header)
                )
                for header in SECRET_HEADERS
            ],
            opts=pulumi.ResourceOptions(parent=self, depends_on=list(log.ready)),
        )
        self.register_outputs({"arn": self.arn})

    def _log(self, args: WebFirewallArgs) -> Bucket:
        """WAF delivers to buckets of this prefix only."""
        bucket = f"aws-waf-logs-{args.prefix}-{args.place.account}"
        order = BucketArgs(
            bucket=bucket,
            place=args.place,
            key_arn=args.log_key_arn,
            lock=ObjectLock(mode=args.log_lock, days=args.log_days),
            expire_days=args.log_days + 1,
            statements=delivery_statements(args.place, bucket),
            protect=args.protect,
        )
        return Bucket(f"{self._name}-log", order, pulumi.ResourceOptions(parent=self))

    def cover(self, what: str, arn: pulumi.Input[str]) -> None:
        """Put it before a load balancer; `what` names the resource."""
        wafv2.WebAclAssociation(
            f"{self._name}-{what}",
            resource_arn=arn,
            web_acl_arn=self.arn,
            opts=pulumi.ResourceOptions(parent=self),
        )


def rules(rate_limit: int) -> list[Any]:
    """A flood first, for it costs the least to refuse; then AWS's groups, each with what it does by itself."""
    rate = {
        "name": "rate",
        "priority": 0,
        "action": {"block": {}},
        "statement": {
            "rate_based_statement": {
                "limit": rate_limit,
                "aggregate_key_type": "IP",
                "evaluation_window_sec": RATE_WINDOW_SECONDS,
            }
        },
        "visibility_config": _seen("rate"),
    }
    managed = [
        {
            "name": name,
            "priority": position,
            "override_action": {"none": {}},
            "statement": {"managed_rule_group_statement": {"name": group, "vendor_name": "AWS"}},
            "visibility_config": _seen(name),
        }
        for position, (name, group) in enumerate(MANAGED.items(), 1)
    ]
    return [rate, *managed]


def delivery_statements(place: Place, bucket: str) -> tuple[Statement, ...]:
    """AWS's log delivery writes the account's own prefix, on behalf of this account only."""
    arn = place.arn("s3", bucket)
    service = {"Service": service_principal("delivery.logs")}
    own = {
        "StringEquals": {"aws:SourceAccount": place.account},
        "ArnLike": {"aws:SourceArn": place.arn("logs", "*")},
    }
    check = allow_principal("Delivery looks at the bucket", service, ["s3:GetBucketAcl"], own)
    write = allow_principal("Delivery writes", service, ["s3:PutObject"], own)
    return ({**check, "Resource": arn}, {**write, "Resource": f"{arn}/AWSLogs/{place.account}/*"})


def _seen(name: str) -> Any:
    return {"cloudwatch_metrics_enabled": True, "metric_name": name, "sampled_requests_enabled": True}
