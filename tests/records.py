"""What programs registered, each program run once: records are data, which many tests can read."""

from collections.abc import Callable, Hashable, Mapping
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any

from infra import config, stacks
from infra.config.ingress import IngressConfig
from infra.config.network import PeerConfig
from infra.stacks.membership import membership
from sandbox.cloud.aws import ROLE
from sandbox.cloud.certificates import record as record_of
from sandbox.providers.aws.kind import Cloud
from tests import kept, local_aws, recorder
from tests.infra.config import orders

PROJECT = Path(__file__).parents[1]
COMMITTED = tuple(sorted(path.name.split(".")[1] for path in PROJECT.glob("Pulumi.*.yaml")))

_ADMINS = {"cluster.admins": [ROLE], "apps": {"payment": {"overlay": "payment-service/dev"}}}
_CONSENSUS = {
    "instance_types": ["m5.2xlarge"],
    "min": 9,
    "desired": 9,
    "max": 21,
    "labels": {"workload": "consensus"},
    "taints": [{"key": "dedicated", "value": "consensus"}],
}
_OPENING = {
    "opening": {"cron": "cron(0 9 ? * MON-FRI *)", "time_zone": "America/New_York", "min": 5, "desired": 6},
    "closing": {"cron": "cron(0 17 ? * MON-FRI *)", "time_zone": "America/New_York", "min": 3},
}
ORDERED: Mapping[str, Mapping[str, Any]] = {
    "production": orders.edited(
        orders.PRODUCTION,
        _ADMINS
        | {"keys": {"multi_region": True, "replica_region": "us-west-2"}, "network.pod_egress": "vpc_endpoints"}
        | {"network.peer": {"cluster": "production-us-west-2", "region": "us-west-2", "cidr": "10.64.0.0/16"}}
        | {"cluster.name": "production-us-east-1", "cluster.identity": "pod_identity"}
        | {"cluster.node_groups.general.schedules": _OPENING},
    ),
    "govcloud": orders.edited(
        orders.GOVCLOUD, _ADMINS | {"network.nat": "none", "cluster.node_groups.consensus": _CONSENSUS}
    ),
}
"""Stacks that no file orders yet, by what is special about them."""


@cache
def record(program: Callable[..., Any], *args: Hashable) -> recorder.Engine:
    """The record of a program with these arguments, on an empty AWS of its own."""
    with local_aws.empty():
        return recorder.build(lambda: program(*args))


@cache
def order(name: str) -> Any:
    """The model of a committed stack file, or of an order above, of whichever kind that is."""
    if name in ORDERED:
        return orders.stack(ORDERED[name])
    return config.read(PROJECT / f"Pulumi.{name}.yaml", orders.TODAY)


@cache
def of_stack(name: str) -> recorder.Engine:
    """The record of a whole stack, which every process of a test run reads and one of them makes."""
    return kept.kept(name, lambda: record(_deploy, name))


def standing(name: str) -> recorder.Engine:
    """The same record, and the stack stands on the AWS of the test."""
    engine = recorder.build(lambda: _deploy(name))
    kept.kept(name, lambda: engine)
    return engine


def of_model(stack: config.StackConfig, alone: bool = False) -> recorder.Engine:
    """The record of a stack that no file orders, beside what other stacks would have made, or alone."""

    def make() -> recorder.Engine:
        with local_aws.empty():
            return recorder.build(lambda: stacks.deploy(stack) if alone else deploy(stack))

    return kept.kept(f"{'alone' if alone else 'model'}-{kept.word(stack.model_dump_json().encode())}", make)


def _deploy(name: str) -> None:
    deploy(order(name))


def deploy(stack: config.StackConfig) -> None:
    """Deploy a stack beside what other stacks would have made of what it looks for."""
    if isinstance(stack, config.RegionStack) and stack.network.peer:
        _stand(stack.account, stack.network.peer)
    if isinstance(stack, config.RegionStack) and stack.ingress:
        _serve(stack, stack.ingress)
    if isinstance(stack, config.RegionStack) and (joins := membership(stack)) and joins.role == "reader":
        _write(stack, joins.name)
    stacks.deploy(stack)


def _stand(account: str, peer: PeerConfig) -> None:
    """The network of a peer, as its own stack makes it."""
    ec2 = _cloud(account, peer.region)("ec2")
    vpc = ec2.create_vpc(CidrBlock=str(peer.cidr), TagSpecifications=_named("vpc", peer.cluster))["Vpc"]["VpcId"]
    for what in ("public", "private-us-west-2a", "private-us-west-2b", "database"):
        ec2.create_route_table(VpcId=vpc, TagSpecifications=_named("route-table", f"{peer.cluster}-{what}"))


def _serve(stack: config.RegionStack, order: IngressConfig) -> None:
    """The zone, as the global stack makes it; a primary's proofs for its standby, a standby's load balancer for it."""
    recovery, owner = stack.recovery, order.zone_account or stack.account
    dns = _cloud(owner, stack.region)("route53")
    zone = dns.create_hosted_zone(Name=order.zone, CallerReference=order.zone)["HostedZone"]["Id"]
    if recovery and recovery.role == "standby":
        proofs = [record_of(stack.account, host) for host in order.hosts]
        changes = [{"Action": "CREATE", "ResourceRecordSet": {**_answer(proof), "TTL": 60}} for proof in proofs]
        dns.change_resource_record_sets(HostedZoneId=zone, ChangeBatch={"Changes": changes})
    elif recovery and recovery.peer:
        aws = _cloud(stack.account, recovery.peer)
        subnet = aws("ec2").describe_subnets()["Subnets"][0]["SubnetId"]
        tags = [{"Key": "Name", "Value": stack.edge_name}]
        aws("elbv2").create_load_balancer(Name="edge", Subnets=[subnet], Tags=tags)


def _write(stack: config.RegionStack, name: str) -> None:
    """The global database, as the writer's stack makes it."""
    rds = _cloud(stack.account, stack.region)("rds")
    with suppress(rds.exceptions.GlobalClusterAlreadyExistsFault):
        rds.create_global_cluster(GlobalClusterIdentifier=name, Engine="aurora-postgresql")


def _cloud(account: str, region: str) -> Cloud:
    """Clients of an account's AWS, as another stack's provider has them."""
    return recorder._aws({"region": region, "allowedAccountIds": [account]})._cloud({})


def _answer(proof: Mapping[str, str]) -> dict[str, Any]:
    return {"Name": proof["Name"], "Type": proof["Type"], "ResourceRecords": [{"Value": proof["Value"]}]}


def _named(kind: str, name: str) -> list[dict[str, Any]]:
    return [{"ResourceType": kind, "Tags": [{"Key": "Name", "Value": name}]}]
