"""The real engine and the local AWS: create, read, update, replace, delete, refresh, import."""

import pytest

from tests.engine.conftest import Slice

pytestmark = pytest.mark.engine


def test_a_second_up_changes_nothing_and_destroy_leaves_nothing(slice_: Slice) -> None:
    before = len(slice_.client("ec2").describe_vpcs()["Vpcs"])
    slice_.up()
    assert "22 unchanged" in slice_.output_of("up", "--yes", "--skip-preview")
    assert len(slice_.client("ec2").describe_vpcs()["Vpcs"]) == before + 1
    slice_.destroy()
    assert len(slice_.client("ec2").describe_vpcs()["Vpcs"]) == before
    assert not slice_.exists()


def test_an_attribute_edited_behind_the_program_is_named_and_repaired(slice_: Slice) -> None:
    slice_.up()
    vpc_id = slice_.outputs()["vpc_id"]
    ec2 = slice_.client("ec2")
    ec2.modify_vpc_attribute(VpcId=vpc_id, EnableDnsHostnames={"Value": False})
    ec2.create_tags(Resources=[vpc_id], Tags=[{"Key": "Name", "Value": "somebody's"}])
    shown = slice_.output_of("preview", "--refresh", "--diff")
    assert "enableDnsHostnames: false => true" in shown
    assert "somebody's" in shown
    slice_.up("--refresh")
    answer = ec2.describe_vpc_attribute(VpcId=vpc_id, Attribute="enableDnsHostnames")
    assert answer["EnableDnsHostnames"] == {"Value": True}
    assert "unchanged" in slice_.output_of("up", "--yes", "--skip-preview", "--refresh")


def test_a_change_of_address_range_replaces_and_a_change_of_tags_updates(slice_: Slice) -> None:
    slice_.up()
    old = slice_.outputs()["vpc_id"]
    slice_.edit('"Name": "slice"', '"Name": "renamed"')
    assert "1 updated" in slice_.output_of("up", "--yes", "--skip-preview")
    assert slice_.outputs()["vpc_id"] == old
    slice_.edit("10.99.", "10.98.")
    slice_.up()
    assert slice_.outputs()["vpc_id"] != old
    assert "22 unchanged" in slice_.output_of("up", "--yes", "--skip-preview")


def test_an_object_removed_behind_the_program_is_made_again(slice_: Slice) -> None:
    slice_.up()
    ec2 = slice_.client("ec2")
    gateway = ec2.describe_internet_gateways()["InternetGateways"][0]
    id_, vpc_id = gateway["InternetGatewayId"], gateway["Attachments"][0]["VpcId"]
    ec2.detach_internet_gateway(InternetGatewayId=id_, VpcId=vpc_id)
    ec2.delete_internet_gateway(InternetGatewayId=id_)
    assert "1 created" in slice_.output_of("up", "--yes", "--skip-preview", "--refresh")


def test_an_existing_object_is_imported(slice_: Slice) -> None:
    vpc_id = slice_.client("ec2").create_vpc(CidrBlock="10.99.0.0/16")["Vpc"]["VpcId"]
    slice_.edit(
        'tags={"Name": "slice"}, opts=opts', f'opts=pulumi.ResourceOptions(provider=provider, import_="{vpc_id}")'
    )
    slice_.edit("enable_dns_hostnames=True, ", "")
    slice_.edit("default_tags=aws.ProviderDefaultTagsArgs(tags=tags),", "")
    assert "1 imported" in slice_.output_of("up", "--yes", "--skip-preview")
    assert slice_.outputs()["vpc_id"] == vpc_id


def test_a_preview_from_nothing_asks_for_nothing_that_is_not_there(slice_: Slice) -> None:
    shown = slice_.output_of("preview")
    assert "22 to create" in shown


def test_the_tracked_stack_file_is_left_as_it_was(slice_: Slice) -> None:
    assert slice_.file.read_text() == "config: {}\n"
    assert "encryptionsalt" in slice_.copy.read_text()
