"""What watches over an account in one region, whoever built what in it (CMP-01, CMP-10)."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pulumi
from pulumi_aws import accessanalyzer, cfg, ebs, guardduty, s3, securityhub

from components.aws.alerts import Alerts, Rule, tell
from components.aws.guardrail_rules import RULES
from components.aws.iam import Duty, Role
from components.aws.place import Place
from components.aws.policies import allow, document, trust_service

# What Security Hub measures against, by the framework that a stack is bound to.
STANDARDS: Mapping[str, str] = {
    "pci-dss": "standards/pci-dss/v/4.0.1",
    "fedramp-moderate": "standards/nist-800-53/v/5.0.0",
    "cmmc-l2": "standards/nist-800-171/v/2.0.0",
}
FOUNDATIONS = "standards/aws-foundational-security-best-practices/v/1.0.0"
GRAVE = 7  # of GuardDuty's severities, which end at 10: high and critical
DETECTORS = ("S3_DATA_EVENTS", "EKS_AUDIT_LOGS", "EBS_MALWARE_PROTECTION", "RDS_LOGIN_EVENTS", "RUNTIME_MONITORING")


@dataclass(frozen=True, kw_only=True)
class GuardrailsArgs:
    """`frameworks` choose the standards; `log_bucket` is where Config keeps its history; `alerts` hear of findings.

    Without `disk_key_arn` a disk that nobody thought of is sealed with AWS's own key.
    `waived` are keys of RULES that this account breaks on purpose. `whole_account` also declares what an account has
    once, whatever the region.
    """

    prefix: str
    place: Place
    frameworks: Sequence[str]
    log_bucket: pulumi.Input[str]
    key_arn: pulumi.Input[str]
    alerts: Alerts
    disk_key_arn: pulumi.Input[str] | None = None
    waived: Sequence[str] = ()
    whole_account: bool = True
    after: Sequence[pulumi.Resource] = field(default_factory=tuple)


class Guardrails(pulumi.ComponentResource):
    """Threat detection, a recorder of every change with rules on it, access analysis and safe defaults."""

    detector_id: pulumi.Output[str]

    def __init__(self, name: str, args: GuardrailsArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("platform:aws:Guardrails", name, None, opts)
        self._name, self._args = name, args
        self._child = pulumi.ResourceOptions(parent=self)
        self.detector_id = self._detect().id
        self._measure(after=self._record())
        self._default_safely()
        accessanalyzer.Analyzer(
            name, analyzer_name=args.prefix, type="ACCOUNT", tags={"Name": args.prefix}, opts=self._child
        )
        self._tell()
        self.register_outputs({"detector_id": self.detector_id})

    def _detect(self) -> guardduty.Detector:
        detector = guardduty.Detector(
            self._name,
            enable=True,
            finding_publishing_frequency="FIFTEEN_MINUTES",
            tags={"Name": self._args.prefix},
            opts=self._child,
        )
        for feature in DETECTORS:
            guardduty.DetectorFeature(
                f"{self._name}-{feature.lower().replace('_', '-')}",
                detector_id=detector.id,
                name=feature,
                status="ENABLED",
                opts=self._child,
            )
        return detector

    def _record(self) -> pulumi.Resource:
        args = self._args
        duty = Duty(
            description=f"Records the configuration of {args.prefix}",
            trust=trust_service("config", args.place.account),
            managed=[args.place.managed_policy("service-role/AWS_ConfigRole")],
            policy=pulumi.Output.all(args.log_bucket, args.key_arn).apply(
                lambda known: history_policy(args.place, known[0], known[1])
            ),
        )
        role = Role(f"{self._name}-config", duty, self)
        recorder = cfg.Recorder(
            self._name,
            name=args.prefix,
            role_arn=role.arn,
            recording_group=cfg.RecorderRecordingGroupArgs(
                all_supported=True, include_global_resource_types=args.whole_account
            ),
            opts=pulumi.ResourceOptions(parent=self, depends_on=role.ready),
        )
        channel = cfg.DeliveryChannel(
            self._name,
            name=args.prefix,
            s3_bucket_name=args.log_bucket,
            s3_kms_key_arn=args.key_arn,
            opts=pulumi.ResourceOptions(parent=self, depends_on=[recorder, *args.after]),
        )
        status = cfg.RecorderStatus(
            self._name,
            name=recorder.name,
            is_enabled=True,
            opts=pulumi.ResourceOptions(parent=self, depends_on=[channel]),
        )
        for rule, identifier in RULES.items():
            if rule not in args.waived:
                self._rule(rule, identifier, status)
        return status

    def _rule(self, rule: str, identifier: str, recorder: pulumi.Resource) -> None:
        physical = f"{self._args.prefix}-{rule}"
        cfg.Rule(
            f"{self._name}-{rule}",
            name=physical,
            source=cfg.RuleSourceArgs(owner="AWS", source_identifier=identifier),
            tags={"Name": physical},
            opts=pulumi.ResourceOptions(parent=self, depends_on=[recorder]),
        )

    def _measure(self, after: pulumi.Resource) -> None:
        """Security Hub reads what Config recorded."""
        hub = securityhub.Account(
            self._name,
            enable_default_standards=False,
            control_finding_generator="SECURITY_CONTROL",
            opts=pulumi.ResourceOptions(parent=self, depends_on=[after]),
        )
        wanted = [FOUNDATIONS, *(STANDARDS[each] for each in self._args.frameworks if each in STANDARDS)]
        for standard in wanted:
            what = standard.split("/")[1]
            securityhub.StandardsSubscription(
                f"{self._name}-{what}",
                standards_arn=self._args.place.standard_arn(standard),
                opts=pulumi.ResourceOptions(parent=self, depends_on=[hub]),
            )

    def _default_safely(self) -> None:
        """A volume that nobody thought of is encrypted; a bucket that nobody thought of is closed."""
        ebs.EncryptionByDefault(self._name, enabled=True, opts=self._child)
        if self._args.disk_key_arn is not None:
            ebs.DefaultKmsKey(self._name, key_arn=self._args.disk_key_arn, opts=self._child)
        if self._args.whole_account:
            s3.AccountPublicAccessBlock(
                self._name,
                block_public_acls=True,
                block_public_policy=True,
                ignore_public_acls=True,
                restrict_public_buckets=True,
                opts=self._child,
            )

    def _tell(self) -> None:
        """A finding that nobody reads guards nothing."""
        rule = Rule(
            named=f"{self._args.prefix}-findings",
            description=f"What watches over the account of {self._args.prefix} has found something",
            pattern=findings(self._args.prefix),
        )
        tell(f"{self._name}-findings", rule, self._args.alerts, self)


def findings(prefix: str) -> str:
    """The events of a grave threat, of a rule of ours that begins to be broken, and of a way in from outside.

    Security Hub has all of them too, but tells them again with each of its looks.
    """
    broken = {
        "messageType": ["ComplianceChangeNotification"],
        "configRuleName": [{"prefix": f"{prefix}-"}],
        "newEvaluationResult": {"complianceType": ["NON_COMPLIANT"]},
    }
    events = (
        ("guardduty", "GuardDuty Finding", {"severity": [{"numeric": [">=", GRAVE]}]}),
        ("config", "Config Rules Compliance Change", broken),
        ("access-analyzer", "Access Analyzer Finding", {"status": ["ACTIVE"]}),
    )
    told = [{"source": [f"aws.{who}"], "detail-type": [what], "detail": detail} for who, what, detail in events]
    return json.dumps({"$or": told})


def history_policy(place: Place, bucket: str, key_arn: str) -> str:
    """Writes the account's own history into the bucket, sealed with its key."""
    own = f"{place.arn('s3', bucket)}/AWSLogs/{place.account}/*"
    return document(
        allow(["s3:PutObject"], own),
        allow(["s3:GetBucketAcl", "s3:ListBucket"], place.arn("s3", bucket)),
        allow(["kms:GenerateDataKey", "kms:Decrypt"], key_arn),
    )
