"""Programs of AWS components, each run once."""

from collections.abc import Callable

import pytest

from tests import recorder, records


@pytest.fixture
def built() -> Callable[..., recorder.Engine]:
    """`built(program, *args)`: what the program registered with these arguments, on an empty AWS of its own."""
    return records.record
