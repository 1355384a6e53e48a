"""A stack consists of what its committed inventory says, no more and no less."""

import pytest

from tests import records
from tests.infra import inventory


@pytest.mark.req("TST-01")
@pytest.mark.parametrize("stack", records.COMMITTED)
def test_a_stack_consists_of_what_its_inventory_says(stack):
    assert inventory.inventory(stack) == inventory.read(stack), (
        "run `python -m tests.infra.inventory` and read the diff"
    )


def test_every_committed_stack_has_an_inventory_and_no_other_has():
    assert {path.stem for path in inventory.FOLDER.glob("*.yaml")} == set(records.COMMITTED)
