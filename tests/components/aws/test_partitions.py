"""Facts about partitions, checked against what botocore says of them."""

from collections.abc import Mapping
from typing import Any

import pytest
from botocore.loaders import Loader

from components.aws import partitions
from components.aws.partitions import ENDPOINT_SERVICES, PARTITIONS, REGIONS

# Where botocore names a service otherwise than PrivateLink names its endpoint.
PREFIX = {
    "aps-workspaces": "aps",
    "codeartifact.api": "codeartifact",
    "codeartifact.repositories": "codeartifact",
    "ecr.api": "api.ecr",
    "ecr.dkr": "api.ecr",
}
# Services that AWS documents and botocore's table leaves out.
UNLISTED = {
    *("ec2messages", "guardduty-data", "payment-cryptography.controlplane", "payment-cryptography.dataplane"),
    "ssmmessages",
}


@pytest.fixture(scope="module")
def listed() -> Mapping[str, Mapping[str, Any]]:
    """botocore's table: partition -> its regions and services."""
    table = Loader().load_data("endpoints")
    return {partition["partition"]: partition for partition in table["partitions"]}


@pytest.mark.req("GOV-02")
@pytest.mark.parametrize("region", REGIONS.values(), ids=lambda region: region.name)
def test_botocore_agrees_on_partition_and_endpoint_services(region: partitions.Region, listed: Any) -> None:
    partition = listed[region.partition.name]
    assert region.name in partition["regions"]
    assert partition["dnsSuffix"] == region.partition.dns_suffix
    services = partition["services"]
    offered = {s for s in ENDPOINT_SERVICES if region.name in services.get(PREFIX.get(s, s), {}).get("endpoints", {})}
    assert ENDPOINT_SERVICES - UNLISTED - offered == region.lacks - UNLISTED


@pytest.mark.req("GOV-02")
def test_each_region_knows_zones_of_its_own() -> None:
    assert REGIONS["us-east-1"].zones == tuple(f"us-east-1{letter}" for letter in "abcdef")
    assert REGIONS["us-west-2"].zone("d") in REGIONS["us-west-2"].zones
    assert all(zone.startswith(region.name) for region in REGIONS.values() for zone in region.zones)


@pytest.mark.req("GOV-02", "KMS-02")
@pytest.mark.parametrize(
    ("service", "region", "resource", "expected"),
    [
        ("iam", "us-east-1", "role/ci", "arn:aws:iam::000000000101:role/ci"),
        ("iam", "us-gov-west-1", "root", "arn:aws-us-gov:iam::000000000101:root"),
        ("s3", "us-gov-east-1", "logs/*", "arn:aws-us-gov:s3:::logs/*"),
        ("kms", "eu-west-1", "alias/x", "arn:aws:kms:eu-west-1:000000000101:alias/x"),
    ],
)
def test_an_arn_follows_its_region(service: str, region: str, resource: str, expected: str) -> None:
    assert partitions.arn(service, region, "000000000101", resource) == expected


def test_a_managed_policy_belongs_to_aws_itself() -> None:
    assert partitions.managed_policy("service-role/X", "us-gov-west-1") == (
        "arn:aws-us-gov:iam::aws:policy/service-role/X"
    )


@pytest.mark.req("NET-06")
def test_endpoint_services_are_named_by_region() -> None:
    assert partitions.endpoint_service("ecr.api", "us-gov-west-1") == "com.amazonaws.us-gov-west-1.ecr.api"
    with pytest.raises(ValueError, match="has no endpoint") as refused:
        partitions.endpoint_service("macie2", "us-gov-west-1")
    assert str(refused.value) == ("us-gov-west-1 has no endpoint service macie2; leave it out or use another region")


def test_hosts_carry_the_region_and_principals_do_not() -> None:
    assert partitions.host("sts", "us-gov-west-1") == "sts.us-gov-west-1.amazonaws.com"
    assert partitions.service_principal("eks") == "eks.amazonaws.com"
    assert partitions.service_principal("logs", "us-gov-west-1") == "logs.us-gov-west-1.amazonaws.com"


@pytest.mark.req("GOV-02")
def test_govcloud_asks_for_fips() -> None:
    assert {name: partition.fips for name, partition in PARTITIONS.items()} == {"aws": False, "aws-us-gov": True}


def test_an_unknown_region_is_refused_with_those_that_are_known() -> None:
    with pytest.raises(ValueError, match="no region known") as refused:
        partitions.partition_of("us-east-9")
    assert str(refused.value) == (
        "us-east-9 is no region known here; use one of us-east-1, us-east-2, us-west-2, eu-central-1, eu-west-1, "
        "us-gov-west-1, us-gov-east-1"
    )
