"""What a killed engine left pending is settled by the journal: adopted, removed, or made anew; never doubled."""

from typing import Any

import pytest

from sandbox.engine.recovery import settle
from sandbox.providers.aws import asking
from sandbox.providers.aws.eks import READY

URN = "urn:pulumi:dev::platform::aws:ec2/vpc:Vpc::net"
OPERATION = {
    "type": "creating",
    "resource": {"urn": URN, "type": "aws:ec2/vpc:Vpc", "inputs": {"cidrBlock": "10.0.0.0/16"}},
}


def _settled(resources: list[dict[str, Any]], made: list[str]) -> tuple[str, list[dict[str, Any]]]:
    deployment = {"resources": list(resources)}
    said = settle(deployment, OPERATION, {URN: made} if made else {})
    return said, deployment["resources"]


def test_a_create_that_never_happened_is_forgotten():
    said, resources = _settled([], [])
    assert said == "pending: create of aws:ec2/vpc:Vpc net had not happened; removed from the list, it is created now"
    assert resources == []


def test_a_create_that_happened_is_adopted_with_its_id():
    said, resources = _settled([], ["vpc-1"])
    assert said == "pending: create of aws:ec2/vpc:Vpc net had happened; adopted as vpc-1"
    inputs = {"cidrBlock": "10.0.0.0/16"}
    assert resources == [
        {"urn": URN, "type": "aws:ec2/vpc:Vpc", "inputs": inputs, "outputs": inputs, "id": "vpc-1", "custom": True}
    ]


def test_of_two_that_happened_the_older_is_marked_for_deletion():
    _, resources = _settled([], ["vpc-1", "vpc-2"])
    assert [(r["id"], r.get("delete", False)) for r in resources] == [("vpc-1", True), ("vpc-2", False)]


def test_a_replacement_beside_the_object_it_replaces_is_marked_for_deletion():
    said, resources = _settled([{"urn": URN, "id": "vpc-1"}], ["vpc-1", "vpc-2"])
    assert said == (
        "pending: create of aws:ec2/vpc:Vpc net had happened; vpc-2 is removed, since the older one still stands"
    )
    assert [(r["id"], r.get("delete", False)) for r in resources] == [("vpc-1", False), ("vpc-2", True)]


def test_a_replacement_under_the_name_of_what_was_deleted_first_takes_its_place():
    said, resources = _settled([{"urn": URN, "id": "same", "pendingReplacement": True}], ["same"])
    assert said == "pending: create of aws:ec2/vpc:Vpc net had happened; adopted as same"
    assert [(r["id"], r.get("pendingReplacement")) for r in resources] == [("same", None)]


def test_what_is_marked_for_deletion_already_is_not_marked_again():
    before = [{"urn": URN, "id": "vpc-1"}, {"urn": URN, "id": "vpc-2", "delete": True}]
    _, resources = _settled(before, ["vpc-1", "vpc-2", "vpc-3"])
    assert [(r["id"], r.get("delete", False)) for r in resources] == [
        ("vpc-1", False), ("vpc-2", True), ("vpc-3", True),
    ]  # fmt: skip


def test_a_replacement_takes_the_place_of_what_was_deleted_first():
    before = [{"urn": "network"}, {"urn": URN, "id": "vpc-1", "pendingReplacement": True}, {"urn": "subnet"}]
    said, resources = _settled(before, ["vpc-2"])
    assert said == "pending: create of aws:ec2/vpc:Vpc net had happened; adopted as vpc-2"
    assert [(r["urn"], r.get("id")) for r in resources] == [("network", None), (URN, "vpc-2"), ("subnet", None)]
    assert "pendingReplacement" not in resources[1]


@pytest.mark.parametrize("end", [{"status": "ACTIVE"}, {"status": "CREATE_FAILED"}, None])
def test_a_cluster_that_still_comes_or_goes_is_read_once_it_is_there_or_gone(
    monkeypatch: pytest.MonkeyPatch, end: dict[str, str] | None
):
    monkeypatch.setattr(asking, "_PAUSE_SECONDS", 0)
    answers = iter([{"status": "CREATING"}, {"status": "CREATING"}, {"status": "DELETING"}, end, {"status": "later"}])
    assert asking.at_rest(lambda: next(answers), READY) == end
