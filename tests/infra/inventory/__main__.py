"""`python -m tests.infra.inventory`: write the inventory of every committed stack anew."""

from tests import conftest, records
from tests.infra import inventory

assert conftest  # imported first: it prepares the local AWS
for stack in records.COMMITTED:
    print(inventory.write(stack).relative_to(records.PROJECT))
