"""Clients of AWS: of the recovery region only, and impatient."""

from dataclasses import dataclass, fields
from typing import Any

import boto3
from botocore.config import Config

CALL_SECONDS = 7.0
"""The longest that one call can take: one attempt to connect and read. To repeat it is the next tick's."""

_CONFIG = Config(connect_timeout=2, read_timeout=5, retries={"total_max_attempts": 1})


@dataclass(frozen=True)
class Clients:
    """Every service the controller calls. None of them is global: IAM's and Route 53's control planes are not here."""

    cloudwatch: Any
    dynamodb: Any
    eks: Any
    rds: Any
    secretsmanager: Any
    sns: Any


def connect(region: str, session: boto3.Session | None = None) -> Clients:
    """Clients whose every endpoint lies in the region."""
    session = session or boto3.Session()
    return Clients(**{f.name: session.client(f.name, region_name=region, config=_CONFIG) for f in fields(Clients)})
