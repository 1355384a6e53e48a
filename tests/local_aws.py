"""The AWS in this process, where unit tests run: moto with the laptop cloud's extensions, nothing of a network."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

import botocore.session
from moto import mock_aws

from sandbox.cloud import extensions
from sandbox.providers.aws import asking
from tests import quick_aws

# Every boto3 session would search and parse the service models anew, 0.3 s each time; they are files and do not change.
botocore.session.create_loader = cache(botocore.session.create_loader)
quick_aws.install()
extensions.install()
asking._PAUSE_SECONDS = 0  # what is on its way here arrives when it is asked for, not with time


@contextmanager
def empty() -> Iterator[None]:
    """An AWS in which nothing exists yet."""
    with mock_aws():
        yield
