"""TLS certificates that ACM issues and renews by itself, and an alarm where it does not (WAF-02)."""

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
from pulumi_aws import acm, route53

from components.aws.alarm import Alarm, watch
from components.aws.outputs import required

PROOF_TTL_SECONDS = 300
DAY_SECONDS = 86400


@dataclass(frozen=True, kw_only=True)
class Zoned:
    """A zone, and the provider that may write in it, which may be another account's."""

    zone_id: pulumi.Input[str]
    provider: pulumi.ProviderResource


@dataclass(frozen=True, kw_only=True)
class CertificateArgs:
    """`zone` is where the proof is written; without, another region of the account has written it: one record proves a
    name in all regions of an account. `alarm_topics` hear `expiry_alarm_days` before the end.
    """

    host: str
    zone: Zoned | None
    expiry_alarm_days: int
    alarm_topics: Sequence[pulumi.Input[str]] = ()


class Certificate(pulumi.ComponentResource):
    """A certificate for a host and all names right below it, issued when `arn` is known."""

    arn: pulumi.Output[str]

    def __init__(self, name: str, args: CertificateArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("platform:aws:Certificate", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        certificate = acm.Certificate(
            name,
            domain_name=args.host,
            subject_alternative_names=[f"*.{args.host}"],
            validation_method="DNS",
            tags={"Name": args.host},
            opts=child,
        )
        proof = [self._prove(name, certificate, args.zone)] if args.zone else []
        issued = acm.CertificateValidation(
            name,
            certificate_arn=certificate.arn,
            validation_record_fqdns=[record.fqdn for record in proof] or None,
            opts=pulumi.ResourceOptions(parent=self, depends_on=proof),
        )
        self.arn = issued.certificate_arn
        self._watch(name, args, certificate)
        self.register_outputs({"arn": self.arn})

    def _prove(self, name: str, certificate: acm.Certificate, zone: Zoned) -> route53.Record:
        """The host and the names below it have one and the same proof, so that the first option is all of them."""
        option = certificate.domain_validation_options.apply(lambda options: options[0])
        return route53.Record(
            f"{name}-proof",
            zone_id=zone.zone_id,
            name=required(option.apply(lambda each: each.resource_record_name), "the record's name").apply(_bare),
            type=required(option.apply(lambda each: each.resource_record_type), "the record's type"),
            records=[required(option.apply(lambda each: each.resource_record_value), "the record's value")],
            ttl=PROOF_TTL_SECONDS,
            opts=pulumi.ResourceOptions(parent=self, provider=zone.provider),
        )

    def _watch(self, name: str, args: CertificateArgs, certificate: acm.Certificate) -> None:
        """ACM counts the days twice a day, from the day of issue on."""
        alarm = Alarm(
            named=f"{args.host}-expiry",
            found=False,
            description=f"The certificate of {args.host} ends in less than {args.expiry_alarm_days} days",
            namespace="AWS/CertificateManager",
            metric_name="DaysToExpiry",
            dimensions={"CertificateArn": certificate.arn},
            statistic="Minimum",
            when="<",
            threshold=args.expiry_alarm_days,
            period=DAY_SECONDS,
        )
        watch(f"{name}-expiry", alarm, args.alarm_topics, pulumi.ResourceOptions(parent=self))


def _bare(name: str) -> str:
    """Route 53 tells names without the dot that ACM puts at their end."""
    return name.rstrip(".")
