"""Room for ten times the load in what cannot be made larger later: addresses. All else is a number in a stack file."""

import boto3
import pytest
import yaml
from moto import mock_aws

from components.aws import subnets
from infra.config import RegionStack
from tests import records
from tests.infra.config import orders

pytestmark = pytest.mark.req("PLT-10")

TIMES = 10
REGIONS = [name for name in records.COMMITTED if isinstance(records.order(name), RegionStack)]
RESERVED = 5  # addresses of a subnet that AWS keeps


def addresses(instance_type: str) -> int:
    """The most that a node of this type takes: every address of every interface."""
    with mock_aws():
        ec2 = boto3.client("ec2", region_name="us-east-1", aws_access_key_id="x", aws_secret_access_key="x")
        (found,) = ec2.describe_instance_types(InstanceTypes=[instance_type])["InstanceTypes"]
    network = found["NetworkInfo"]
    return int(network["MaximumNetworkInterfaces"] * network["Ipv4AddressesPerInterface"])


@pytest.mark.parametrize("name", REGIONS)
def test_ten_times_the_nodes_fit_into_the_network_even_when_a_zone_is_lost(name: str) -> None:
    stack = records.order(name)
    plan = subnets.plan(stack.network.cidr, stack.network.zones)["private"]
    smallest_first = sorted(subnet.num_addresses - RESERVED for subnet in plan.values())
    groups = stack.cluster.node_groups.values()
    needed = sum(TIMES * group.desired * max(map(addresses, group.instance_types)) for group in groups)
    assert needed <= sum(smallest_first[:-1])


@pytest.mark.parametrize("name", REGIONS)
def test_ten_times_the_nodes_are_a_matter_of_numbers_in_the_stack_file(name: str) -> None:
    path = records.PROJECT / f"Pulumi.{name}.yaml"
    order = yaml.safe_load(path.read_text())["config"]["platform:stack"]
    for group in order["cluster"]["node_groups"].values():
        for sizes in (group, *group.get("schedules", {}).values()):
            for number in {"min", "desired", "max", "full"} & sizes.keys():
                sizes[number] *= TIMES
    assert orders.refusals(order, {}) == []
