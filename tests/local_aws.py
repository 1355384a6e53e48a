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
from tests import quick_aws, quick_dynamodb, quick_requests

# Every boto3 session would search and parse the service models anew, 0.3 s each time; they are files and do not change.
botocore.session.create_loader = cache(botocore.session.create_loader)
quick_aws.install()
quick_dynamodb.install()
quick_requests.install()
extensions.install()
asking._PAUSE_SECONDS = 0  # what is on its way here arrives when it is asked for, not with time


@cache
def client(service: str, region: str) -> Any:
    """A client with the keys of whoever asks first, for all tests: none may listen to it or change it.

    To make one takes longer than ten calls, and it knows nothing of an AWS but its keys.
    """
    return boto3.client(service, region_name=region)


@contextmanager
def empty() -> Iterator[None]:
    """An AWS in which nothing exists yet."""
    with mock_aws():
        _at_home.clear()
        yield


def session(account: str, region: str) -> boto3.Session:
    """The deploying role of an account, in a region; it has the keys of the AWS of now, and the clients of all before.

    Clients know nothing of an AWS but their keys, and to make one takes longer than ten calls.
    """
    if (account, region) not in _sessions:
        _sessions[account, region] = _Session("nobody", "nobody", "", region_name=region)
    made = _sessions[account, region]
    if made not in _at_home:
        partition = "aws-us-gov" if region.startswith("us-gov-") else "aws"
        role = f"arn:{partition}:iam::{account}:role/{ROLE}"
        keys = made.nobody.assume_role(RoleArn=role, RoleSessionName="unit-tests")["Credentials"]
        held = made.get_credentials()
        held.access_key, held.secret_key, held.token = list(keys.values())[:3]
        make_role(made, account)
        _at_home.add(made)
    return made


class _Session(boto3.Session):
    """One client of each kind, for all who ask for it."""

    def __init__(self, *keys: str, region_name: str) -> None:
        super().__init__(*keys, region_name=region_name)
        self._made: dict[Any, Any] = {}
        self.nobody = client("sts", region_name)

    def client(self, *what: Any, **how: Any) -> Any:
        kind = (*what, *sorted(how.items()))
        if kind not in self._made:
            self._made[kind] = super().client(*what, **how)
        return self._made[kind]


_sessions: dict[tuple[str, str], _Session] = {}
_at_home: set[_Session] = set()
"""Those whose keys are of the AWS of now."""
