"""The AWS in this process, where unit tests run: moto with the laptop cloud's extensions, nothing of a network."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

import boto3
import botocore.session
from moto import mock_aws

from sandbox.cloud import extensions
from sandbox.cloud.aws import ROLE, make_role
from sandbox.providers.aws import asking
from tests import quick_aws, quick_dynamodb

# Every boto3 session would search and parse the service models anew, 0.3 s each time; they are files and do not change.
botocore.session.create_loader = cache(botocore.session.create_loader)
quick_aws.install()
quick_dynamodb.install()
extensions.install()
asking._PAUSE_SECONDS = 0  # what is on its way here arrives when it is asked for, not with time


_sessions: dict[tuple[str, str], boto3.Session] = {}


@contextmanager
def empty() -> Iterator[None]:
    """An AWS in which nothing exists yet."""
    with mock_aws():
        _sessions.clear()  # their keys are those of an AWS that was
        yield


def session(account: str, region: str) -> boto3.Session:
    """The deploying role of an account, in a region; whoever else asks, on the same AWS, is given the same session."""
    if (account, region) not in _sessions:
        partition = "aws-us-gov" if region.startswith("us-gov-") else "aws"
        role = f"arn:{partition}:iam::{account}:role/{ROLE}"
        keys = boto3.client("sts", region_name=region).assume_role(RoleArn=role, RoleSessionName="unit-tests")
        made = _Session(*list(keys["Credentials"].values())[:3], region_name=region)
        make_role(made, account)
        _sessions[account, region] = made
    return _sessions[account, region]


class _Session(boto3.Session):
    """One client of each kind, for all who ask for it."""

    def __init__(self, *keys: str, region_name: str) -> None:
        super().__init__(*keys, region_name=region_name)
        self._made: dict[Any, Any] = {}

    def client(self, *what: Any, **how: Any) -> Any:
        kind = (*what, *sorted(how.items()))
        if kind not in self._made:
            self._made[kind] = super().client(*what, **how)
        return self._made[kind]
