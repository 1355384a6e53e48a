"""Every resource type in use: what somebody edits by boto3 or kubectl is named as drift, and `up` repairs it."""

import pytest

from tests.engine.drift import TABLE, edits
from tests.engine.laptop import DEV_ACCOUNT, Laptop

pytestmark = pytest.mark.engine
ACCOUNTS = {"global": "000000000100", "dev": DEV_ACCOUNT}


def test_an_edit_of_every_type_is_named_as_drift_and_repaired(dev: Laptop) -> None:
    of_type = {
        edit.resource["type"]: edit for name in ACCOUNTS for edit in edits(dev, dev.resources(name), ACCOUNTS[name])
    }
    assert of_type.keys() == TABLE.keys(), "a row of drift.yaml is of no use any more"
    made = of_type.values()
    before = {edit.urn: edit.look() for edit in made}
    for edit in made:
        edit.make()
    assert not [edit.urn for edit in made if edit.look() == before[edit.urn]], "these edits change nothing"
    steps = [step for name in ACCOUNTS for step in dev.changes(name)]
    assert not [edit.urn for edit in made if not edit.is_named(steps)], "drift of these goes unseen"
    dev.must("up", "dev")
    assert {edit.urn: edit.look() for edit in made} == before
    assert [step for name in ACCOUNTS for step in dev.changes(name)] == []
