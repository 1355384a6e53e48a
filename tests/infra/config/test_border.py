"""What of a region may reach into another one, and who makes what an account has once."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from infra.config import ConfigurationError, check
from tests.infra.config.orders import ABSENT, PRODUCTION, TODAY, committed, edited, refusals

PEER = {"cluster": "production-us-west-2", "region": "us-west-2", "cidr": "10.64.0.0/16"}
DR: Mapping[str, Any] = edited(
    PRODUCTION,
    {
        "environment": "dr",
        "region": "us-west-2",
        "network.zones": ["us-west-2a", "us-west-2b", "us-west-2c"],
        "network.cidr": "10.64.0.0/16",
        "account_roles": False,
        "audit.global_events": False,
        "guardrails.whole_account": False,
    },
)


def refusal(folder: Path, **orders: Mapping[str, Any]) -> str:
    """What is said of the first of several stack files that lie side by side."""
    for name, order in orders.items():
        text = yaml.safe_dump({"config": {"platform:stack": dict(order)}})
        (folder / f"Pulumi.{name}.yaml").write_text(text)
    try:
        check(folder / f"Pulumi.{next(iter(orders))}.yaml", TODAY)
    except ConfigurationError as error:
        return str(error).partition("platform:stack.")[2]
    return ""


@pytest.mark.req("NET-10", "KMS-04", "DATA-04")
@pytest.mark.parametrize(
    ("region", "rule"),
    [
        ("us-east-1", "is the stack's own region; name the other one, or leave it out"),
        ("us-gov-west-1", "lies in another partition than us-east-1; choose a region of the same"),
        ("eu-west-1", "opens a way to us-east-1, and none may lead into the EU or out of it; leave it out"),
    ],
)
def test_a_way_leads_to_another_region_of_the_partition_and_never_across_the_eus_border(region: str, rule: str) -> None:
    keys = {"keys": {"multi_region": True, "replica_region": region}}
    assert refusals(PRODUCTION, keys) == [f"keys.replica_region = {region}: {rule}"]
    assert refusals(PRODUCTION, {"network.peer": PEER | {"region": region}}) == [
        f"network.peer.region = {region}: {rule}"
    ]


@pytest.mark.req("DATA-04", "NET-10")
def test_from_the_eu_neither_a_key_nor_a_way_leads_outside() -> None:
    rule = "opens a way to eu-west-1, and none may lead into the EU or out of it; leave it out"
    keys = {"keys": {"multi_region": True, "replica_region": "us-west-2"}}
    assert refusals(committed("eu"), keys) == [f"keys.replica_region = us-west-2: {rule}"]
    assert refusals(committed("eu"), {"network.peer": PEER}) == [f"network.peer.region = us-west-2: {rule}"]


@pytest.mark.req("KMS-04")
def test_a_replica_is_one_of_a_key_that_can_be_replicated() -> None:
    assert refusals(PRODUCTION, {"keys": {"replica_region": "us-west-2"}}) == [
        "keys.replica_region = us-west-2: needs keys that can be replicated; set multi_region: true"
    ]
    assert refusals(PRODUCTION, {"keys": {"replica_region": "us-west-2", "multi_region": True}}) == []


@pytest.mark.req("NET-10", "NET-01")
@pytest.mark.parametrize(
    ("cidr", "what"), [("10.16.0.0/16", "network 10.16.0.0/16"), ("172.20.0.0/16", "service range 172.20.0.0/16")]
)
def test_a_peer_has_addresses_of_its_own(cidr: str, what: str) -> None:
    assert refusals(PRODUCTION, {"network.peer": PEER | {"cidr": cidr}}) == [
        f"network.peer.cidr = {cidr}: overlaps this stack's {what}, so that no route can lead there; "
        "give each a range of its own"
    ]


@pytest.mark.req("NET-10")
def test_a_peer_is_where_the_stack_recovers() -> None:
    assert refusals(committed("prod"), {"network.peer.region": "us-east-2"}) == [
        "network.peer.region = us-east-2: is not where the stack recovers, which is us-west-2; "
        "write that, or leave the peer out"
    ]


@pytest.mark.req("NET-10")
def test_a_peer_has_the_addresses_that_its_own_file_says(tmp_path: Path) -> None:
    prod = edited(PRODUCTION, {"network.peer": PEER | {"cidr": "10.65.0.0/16"}})
    assert refusal(tmp_path, prod=prod, dr=DR) == (
        "network.peer.cidr = 10.65.0.0/16: is not the network of Pulumi.dr.yaml; write 10.64.0.0/16"
    )
    assert refusal(tmp_path, prod=edited(PRODUCTION, {"network.peer": PEER}), dr=DR) == ""


@pytest.mark.req("KMS-03")
def test_the_roles_of_an_account_are_made_by_one_of_its_stacks(tmp_path: Path) -> None:
    for said in (True, ABSENT):
        assert refusal(tmp_path, prod=PRODUCTION, dr=edited(DR, {"account_roles": said})) == (
            "account_roles: is what Pulumi.dr.yaml says too of account 000000000101; set false in one of them"
        )
    assert refusal(tmp_path, prod=PRODUCTION, dr=DR) == ""
