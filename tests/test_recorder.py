"""The recorder tells the truth, so that the tests built on it can."""

from collections.abc import Callable

import pulumi
import pulumi_aws
import pytest
from pulumi_aws import ec2

from tests.recorder import Engine

Build = Callable[..., Engine]


def _network() -> None:
    tags = pulumi_aws.ProviderDefaultTagsArgs(tags={"Environment": "dev"})
    provider = pulumi_aws.Provider("west", region="us-west-2", allowed_account_ids=["000000000102"], default_tags=tags)
    opts = pulumi.ResourceOptions(provider=provider)
    vpc = ec2.Vpc("vpc", cidr_block="10.0.0.0/16", tags={"Name": "net"}, opts=opts)
    subnet = ec2.Subnet("a", vpc_id=vpc.id, cidr_block="10.0.0.0/24", availability_zone="us-west-2a", opts=opts)
    pulumi.export("subnet", subnet.arn)


def test_outputs_come_from_the_account_and_region_of_the_provider(build: Build) -> None:
    engine = build(_network)
    vpc = engine.one("aws:ec2/vpc:Vpc")
    assert vpc.id.startswith("vpc-")
    assert vpc.outputs["arn"] == f"arn:aws:ec2:us-west-2:000000000102:vpc/{vpc.id}"
    assert vpc.outputs["tagsAll"] == {"Environment": "dev", "Name": "net"}


def test_an_edge_through_an_output_is_recorded(build: Build) -> None:
    engine = build(_network)
    subnet = engine.one("aws:ec2/subnet:Subnet", "a")
    assert subnet.inputs["vpcId"] == engine.one("aws:ec2/vpc:Vpc").id
    assert subnet.property_dependencies["vpcId"] == [engine.one("aws:ec2/vpc:Vpc").urn]
    assert engine.stack_outputs() == {"subnet": subnet.outputs["arn"]}


def test_a_look_up_of_what_is_not_there_raises(build: Build) -> None:
    engine = build(_network)
    with pytest.raises(LookupError, match=r"no aws:ec2/eip:Eip among"):
        engine.of("aws:ec2/eip:Eip")
    with pytest.raises(LookupError, match=r"0 of aws:ec2/subnet:Subnet are named b; there are \['a'\]"):
        engine.one("aws:ec2/subnet:Subnet", "b")
    assert engine.none_of("aws:ec2/eip:Eip")


def test_a_dangling_id_fails_as_it_would_in_the_account(build: Build) -> None:
    def program() -> None:
        ec2.Subnet("a", vpc_id="vpc-00000000000000000", cidr_block="10.0.0.0/24")

    with pytest.raises(Exception, match=r"vpcId = vpc-00000000000000000: there is no such object in account"):
        build(program)
