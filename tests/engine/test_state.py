"""A stack's state in its bucket: the real engine writes it there, sealed and locked, and nobody gets at it in plain."""

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from sandbox import processes
from sandbox.cloud import aws
from sandbox.engine.environment import environment, executable
from sandbox.home import Home
from sandbox.state import StateStack, make
from tests.engine.laptop import DEV_ACCOUNT, REGION

pytestmark = [pytest.mark.engine, pytest.mark.req("PLT-03")]

BUCKET = f"dev-platform-{DEV_ACCOUNT}-state"
LOCK = ".pulumi/locks/organization/platform/dev/another.json"
STATE = ".pulumi/stacks/platform/dev.json"
SECRET = "nobody-reads-this"


class Account:
    """An engine that keeps the state of dev in the account, as a pipeline's would, and a client beside it."""

    def __init__(self, home: Home, folder: Path) -> None:
        told, address = StateStack(home, "dev").outputs(), aws.endpoint(home) or ""
        session = aws.session(DEV_ACCOUNT, REGION, address)
        keys = session.get_credentials()
        self.s3 = session.client("s3", endpoint_url=address)
        self.kms = session.client("kms", endpoint_url=address)
        self.folder, self.secrets = folder, told["secrets_provider"]
        env = {key: value for key, value in environment(home, "dev").items() if not key.startswith("AWS_")}
        del env["PULUMI_CONFIG_PASSPHRASE"]
        self.env = env | {
            "AWS_ACCESS_KEY_ID": keys.access_key,
            "AWS_SECRET_ACCESS_KEY": keys.secret_key,
            "AWS_SESSION_TOKEN": keys.token,
            "AWS_ENDPOINT_URL": address,
            "PULUMI_HOME": str(folder / "home"),
            "PULUMI_BACKEND_URL": f"{told['backend']}&endpoint={address}&s3ForcePathStyle=true&disable_https=true",
        }
        (folder / "Pulumi.yaml").write_text("name: platform\nruntime: python\n")
        (folder / "__main__.py").write_text(
            f'import pulumi\npulumi.export("secret", pulumi.Output.secret("{SECRET}"))\n'
        )

    def run(self, *words: str) -> tuple[int, str]:
        """How a command of the engine ended, and what it said."""
        done = subprocess.run(  # noqa: S603 words of our own
            [executable("pulumi"), "-C", str(self.folder), *words],
            env=self.env,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        return done.returncode, done.stdout + done.stderr

    def up(self) -> tuple[int, str]:
        return self.run("up", "--yes", "--skip-preview", "--non-interactive", "--stack", "dev")


@pytest.fixture(scope="module")
def account(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Account]:
    home = Home(tmp_path_factory.mktemp("state"))
    try:
        aws.start(home)
        aws.hand_over(home, {"dev": (DEV_ACCOUNT, REGION)})
        assert "pulumi login 's3://" in make(home, "dev")
        yield Account(home, tmp_path_factory.mktemp("account"))
    finally:
        for name in processes.names(home):
            processes.stop(home, name, grace_seconds=3)


def test_a_state_is_kept_sealed_locked_and_with_its_earlier_versions(account: Account) -> None:
    policy = json.loads(account.s3.get_bucket_policy(Bucket=BUCKET)["Policy"])
    assert [each["Condition"] for each in policy["Statement"]] == [{"Bool": {"aws:SecureTransport": "false"}}]
    assert account.run("stack", "init", "dev", "--secrets-provider", account.secrets)[0] == 0
    assert account.up()[0] == 0

    held = account.s3.head_object(Bucket=BUCKET, Key=STATE)
    aliases = {each["AliasName"]: each.get("TargetKeyId") for each in account.kms.list_aliases()["Aliases"]}
    assert held["ServerSideEncryption"] == "aws:kms"
    assert held["SSEKMSKeyId"].endswith(aliases["alias/dev-platform-state"])
    text = account.s3.get_object(Bucket=BUCKET, Key=STATE)["Body"].read()
    assert SECRET.encode() not in text
    assert json.loads(text)["checkpoint"]["latest"]["secrets_providers"]["type"] == "cloud"
    versions = account.s3.list_object_versions(Bucket=BUCKET, Prefix=STATE)["Versions"]
    assert len([each for each in versions if each["Key"] == STATE]) > 1

    account.s3.put_object(Bucket=BUCKET, Key=LOCK, Body=b'{"pid": 1, "username": "ada", "hostname": "elsewhere"}')
    ended, said = account.up()
    assert ended != 0
    assert "the stack is currently locked by 1 lock(s)" in said
    assert "created by ada@elsewhere" in said
    account.s3.delete_object(Bucket=BUCKET, Key=LOCK)
    assert account.up()[0] == 0
