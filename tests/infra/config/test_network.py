"""The guards of the network: addresses, zones, ways out, endpoints."""

from typing import Any

import pytest

from tests.infra.config.orders import DEV, GOVCLOUD, edited, refusals, stack

ALL = [
    *("autoscaling", "backup", "ec2", "ecr.api", "ecr.dkr", "eks", "elasticloadbalancing", "kms", "logs"),
    *("monitoring", "s3", "secretsmanager", "sqs", "ssm", "sts"),
]
WITH_WAY_IN = [*ALL, "ec2messages", "ssmmessages"]


@pytest.mark.req("NET-01", "NET-03")
def test_by_default_each_zone_has_its_own_nat_and_three_subnets() -> None:
    network = stack(DEV).network
    assert network.nat == "per_zone"
    assert {tier: list(by_zone) for tier, by_zone in network.subnets.items()} == {
        tier: ["us-east-1a", "us-east-1b", "us-east-1c"] for tier in ("public", "private", "database")
    }


@pytest.mark.req("NET-06", "NET-08")
def test_by_default_a_private_node_finds_every_service_it_needs() -> None:
    assert stack(DEV).network.endpoints == tuple(WITH_WAY_IN)


@pytest.mark.req("C-07", "NET-09")
def test_by_default_pods_reach_nothing_but_the_endpoints() -> None:
    assert stack(DEV).network.pod_egress == "vpc_endpoints"


@pytest.mark.req("PLT-05")
def test_a_zone_of_another_region_is_refused() -> None:
    assert refusals(DEV, {"network.zones": ["us-east-1a", "eu-west-1a"]}) == [
        "network.zones[1] = eu-west-1a: is no zone of us-east-1; "
        "choose from us-east-1a, us-east-1b, us-east-1c, us-east-1d, us-east-1e, us-east-1f"
    ]


@pytest.mark.req("PLT-05")
def test_a_zone_that_the_region_does_not_have_is_refused() -> None:
    changes = {"network.zones": ["us-gov-west-1a", "us-gov-west-1d"]}
    assert refusals(GOVCLOUD, changes) == [
        "network.zones[1] = us-gov-west-1d: is no zone of us-gov-west-1; "
        "choose from us-gov-west-1a, us-gov-west-1b, us-gov-west-1c"
    ]


def test_a_zone_or_an_endpoint_is_named_once() -> None:
    assert refusals(DEV, {"network.zones": ["us-east-1a", "us-east-1a"]}) == [
        "network.zones: names us-east-1a more than once; give each once"
    ]
    assert refusals(DEV, {"network.endpoints": [*WITH_WAY_IN, "s3"]}) == [
        "network.endpoints: names s3 more than once; give each once"
    ]


@pytest.mark.req("PLT-05", "NET-06")
def test_an_interface_endpoint_that_the_region_does_not_have_is_refused() -> None:
    assert refusals(GOVCLOUD, {"network.endpoints": [*WITH_WAY_IN, "macie2"]}) == [
        "network.endpoints[17] = macie2: is not offered in us-gov-west-1; "
        "remove it, or place what needs it in another region"
    ]
    assert refusals(DEV, {"network.endpoints": [*WITH_WAY_IN, "macie2"]}) == []


@pytest.mark.parametrize(
    ("service", "remedy"),
    [("secretmanager", "write secretsmanager"), ("telepathy", "remove it")],
)
def test_an_endpoint_that_no_region_has_is_refused_with_the_likely_one(service: str, remedy: str) -> None:
    assert refusals(DEV, {"network.endpoints": [*WITH_WAY_IN, service]}) == [
        f"network.endpoints[17] = {service}: is no endpoint service; {remedy}"
    ]


@pytest.mark.req("NET-02", "NET-08")
def test_without_nat_the_endpoints_are_complete() -> None:
    fewer = [service for service in ALL if service not in ("ecr.dkr", "sts")]
    changes = {
        "network.nat": "none",
        "network.pod_egress": "open",
        "cluster.endpoint": {"public": True, "allowed_cidrs": ["203.0.113.0/24"]},
    }
    assert refusals(DEV, changes | {"network.endpoints": fewer, "cluster.way_in": "none"}) == [
        "network.nat = none: leaves no way to ecr.dkr, sts; add these endpoints or use nat: single"
    ]
    assert refusals(DEV, changes | {"network.endpoints": ALL, "cluster.way_in": "none"}) == []


@pytest.mark.req("C-07")
def test_pods_that_may_only_use_endpoints_have_them_all() -> None:
    fewer = [service for service in WITH_WAY_IN if service != "kms"]
    changes = {"network.pod_egress": "vpc_endpoints", "network.endpoints": fewer}
    assert refusals(DEV, changes) == [
        "network.pod_egress = vpc_endpoints: leaves pods no way to kms; add these endpoints or use pod_egress: open"
    ]
    assert refusals(DEV, changes | {"network.pod_egress": "open"}) == []


@pytest.mark.req("EKS-02")
@pytest.mark.parametrize("nat", ["none", "single", "per_zone"])
def test_the_way_in_needs_its_own_endpoints_with_and_without_nat(nat: str) -> None:
    assert refusals(DEV, {"network.nat": nat, "network.endpoints": ALL}) == [
        "cluster.way_in: leads through endpoints only, and lacks ec2messages, ssmmessages; "
        "add these to network.endpoints"
    ]
    assert refusals(DEV, {"network.nat": nat}) == []


def test_a_network_with_a_nat_and_no_session_manager_says_that_nobody_gets_in() -> None:
    changes = {"network.pod_egress": "open", "network.endpoints": ["s3"]}
    assert refusals(DEV, changes) == [
        "cluster.way_in: leads through endpoints only, and lacks ssm, ec2messages, ssmmessages; "
        "add these to network.endpoints"
    ]
    open_api = {"public": True, "allowed_cidrs": ["203.0.113.0/24"]}
    assert refusals(DEV, changes | {"cluster.way_in": "none", "cluster.endpoint": open_api}) == []


@pytest.mark.req("NET-01")
def test_a_subnet_given_by_hand_replaces_that_of_the_plan() -> None:
    order = edited(DEV, {"network.private_subnet_cidrs": {"us-east-1b": "10.16.224.0/20"}})
    private = stack(order).network.subnets["private"]
    assert {zone: str(subnet) for zone, subnet in private.items()} == {
        "us-east-1a": "10.16.0.0/19",
        "us-east-1b": "10.16.224.0/20",
        "us-east-1c": "10.16.64.0/19",
    }


@pytest.mark.req("PLT-05", "NET-01")
@pytest.mark.parametrize(
    ("changes", "line"),
    [
        (
            {"network.private_subnet_cidrs": {"us-east-1a": "10.17.0.0/19"}},
            "network.private_subnet_cidrs.us-east-1a = 10.17.0.0/19: lies outside the VPC's 10.16.0.0/16; "
            "choose it from there",
        ),
        (
            {"network.private_subnet_cidrs": {"us-east-1a": "10.16.32.0/19"}},
            "network.private_subnet_cidrs.us-east-1a = 10.16.32.0/19: overlaps the private subnet 10.16.32.0/19 of "
            "us-east-1b; choose free addresses",
        ),
        (
            {"network.public_subnet_cidrs": {"us-east-1a": "10.16.200.0/25"}},
            "network.public_subnet_cidrs.us-east-1a = 10.16.200.0/25: overlaps the database subnet 10.16.200.0/24 of "
            "us-east-1a; choose free addresses",
        ),
        (
            {"network.public_subnet_cidrs": {"us-east-1a": "10.16.224.0/29"}},
            "network.public_subnet_cidrs.us-east-1a = 10.16.224.0/29: has a size that AWS does not offer; "
            "choose /16 to /28",
        ),
        (
            {"network.public_subnet_cidrs": {"us-east-1d": "10.16.224.0/24"}},
            "network.public_subnet_cidrs.us-east-1d = 10.16.224.0/24: has no such zone beside it; "
            "add us-east-1d to the zones or remove the subnet",
        ),
        (
            {"cluster.service_cidr": "10.16.128.0/20"},
            "cluster.service_cidr = 10.16.128.0/20: overlaps the network 10.16.0.0/16; "
            "choose a private range outside it",
        ),
    ],
)
def test_ranges_that_overlap_within_the_stack_are_refused(changes: dict[str, Any], line: str) -> None:
    assert refusals(DEV, changes) == [line]
