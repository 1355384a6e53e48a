"""Guards that look at a whole stack, and what a stack answers."""

from typing import Any

import pytest
from pydantic import ValidationError

from tests.infra.config.orders import DEV, GLOBAL, GOVCLOUD, PRODUCTION, edited, refusals, stack

GENERAL = "cluster.node_groups.general"


@pytest.mark.req("PLT-04")
def test_names_join_environment_and_application() -> None:
    assert stack(DEV).name == "dev-platform"


@pytest.mark.req("PLT-04", "COST-03")
def test_tags_say_whose_the_resources_are_without_a_comma() -> None:
    assert stack(DEV).tags == {
        "Environment": "dev",
        "Application": "platform",
        "DataClass": "synthetic",
        "ManagedBy": "pulumi",
        "Compliance": "pci-dss+soc2",
        "CostCenter": "platform-engineering",
    }
    assert stack(edited(DEV, {"compliance": []})).tags["Compliance"] == "none"


@pytest.mark.req("C-21")
@pytest.mark.parametrize("environment", ["prod", "production"])
def test_prod_and_production_are_one_environment(environment: str) -> None:
    answered = stack(edited(PRODUCTION, {"environment": environment}))
    assert (answered.environment, answered.name, answered.tags["Environment"]) == (
        "production",
        "production-platform",
        "production",
    )


@pytest.mark.req("C-21")
def test_production_is_data_and_cannot_contradict_the_name() -> None:
    assert refusals(PRODUCTION, {"production": False, "audit.mode": "governance"}) == [
        "production = false: contradicts environment production; set true or rename the environment"
    ]
    assert stack(edited(PRODUCTION, {"environment": "dr"})).production is True


def test_a_stack_that_does_not_say_is_production() -> None:
    order = edited(PRODUCTION, {})
    del order["production"]
    assert stack(order).production is True


@pytest.mark.req("PLT-05")
@pytest.mark.parametrize(("order", "stated", "actual"), [(DEV, "aws-us-gov", "aws"), (GOVCLOUD, "aws", "aws-us-gov")])
def test_the_wrong_partition_for_the_region_is_refused(order: dict[str, Any], stated: str, actual: str) -> None:
    assert refusals(order, {"partition": stated}) == [
        f"partition = {stated}: is not the partition of {order['region']}; write {actual} or leave it out"
    ]
    assert refusals(order, {"partition": actual}) == []
    assert stack(order).partition == actual
    assert refusals(order, {"partition": "aws-cn"}) == [
        "partition = aws-cn: is no partition known here; use one of aws, aws-us-gov, or leave it out"
    ]


@pytest.mark.req("KMS-01")
def test_keys_leave_the_region_from_production_only() -> None:
    assert refusals(DEV, {"keys.multi_region": True}) == [
        "keys.multi_region = true: lets keys leave the region, which only production needs; set false"
    ]
    assert refusals(PRODUCTION, {"keys.multi_region": True}) == []
    assert stack(DEV).keys.multi_region is False


@pytest.mark.req("KMS-01")
def test_keys_wait_30_days_before_they_die_in_production() -> None:
    assert stack(DEV).keys.deletion_window_days == 30
    assert refusals(PRODUCTION, {"keys.deletion_window_days": 29}) == [
        "keys.deletion_window_days = 29: is too short to notice a mistake in production; set 30"
    ]
    assert refusals(DEV, {"keys.deletion_window_days": 7}) == []


@pytest.mark.req("NET-01", "NET-03", "GIT-01", "GIT-04", "EKS-02", "EKS-06", "C-07")
@pytest.mark.parametrize(
    ("changes", "line"),
    [
        (
            {"network.zones": ["us-east-1a", "us-east-1b"]},
            "network.zones: has 2 zones; production needs 3, name another",
        ),
        (
            {"network.nat": "single"},
            "network.nat = single: lets one zone's loss cut off the others; set per_zone in production",
        ),
        (
            {"platform.argocd.high_availability": False},
            "platform.argocd.high_availability = false: is required in production; set true",
        ),
        (
            {"cluster.endpoint": {"public": True, "allowed_cidrs": ["203.0.113.0/24"]}},
            "cluster.endpoint.public = true: opens the Kubernetes API of production to the internet; "
            "set false and use way_in: session_manager",
        ),
        (
            {"platform.argocd": {}},
            "platform.argocd.oidc: is missing, which leaves a local administrator with one password for all; "
            "name issuer and client_id",
        ),
        (
            {"network.pod_egress": "open"},
            "network.pod_egress = open: lets pods with cardholder data reach the internet; "
            "set vpc_endpoints in PCI production",
        ),
        (
            {f"{GENERAL}.tenancy": "default"},
            f"{GENERAL}.tenancy = default: shares hosts with other customers; set dedicated in PCI production",
        ),
    ],
)
def test_what_dev_may_production_may_not(changes: dict[str, Any], line: str) -> None:
    assert refusals(PRODUCTION, changes) == [line]
    assert refusals(DEV, changes) == []


@pytest.mark.req("EKS-06", "C-07")
def test_production_without_cardholder_data_may_share_hosts_and_reach_out() -> None:
    changes = {f"{GENERAL}.tenancy": "default", "network.pod_egress": "open", "compliance": ["soc2"]}
    assert refusals(PRODUCTION, changes) == []


def test_a_framework_is_named_once_and_must_be_known() -> None:
    assert refusals(DEV, {"compliance": ["soc2", "soc2"]}) == ["compliance: names soc2 more than once; give each once"]
    assert refusals(DEV, {"compliance": ["iso"]}) == [
        "compliance[0] = iso: is not offered; "
        "choose 'pci-dss', 'soc2', 'gdpr', 'hipaa', 'cmmc-l2' or 'fedramp-moderate'"
    ]


@pytest.mark.req("C-35")
@pytest.mark.parametrize("namespace", ["argocd", "kube-system", "kube-node-lease", "default"])
def test_an_application_has_a_namespace_of_its_own(namespace: str) -> None:
    changes = {"apps.payment": {"overlay": "payment-service/dev", "namespace": namespace}}
    assert refusals(DEV, changes) == [
        f"apps.payment.namespace = {namespace}: belongs to the cluster or the platform; "
        "give the application one of its own"
    ]


@pytest.mark.req("C-28")
def test_limits_of_an_application_are_the_overlays_and_no_setting_here() -> None:
    changes = {"apps.payment": {"overlay": "payment-service/dev", "limits": {"cpu": "2"}}}
    assert refusals(DEV, changes) == [
        "apps.payment.limits: is no setting; remove it, known here are namespace, overlay, quota, standby"
    ]


@pytest.mark.req("C-08")
def test_the_sync_mode_is_a_setting_and_waits_for_a_person_unless_told() -> None:
    assert stack(DEV).gitops.sync_mode == "manual"
    assert stack(edited(DEV, {"gitops.sync_mode": "automated"})).gitops.sync_mode == "automated"


def test_argo_cd_has_a_host_below_the_stacks_domain() -> None:
    assert stack(DEV).argocd_domain == "argocd.dev.example.com"
    assert stack(edited(DEV, {"platform.argocd.domain": "cd.example.com"})).argocd_domain == "cd.example.com"


def test_the_mesh_starts_within_its_own_bounds() -> None:
    assert refusals(DEV, {"platform.istio": {"replicas": 6}}) == [
        "platform.istio.replicas = 6: is above max_replicas 5; lower it or raise max_replicas"
    ]


@pytest.mark.req("DATA-07", "C-22")
@pytest.mark.parametrize(
    ("changes", "line"),
    [
        (
            {"replication_regions": ["us-east-1"]},
            "replication_regions[0] = us-east-1: is where the registry itself is; remove it",
        ),
        (
            {"replication_regions": ["us-gov-west-1"]},
            "replication_regions[0] = us-gov-west-1: lies in another partition than us-east-1; "
            "choose a region of the same",
        ),
        (
            {"replication_regions": ["us-west-2", "us-west-2"]},
            "replication_regions: names us-west-2 more than once; give each once",
        ),
        (
            {"readers": ["000000000101", "000000000101"]},
            "readers: names 000000000101 more than once; give each once",
        ),
        (
            {"readers": ["dev"]},
            "readers[0] = dev: is no AWS account; give all 12 digits, in quotes",
        ),
        (
            {"registries.payment-service": {"immutable_tags": False}},
            "registries.payment-service.immutable_tags = false: lets a signed tag be moved in production; set true",
        ),
        (
            {"registries.payment-service": {"scan_on_push": False}},
            "registries.payment-service.scan_on_push = false: lets images into production unseen; set true",
        ),
    ],
)
def test_images_stay_in_the_partition_and_their_tags_stay_put(changes: dict[str, Any], line: str) -> None:
    assert refusals(GLOBAL, changes) == [line]


@pytest.mark.req("C-22", "IAM-03")
def test_by_default_tags_are_immutable_images_scanned_and_the_role_bound_to_main() -> None:
    shared = stack(GLOBAL)
    registry = shared.registries["payment-service"]
    assert (registry.immutable_tags, registry.scan_on_push) == (True, True)
    assert (shared.ci.role, shared.ci.refs) == ("github-actions-ecr", ("refs/heads/main",))


def test_what_was_read_is_never_changed() -> None:
    with pytest.raises(ValidationError, match="Instance is frozen"):
        stack(DEV).network.nat = "none"
