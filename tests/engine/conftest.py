"""A laptop cloud of the tests' own, with a slice of a platform on it that is small enough to break over and over."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import boto3
import pytest

from sandbox import processes
from sandbox.cloud import aws
from sandbox.engine.stack import Stack
from sandbox.home import Home
from tests.engine.laptop import Laptop

ACCOUNT, REGION = "000000000199", "us-east-1"
PROGRAM = Path(__file__).with_name("slice.py")


class Slice(Stack):
    """A stack of about twenty resources, its program a copy that a test may edit."""

    @property
    def program(self) -> Path:
        return self.project / "__main__.py"

    def edit(self, old: str, new: str) -> None:
        """Change the program; the text to change must be there."""
        text = self.program.read_text()
        assert old in text
        self.program.write_text(text.replace(old, new))

    def client(self, service: str) -> Any:
        """A client of the slice's account, as any person would have one."""
        keys = _client("sts", self.home).assume_role(
            RoleArn=f"arn:aws:iam::{ACCOUNT}:role/tests", RoleSessionName="tests"
        )["Credentials"]
        return _client(service, self.home, keys)

    def output_of(self, command: str, *flags: str) -> str:
        """What a command of the engine prints."""
        return self.capture(command, *self.common(), *flags)


def _client(service: str, home: Home, keys: dict[str, str] | None = None) -> Any:
    keys = keys or {"AccessKeyId": "tests", "SecretAccessKey": "tests", "SessionToken": ""}
    return boto3.client(
        service,
        region_name=REGION,
        endpoint_url=aws.endpoint(home),
        aws_access_key_id=keys["AccessKeyId"],
        aws_secret_access_key=keys["SecretAccessKey"],
        aws_session_token=keys["SessionToken"] or None,
    )


@pytest.fixture(scope="session")
def laptop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    """A running local AWS, stopped when the last test is done."""
    home = Home(tmp_path_factory.mktemp("laptop"))
    try:
        aws.start(home)
        aws.hand_over(home, {"slice": (ACCOUNT, REGION)})
        yield home
    finally:
        for name in processes.names(home):
            processes.stop(home, name, grace_seconds=3)


@pytest.fixture
def slice_(laptop: Home, tmp_path: Path) -> Slice:
    """The slice, not deployed yet, on an empty local AWS."""
    shutil.rmtree(laptop.engine / "state", ignore_errors=True)
    (laptop.engine / "journal.jsonl").unlink(missing_ok=True)
    with urlopen(f"{aws.endpoint(laptop)}/moto-api/reset", data=b"", timeout=60) as answer:  # noqa: S310 our own loopback address
        assert json.load(answer) == {"status": "ok"}
    (tmp_path / "Pulumi.yaml").write_text("name: platform\nruntime: python\n")
    (tmp_path / "Pulumi.slice.yaml").write_text("config: {}\n")
    shutil.copy(PROGRAM, tmp_path / "__main__.py")
    stack = Slice(laptop, "slice", tmp_path)
    stack.select()
    return stack


@pytest.fixture(scope="session")
def dev(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Laptop]:
    """Dev, up and healthy on a laptop cloud of its own; a test that changes it puts it back."""
    laptop = Laptop(tmp_path_factory.mktemp("dev"))
    try:
        laptop.must("up", "dev")
        yield laptop
    finally:
        laptop.command("reset")
