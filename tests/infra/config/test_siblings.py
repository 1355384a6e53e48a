"""Stack files that lie side by side are checked together."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from infra.config import ConfigurationError, check, read
from tests.infra.config.orders import DEV, GLOBAL, PRODUCTION, TODAY, edited

STAGING: Mapping[str, Any] = edited(
    DEV, {"environment": "staging", "account": "000000000102", "network.cidr": "10.17.0.0/16"}
)


def put(folder: Path, **orders: Mapping[str, Any]) -> None:
    for name, order in orders.items():
        text = yaml.safe_dump({"config": {"platform:stack": dict(order)}})
        (folder / f"Pulumi.{name}.yaml").write_text(text)


def refusal(path: Path) -> str:
    with pytest.raises(ConfigurationError) as refused:
        check(path, TODAY)
    return str(refused.value)


@pytest.mark.req("PLT-05", "NET-01")
def test_stacks_with_names_accounts_and_networks_of_their_own_stand_together(tmp_path: Path) -> None:
    put(tmp_path, dev=DEV, staging=STAGING, **{"global": GLOBAL})
    assert [check(tmp_path / f"Pulumi.{name}.yaml", TODAY).name for name in ("dev", "staging", "global")] == [
        "dev-platform",
        "staging-platform",
        "global-platform",
    ]


@pytest.mark.req("PLT-05", "NET-01")
def test_networks_of_two_stacks_that_overlap_are_refused_on_either_side(tmp_path: Path) -> None:
    put(tmp_path, dev=DEV, staging=edited(STAGING, {"network.cidr": "10.16.0.0/16"}))
    assert refusal(tmp_path / "Pulumi.dev.yaml") == (
        "Pulumi.dev.yaml: 1 setting cannot stand\n"
        "  platform:stack.network.cidr = 10.16.0.0/16: overlaps 10.16.0.0/16 of Pulumi.staging.yaml; "
        "give each stack a /16 of its own"
    )
    assert refusal(tmp_path / "Pulumi.staging.yaml") == (
        "Pulumi.staging.yaml: 1 setting cannot stand\n"
        "  platform:stack.network.cidr = 10.16.0.0/16: overlaps 10.16.0.0/16 of Pulumi.dev.yaml; "
        "give each stack a /16 of its own"
    )


@pytest.mark.req("PLT-05")
def test_a_service_range_keeps_off_the_networks_of_other_stacks(tmp_path: Path) -> None:
    put(tmp_path, dev=edited(DEV, {"cluster.service_cidr": "10.17.128.0/20"}), staging=STAGING)
    assert refusal(tmp_path / "Pulumi.dev.yaml") == (
        "Pulumi.dev.yaml: 1 setting cannot stand\n"
        "  platform:stack.cluster.service_cidr = 10.17.128.0/20: overlaps the network 10.17.0.0/16 of "
        "Pulumi.staging.yaml; choose a range that no stack's network has"
    )


@pytest.mark.req("PLT-04", "PLT-05")
def test_two_stacks_with_one_name_prefix_are_refused(tmp_path: Path) -> None:
    put(tmp_path, dev=DEV, staging=edited(STAGING, {"environment": "dev"}))
    assert refusal(tmp_path / "Pulumi.staging.yaml") == (
        "Pulumi.staging.yaml: 1 setting cannot stand\n"
        "  platform:stack.environment = dev: gives the name prefix dev-platform, which Pulumi.dev.yaml already has; "
        "rename one environment"
    )


@pytest.mark.req("C-21")
def test_prod_and_production_collide_as_one_name(tmp_path: Path) -> None:
    production = edited(
        PRODUCTION, {"environment": "production", "account": STAGING["account"], "network": STAGING["network"]}
    )
    put(tmp_path, east=production, west=edited(DEV, {"environment": "prod"}))
    assert refusal(tmp_path / "Pulumi.east.yaml") == (
        "Pulumi.east.yaml: 1 setting cannot stand\n"
        "  platform:stack.environment = production: gives the name prefix production-platform, "
        "which Pulumi.west.yaml already has; rename one environment"
    )


def test_two_stacks_do_not_share_an_account_in_one_region(tmp_path: Path) -> None:
    put(tmp_path, dev=DEV, staging=edited(STAGING, {"account": DEV["account"]}))
    assert refusal(tmp_path / "Pulumi.dev.yaml") == (
        "Pulumi.dev.yaml: 1 setting cannot stand\n"
        "  platform:stack.account = 000000000101: is already used in us-east-1 by Pulumi.staging.yaml; "
        "give each environment an account of its own"
    )


@pytest.mark.req("DATA-07")
def test_the_registry_that_a_stack_names_hands_it_images(tmp_path: Path) -> None:
    dev = edited(DEV, {"registry_account": GLOBAL["account"]})
    put(tmp_path, dev=dev, **{"global": edited(GLOBAL, {"readers": [DEV["account"]]})})
    assert check(tmp_path / "Pulumi.dev.yaml", TODAY).name == "dev-platform"
    put(tmp_path, **{"global": edited(GLOBAL, {"region": "us-east-2"})})
    assert refusal(tmp_path / "Pulumi.dev.yaml") == (
        "Pulumi.dev.yaml: 2 settings cannot stand\n"
        "  platform:stack.registry_account = 000000000100: does not let account 000000000101 pull images; "
        "add it to the readers of Pulumi.global.yaml\n"
        "  platform:stack.registry_account = 000000000100: keeps no images in us-east-1; "
        "add it to the replication_regions of Pulumi.global.yaml"
    )


def test_an_old_mistake_in_one_stack_does_not_block_another(tmp_path: Path) -> None:
    broken = edited(STAGING, {"cluster.version": "1.28", "network.cidr": "nowhere"})
    put(tmp_path, dev=DEV, staging=broken, empty={})
    (tmp_path / "Pulumi.salted.yaml").write_text("encryptionsalt: v1:abc\n")
    assert check(tmp_path / "Pulumi.dev.yaml", TODAY).name == "dev-platform"


def test_a_file_can_be_read_by_itself(tmp_path: Path) -> None:
    put(tmp_path, dev=DEV, copy=DEV)
    assert read(tmp_path / "Pulumi.copy.yaml", TODAY).name == "dev-platform"
