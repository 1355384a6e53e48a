"""Fixtures of all rooms: an engine that records, on a local AWS that is empty for every test.

What they need is imported when a test asks for it: the process that only hands out tests to others needs none of it.
"""

import gc
import os
import sys
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import pytest

from tests import kept

if TYPE_CHECKING:
    from tests import recorder

# Before moto is imported: no stock images, and no plugin may find credentials of the machine.
os.environ.update(
    MOTO_EC2_LOAD_DEFAULT_AMIS="false",
    AWS_ACCESS_KEY_ID="unit-tests",
    AWS_SECRET_ACCESS_KEY="unit-tests",
    AWS_DEFAULT_REGION="us-east-1",
    AWS_CONFIG_FILE=os.devnull,
    AWS_SHARED_CREDENTIALS_FILE=os.devnull,
    AWS_EC2_METADATA_DISABLED="true",
)

sys.dont_write_bytecode = False  # as for `make`: or every worker compiles the SDKs, and pytest the tests, each time

kept.fingerprint()  # of the sources as they are imported

gc.disable()  # until everything is imported: nothing of it is garbage, and looking at it takes a fifth of the time


def pytest_collection_finish() -> None:
    """Keep the SDKs, half a million objects that never go, out of garbage collections, and let those be few.

    Of a program nothing goes before its end, and then all of it; three million objects are some 200 MB.
    """
    gc.freeze()
    gc.set_threshold(3_000_000, 20, 50)
    gc.enable()


def pytest_sessionfinish() -> None:
    """What is left of many tests goes with the worker: pytest would look through it five times, Python once more."""
    if "PYTEST_XDIST_WORKER" in os.environ:
        gc.freeze()


@pytest.fixture
def local_aws() -> Iterator[None]:
    """An empty AWS in this process, with the laptop cloud's extensions."""
    from tests import local_aws

    with local_aws.empty():
        yield


@pytest.fixture
def build(local_aws: None) -> "Callable[..., recorder.Engine]":
    """Run a program and return what it registered; see recorder.build."""
    from tests import recorder

    return recorder.build
