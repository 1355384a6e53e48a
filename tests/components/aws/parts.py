"""Parts that components under test stand on, each as small as AWS allows."""

from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import IPv4Network
from typing import Any

import pulumi
from moto.core import DEFAULT_ACCOUNT_ID
from pulumi_aws import ec2

from components.aws import subnets
from components.aws.alerts import Alerts, AlertsArgs
from components.aws.eks import Cluster, ClusterArgs
from components.aws.endpoints import Endpoints, EndpointsArgs
from components.aws.key_policies import KeyClass
from components.aws.keys import Keys, KeysArgs
from components.aws.network import Nat, Network, NetworkArgs
from components.aws.place import Place
from components.aws.service_account import ClusterIdentity, Identity

HERE = Place(account=DEFAULT_ACCOUNT_ID, region="us-east-1")
GOV = Place(account="000000000201", region="us-gov-west-1")
CIDR = IPv4Network("10.16.0.0/16")
ZONES = ("us-east-1a", "us-east-1b", "us-east-1c")


def keys(*classes: KeyClass, name: str = "keys", prefix: str = "dev-platform", **settings: Any) -> Keys:
    """Keys of these classes."""
    return Keys(name, KeysArgs(prefix=prefix, place=HERE, classes=classes, **settings))


def alerts(key_arn: pulumi.Output[str]) -> Alerts:
    """A topic that one person hears."""
    args = AlertsArgs(prefix="production-platform", place=HERE, key_arn=key_arn, subscribers=["security@example.com"])
    return Alerts("alerts", args)


def network(nat: Nat = "none", zones: Sequence[str] = ZONES, **settings: Any) -> Network:
    """A network, by default without a way out."""
    key = keys("logs").arns["logs"]
    args: dict[str, Any] = {
        "cluster": "dev-platform",
        "place": HERE,
        "cidr": CIDR,
        "subnets": subnets.plan(CIDR, zones),
        "nat": nat,
        "log_key_arn": key,
        "flow_log_retention_days": 30,
    }
    return Network("network", NetworkArgs(**(args | settings)))


@dataclass(frozen=True)
class Ground:
    """The least that a component needs of a network: much quicker to make than the real one."""

    vpc_id: pulumi.Output[str]
    subnet_ids: dict[str, pulumi.Output[str]]
    table_id: pulumi.Output[str]


def ground() -> Ground:
    """A VPC with a private subnet in each of two zones."""
    vpc = ec2.Vpc("ground", cidr_block=str(CIDR))
    zones = subnets.plan(CIDR, ZONES[:2])["private"]
    made = {
        zone: ec2.Subnet(f"ground-{zone}", vpc_id=vpc.id, cidr_block=str(cidr), availability_zone=zone)
        for zone, cidr in zones.items()
    }
    table = ec2.RouteTable("ground", vpc_id=vpc.id)
    return Ground(vpc.id, {zone: subnet.id for zone, subnet in made.items()}, table.id)


def endpoints(base: Ground, *services: str) -> Endpoints:
    """Endpoints in the subnets of a VPC."""
    args = EndpointsArgs(
        prefix="dev-platform",
        place=HERE,
        vpc_id=base.vpc_id,
        cidr=CIDR,
        services=services,
        subnet_ids=base.subnet_ids,
        route_table_ids={"a": base.table_id},
    )
    return Endpoints("endpoints", args)


def cluster(base: Ground | None = None, **settings: Any) -> Cluster:
    """A control plane, private unless told otherwise."""
    arns = keys("eks", "ebs", "logs").arns
    args: dict[str, Any] = {
        "cluster": "dev-platform",
        "place": HERE,
        "version": "1.35",
        "subnet_ids": list((base or ground()).subnet_ids.values()),
        "security_group_ids": [],
        "secrets_key_arn": arns["eks"],
        "log_key_arn": arns["logs"],
        "log_retention_days": 30,
        "service_cidr": IPv4Network("172.20.0.0/16"),
    }
    return Cluster("cluster", ClusterArgs(**(args | settings)))


def identity(kind: Identity, control: Cluster) -> ClusterIdentity:
    """How pods of a cluster prove who they are."""
    return ClusterIdentity(
        place=HERE,
        kind=kind,
        cluster_name=control.name,
        cluster_arn=control.arn,
        issuer=control.issuer,
        provider_arn=control.oidc_provider_arn,
    )
