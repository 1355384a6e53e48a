"""Start, find and stop the local AWS, and the profiles by which its accounts are reached."""

import configparser
import contextlib
import json
import sys
from urllib.error import URLError
from urllib.request import urlopen

import boto3

from sandbox import processes
from sandbox.home import Home

SERVER = "aws"
ROLE = "deployer"  # what a landing zone hands over with an account: the role that deploys into it

_KEYS = {"aws_access_key_id": "laptop", "aws_secret_access_key": "laptop"}


def endpoint(home: Home) -> str | None:
    """The endpoint of the local AWS while it runs, else None."""
    if processes.alive(home, SERVER) is None or not home.address.exists():
        return None
    return home.address.read_text().strip()


def start(home: Home) -> str:
    """Start the server unless it runs; return its endpoint."""
    if (running := endpoint(home)) is not None:
        return running
    (port,) = processes.free_ports(1)
    address = f"http://127.0.0.1:{port}"
    env = {"LAPTOP_HOME": str(home.root), "AWS_ENDPOINT_URL": address}
    processes.start(home, SERVER, [sys.executable, "-m", "sandbox.cloud.server", str(port)], env)
    processes.wait(home, SERVER, lambda: _answers(address), seconds=120)
    home.address.write_text(address)
    return address


def stop(home: Home) -> None:
    """Stop the server; all that it held in memory is gone."""
    processes.stop(home, SERVER)
    home.address.unlink(missing_ok=True)


def hand_over(home: Home, accounts: dict[str, tuple[str, str]]) -> None:
    """Give each stack (`stack -> account id, region`) a profile, and its account the role that deploys into it."""
    address, config = endpoint(home) or "", configparser.ConfigParser()
    config["profile base"] = _KEYS | {"region": "us-east-1", "endpoint_url": address}
    for stack, (account, region) in sorted(accounts.items()):
        place = {"region": region, "endpoint_url": address}
        config[f"profile {stack}"] = place | {"role_arn": _role(account, region), "source_profile": "base"}
        make_role(session(account, region, address), account, address)
    with home.aws_config.open("w") as out:
        config.write(out)


def session(account: str, region: str, address: str) -> boto3.Session:
    """A session of the role that deploys into an account."""
    sts = boto3.Session(**_KEYS, region_name=region).client("sts", endpoint_url=address)
    granted = sts.assume_role(RoleArn=_role(account, region), RoleSessionName="hand-over")["Credentials"]
    keys = (granted[each] for each in ("AccessKeyId", "SecretAccessKey", "SessionToken"))
    return boto3.Session(*keys, region_name=region)


def _role(account: str, region: str) -> str:
    return f"arn:{boto3.Session().get_partition_for_region(region)}:iam::{account}:role/{ROLE}"


def make_role(session: boto3.Session, account: str, address: str | None = None) -> None:
    """Create the deploying role in the session's account, unless it is there."""
    iam = session.client("iam", endpoint_url=address)
    who = {"Effect": "Allow", "Principal": {"AWS": account}, "Action": "sts:AssumeRole"}
    trust = json.dumps({"Version": "2012-10-17", "Statement": [who]})
    with contextlib.suppress(iam.exceptions.EntityAlreadyExistsException):
        iam.create_role(RoleName=ROLE, AssumeRolePolicyDocument=trust)


def _answers(address: str) -> bool:
    try:
        with urlopen(f"{address}/moto-api/data.json", timeout=5) as answer:  # noqa: S310 an address of our own, on the loopback
            return bool(answer.status == 200)
    except (URLError, OSError):
        return False
