"""Public zones, and for each account a role that writes its own names in them and no others (DNS-01, DNS-05)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pulumi
from pulumi_aws import route53

from components.aws.iam import Duty, Role
from components.aws.partitions import arn
from components.aws.place import Place
from components.aws.policies import Condition, Statement, allow, document, trust

SOLVER = "cert-manager"  # what the roles of solvers begin their names with
_KEY = "route53:ChangeResourceRecordSets"


def records_role(zone: str, account: str) -> str:
    """The role by which an account writes its names; both sides derive it."""
    return f"{zone}-records-{account}"


def challenges_role(zone: str, account: str) -> str:
    """The role by which cert-manager in an account answers challenges; both sides derive it."""
    return f"{zone}-challenges-{account}"


@dataclass(frozen=True, kw_only=True)
class ZoneArgs:
    """`writers`: account -> the names that are its own, with all below them."""

    zone: str
    place: Place
    writers: Mapping[str, Sequence[str]] = field(default_factory=dict)
    protect: bool = True


class Zone(pulumi.ComponentResource):
    """A public zone in which nobody but its own account changes a name that is not theirs."""

    zone_id: pulumi.Output[str]
    name_servers: pulumi.Output[Sequence[str]]

    def __init__(self, name: str, args: ZoneArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("platform:aws:Zone", name, None, opts)
        zone = route53.Zone(
            name,
            name=args.zone,
            comment=f"Public names of {args.zone}",
            tags={"Name": args.zone},
            opts=pulumi.ResourceOptions(parent=self, protect=args.protect),
        )
        self.zone_id, self.name_servers = zone.zone_id, zone.name_servers
        for account, names in args.writers.items():
            self._let_write(name, args, account, names)
        self.register_outputs({"zone_id": self.zone_id, "name_servers": self.name_servers})

    def _let_write(self, name: str, args: ZoneArgs, account: str, names: Sequence[str]) -> None:
        own = {"AWS": arn("iam", args.place.region, account, "root")}
        records = Duty(
            description=f"Writes the names of account {account} in {args.zone}",
            trust=trust(own, "sts:AssumeRole"),
            policy=self.zone_id.apply(lambda zone: records_policy(args.place, zone, names)),
        )
        Role(f"{name}-records-{account}", records, self, records_role(args.zone, account))
        solver = {"ArnLike": {"aws:PrincipalArn": arn("iam", args.place.region, account, f"role/{SOLVER}-*")}}
        challenges = Duty(
            description=f"Answers challenges for the names of account {account} in {args.zone}",
            trust=trust(own, "sts:AssumeRole", solver),
            policy=self.zone_id.apply(lambda zone: challenges_policy(args.place, zone, names)),
        )
        Role(f"{name}-challenges-{account}", challenges, self, challenges_role(args.zone, account))


def records_policy(place: Place, zone: str, names: Sequence[str]) -> str:
    """Writes records of these names and of all below them; reads the zone."""
    own = [form for name in names for form in (name, f"*.{name}")]
    return document(_change(place, zone, own), *_look(place, zone))


def challenges_policy(place: Place, zone: str, names: Sequence[str]) -> str:
    """Writes TXT records of challenges below these names, nothing that leads anybody anywhere."""
    own = [form for name in names for form in (f"_acme-challenge.{name}", f"_acme-challenge.*.{name}")]
    return document(_change(place, zone, own, "TXT"), *_look(place, zone))


def _change(place: Place, zone: str, names: Sequence[str], *types: str) -> Statement:
    """The request must name what it changes: `ForAllValues` alone lets through a request that says nothing."""
    only: dict[str, dict[str, str | Sequence[str]]] = {
        "ForAllValues:StringLike": {f"{_KEY}NormalizedRecordNames": list(names)},
        "Null": {f"{_KEY}NormalizedRecordNames": "false"},
    }
    if types:
        only["ForAllValues:StringEquals"] = {f"{_KEY}RecordTypes": list(types)}
    condition: Condition = only
    return allow([_KEY], zone_arn(place, zone), condition)


def _look(place: Place, zone: str) -> tuple[Statement, ...]:
    return (
        allow(
            ["route53:GetHostedZone", "route53:ListResourceRecordSets", "route53:ListTagsForResource"],
            zone_arn(place, zone),
        ),
        allow(["route53:GetChange", "route53:ListHostedZones", "route53:ListHostedZonesByName"], "*"),
    )


def zone_arn(place: Place, zone: str) -> str:
    """Zones belong to no account in their ARNs."""
    return arn("route53", place.region, "", f"hostedzone/{zone}")
