"""Fixtures of all rooms: an engine that records, on a local AWS that is empty for every test."""

import gc
import os
from collections.abc import Callable, Iterator
from functools import cache

import pytest

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

import botocore.session
from moto import mock_aws

from sandbox.cloud import extensions
from tests import recorder

# Every boto3 session would search and parse the service models anew, 0.3 s each time; they are files and do not change.
botocore.session.create_loader = cache(botocore.session.create_loader)


def pytest_collection_finish() -> None:
    """Keep the SDKs, half a million objects that never go, out of every later garbage collection."""
    gc.collect()
    gc.freeze()


@pytest.fixture
def local_aws() -> Iterator[None]:
    """An empty AWS in this process, with the laptop cloud's extensions."""
    extensions.install()
    with mock_aws():
        yield


@pytest.fixture
def build(local_aws: None) -> Callable[..., recorder.Engine]:
    """Run a program and return what it registered; see recorder.build."""
    return recorder.build
