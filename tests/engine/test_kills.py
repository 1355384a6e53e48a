"""The engine killed with -9 while it replaces, updates and deletes: the next run converges, and nothing is doubled."""

from collections import Counter

import pytest

from tests.engine.conftest import Slice
from tests.engine.kills import killed_at
from tests.engine.test_faults import WHOLE, census

pytestmark = pytest.mark.engine


def _converge(slice_: Slice, whole: Counter[str], resources: int) -> None:
    slice_.up("--refresh")
    assert census(slice_) == whole
    assert f"{resources} unchanged" in slice_.output_of("up", "--yes", "--skip-preview", "--refresh")


def test_a_replacement_that_is_cut_short_again_and_again_is_finished_without_doubles(slice_: Slice) -> None:
    slice_.up()
    slice_.edit("10.99.", "10.98.")
    said = killed_at(slice_, "CreateVpc")
    made = [line for line in said if "create of aws:ec2/vpc:Vpc vpc had happened; vpc-" in line]
    assert len(made) == 1, said
    assert made[0].endswith(" is removed, since the older one still stands")
    for operation, nth, what in (
        ("CreateNatGateway", 2, "create of aws:ec2/natGateway:NatGateway "),
        ("DeleteRouteTable", 2, "deleting of aws:ec2/routeTable:RouteTable "),
    ):
        said = killed_at(slice_, operation, nth)
        assert any(line.startswith(f"pending: {what}") for line in said), said
    _converge(slice_, WHOLE, 22)
    networks = slice_.client("ec2").describe_vpcs(Filters=[{"Name": "tag:Environment", "Values": ["slice"]}])["Vpcs"]
    assert [network["CidrBlock"] for network in networks] == ["10.98.0.0/16"]


def test_updates_deletions_and_a_destroy_that_are_cut_short_are_looked_at_again_and_finished(slice_: Slice) -> None:
    slice_.up()
    slice_.edit('"ManagedBy": "pulumi"', '"ManagedBy": "somebody"')
    slice_.edit('"abc"', '"ab"')
    for operation, nth, what in (
        ("CreateTags", 5, "updating of "),
        ("DeleteRoute", 1, "deleting of aws:ec2/route:Route "),
    ):
        said = killed_at(slice_, operation, nth)
        pending = [line for line in said if line.startswith(f"pending: {what}")]
        assert pending, said
        assert all(line.endswith(" was interrupted; it is looked at again now") for line in pending)
    _converge(slice_, Counter(vpcs=1, subnets=2, tables=2, gateways=1, addresses=2, nats=2), 16)
    tables = slice_.client("ec2").describe_route_tables(Filters=[{"Name": "tag:ManagedBy", "Values": ["somebody"]}])
    assert len(tables["RouteTables"]) == 2
    killed_at(slice_, "DeleteSubnet", 2, command="destroy")
    slice_.destroy()
    assert not slice_.exists()
    assert census(slice_) == Counter(vpcs=0, subnets=0, tables=0, gateways=0, addresses=0, nats=0)
