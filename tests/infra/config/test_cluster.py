"""The guards of the cluster: versions, access, nodes."""

from datetime import date
from typing import Any

import pytest

from infra.config import kubernetes
from tests.infra.config.orders import DEV, edited, refusals, stack

GENERAL = "cluster.node_groups.general"
CALENDAR = "or bring the calendar in infra/config/kubernetes.py up to date"


@pytest.mark.req("C-16", "EKS-01")
@pytest.mark.parametrize(
    ("version", "rule"),
    [
        ("1.28", f"left EKS standard support on 2024-11-26; use 1.34 or 1.35, {CALENDAR}"),
        ("1.33", f"left EKS standard support on 2026-07-29; use 1.34 or 1.35, {CALENDAR}"),
        ("1.99", f"is not in the calendar of EKS versions; use 1.34 or 1.35, {CALENDAR}"),
    ],
)
def test_a_version_past_support_is_refused_with_its_date(version: str, rule: str) -> None:
    assert refusals(DEV, {"cluster.version": version}) == [f"cluster.version = {version}: {rule}"]


@pytest.mark.req("C-16")
def test_a_version_is_good_to_its_last_day_and_not_beyond() -> None:
    assert refusals(DEV, {}, date(2027, 3, 27)) == []
    assert refusals(DEV, {}, date(2027, 3, 28)) == [
        "cluster.version = 1.35: left EKS standard support on 2027-03-27; "
        f"use a version that EKS supports today, {CALENDAR}"
    ]


@pytest.mark.req("C-16")
def test_the_calendar_has_the_dates_that_eks_publishes() -> None:
    newest = {version: str(kubernetes.STANDARD_SUPPORT_ENDS[version]) for version in ("1.33", "1.34", "1.35")}
    assert newest == {"1.33": "2026-07-29", "1.34": "2026-12-02", "1.35": "2027-03-27"}


@pytest.mark.req("C-16", "EKS-04")
def test_amazon_linux_2_is_not_offered() -> None:
    assert refusals(DEV, {f"{GENERAL}.ami_type": "AL2_x86_64"}) == [
        f"{GENERAL}.ami_type = AL2_x86_64: is not offered; choose 'AL2023_x86_64_STANDARD' or 'AL2023_ARM_64_STANDARD'"
    ]
    assert stack(DEV).cluster.node_groups["general"].ami_type == "AL2023_x86_64_STANDARD"


@pytest.mark.parametrize(
    ("instance_type", "ami_type"),
    [
        ("m7g.large", "AL2023_x86_64_STANDARD"),
        ("c7gn.large", "AL2023_x86_64_STANDARD"),
        ("a1.large", "AL2023_x86_64_STANDARD"),
        ("g4dn.xlarge", "AL2023_ARM_64_STANDARD"),
        ("m5.xlarge", "AL2023_ARM_64_STANDARD"),
    ],
)
def test_instance_types_and_image_are_of_one_architecture(instance_type: str, ami_type: str) -> None:
    assert refusals(DEV, {f"{GENERAL}.instance_types": [instance_type], f"{GENERAL}.ami_type": ami_type}) == [
        f"{GENERAL}.instance_types[0] = {instance_type}: does not start {ami_type}; "
        "choose instance types and ami_type of one architecture"
    ]
    other = "AL2023_ARM_64_STANDARD" if "x86" in ami_type else "AL2023_x86_64_STANDARD"
    assert refusals(DEV, {f"{GENERAL}.instance_types": [instance_type], f"{GENERAL}.ami_type": other}) == []


@pytest.mark.req("EKS-02")
def test_the_api_is_private_unless_the_stack_says_otherwise() -> None:
    endpoint = stack(DEV).cluster.endpoint
    assert (endpoint.public, endpoint.allowed_cidrs) == (False, ())


@pytest.mark.req("EKS-02")
@pytest.mark.parametrize(
    ("endpoint", "line"),
    [
        (
            {"public": True},
            "allowed_cidrs: a public endpoint is open to nobody in particular; name the networks of its users",
        ),
        (
            {"public": True, "allowed_cidrs": ["203.0.113.0/24", "0.0.0.0/0"]},
            "allowed_cidrs[1] = 0.0.0.0/0: is the internet or a large part of it; name the networks of the API's users",
        ),
        (
            {"public": True, "allowed_cidrs": ["128.0.0.0/1"]},
            "allowed_cidrs[0] = 128.0.0.0/1: is the internet or a large part of it; "
            "name the networks of the API's users",
        ),
        (
            {"public": False, "allowed_cidrs": ["203.0.113.0/24"]},
            "allowed_cidrs: has no effect on a private endpoint; remove it or set public: true",
        ),
    ],
)
def test_a_public_api_is_open_to_named_networks_only(endpoint: dict[str, Any], line: str) -> None:
    assert refusals(DEV, {"cluster.endpoint": endpoint}) == [f"cluster.endpoint.{line}"]


@pytest.mark.req("EKS-02")
def test_a_private_api_has_a_way_in() -> None:
    assert refusals(DEV, {"cluster.way_in": "none"}) == [
        "cluster.way_in = none: leaves nobody a way to the private endpoint, CI and Pulumi included; "
        "use way_in: session_manager"
    ]
    open_api = {"public": True, "allowed_cidrs": ["203.0.113.0/24"]}
    assert refusals(DEV, {"cluster.way_in": "none", "cluster.endpoint": open_api}) == []


@pytest.mark.req("C-36")
def test_pods_get_roles_by_irsa_or_by_setting_through_pod_identity() -> None:
    assert stack(DEV).cluster.identity == "irsa"
    assert stack(edited(DEV, {"cluster.identity": "pod_identity"})).cluster.identity == "pod_identity"
    assert refusals(DEV, {"cluster.identity": "static_keys"}) == [
        "cluster.identity = static_keys: is not offered; choose 'irsa' or 'pod_identity'"
    ]


@pytest.mark.parametrize("cidr", ["172.16.0.0/25", "10.0.0.0/11"])
def test_the_service_range_has_a_size_that_eks_takes(cidr: str) -> None:
    changes = {"cluster.service_cidr": cidr, "network.cidr": "192.168.0.0/16"}
    assert refusals(DEV, changes) == [
        f"cluster.service_cidr = {cidr}: has a size that EKS does not take; choose /12 to /24"
    ]


@pytest.mark.req("EKS-04")
@pytest.mark.parametrize(
    ("sizes", "line"),
    [
        ((5, 5, 4), "min = 5: is above max 4; lower min or raise max"),
        ((2, 1, 4), "desired = 1: is outside 2 to 4; choose a size between min and max"),
        ((2, 5, 4), "desired = 5: is outside 2 to 4; choose a size between min and max"),
        ((0, 0, 0), "max = 0: is too small; give at least 1"),
    ],
)
def test_a_node_group_starts_within_its_own_bounds(sizes: tuple[int, int, int], line: str) -> None:
    changes = {f"{GENERAL}.{key}": size for key, size in zip(("min", "desired", "max"), sizes, strict=True)}
    assert refusals(DEV, changes) == [f"{GENERAL}.{line}"]


@pytest.mark.req("EKS-05")
def test_a_root_disk_has_100_gb_and_a_size_that_gp3_offers() -> None:
    assert stack(DEV).cluster.node_groups["general"].disk_gb == 100
    assert refusals(DEV, {f"{GENERAL}.disk_gb": 8}) == [f"{GENERAL}.disk_gb = 8: is too small; give at least 20"]
    assert refusals(DEV, {f"{GENERAL}.disk_gb": 20000}) == [
        f"{GENERAL}.disk_gb = 20000: is too large; give at most 16384"
    ]


def test_a_node_group_may_keep_to_one_zone_but_only_of_the_network() -> None:
    assert stack(edited(DEV, {f"{GENERAL}.zones": ["us-east-1b"]})).cluster.node_groups["general"].zones == (
        "us-east-1b",
    )
    assert refusals(DEV, {f"{GENERAL}.zones": ["us-east-1f"]}) == [
        f"{GENERAL}.zones[0] = us-east-1f: is no zone of the network; choose from us-east-1a, us-east-1b, us-east-1c"
    ]


@pytest.mark.req("C-27", "COST-01", "EKS-04", "EKS-10")
def test_spot_under_pci_workloads_is_refused() -> None:
    assert refusals(DEV, {f"{GENERAL}.capacity": "spot"}) == [
        f"{GENERAL}.capacity = spot: can be reclaimed under PCI workloads; "
        "set on_demand, or drop the label compliance: pci-dss"
    ]


@pytest.mark.req("C-27", "COST-01", "EKS-10")
def test_spot_beside_pci_workloads_keeps_them_off_by_a_taint() -> None:
    changes: dict[str, Any] = {f"{GENERAL}.capacity": "spot", f"{GENERAL}.labels": {"workload": "batch"}}
    refused = [
        f"{GENERAL}.capacity = spot: can be reclaimed under PCI workloads that stray here; "
        "set on_demand, or add a NoSchedule taint"
    ]
    assert refusals(DEV, changes) == refused
    preferred = {f"{GENERAL}.taints": [{"key": "batch", "effect": "PreferNoSchedule"}]}
    assert refusals(DEV, changes | preferred) == refused
    assert refusals(DEV, changes | {f"{GENERAL}.taints": [{"key": "batch"}]}) == []


@pytest.mark.req("C-27", "COST-01", "EKS-10")
def test_spot_is_free_where_no_cardholder_data_is() -> None:
    assert refusals(DEV, {f"{GENERAL}.capacity": "spot", "compliance": ["soc2"]}) == []


@pytest.mark.req("KMS-06")
def test_enclaves_are_opted_into_by_node_group() -> None:
    assert stack(DEV).cluster.node_groups["general"].enclave is False
    assert stack(edited(DEV, {f"{GENERAL}.enclave": True})).cluster.node_groups["general"].enclave is True
