"""A checkout of its own with a laptop cloud of its own, driven by the same commands as a person's."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import boto3

from sandbox.cloud import aws
from sandbox.cloud.planes import behind_arn
from sandbox.cluster.control_plane import ControlPlane
from sandbox.engine.stack import Stack, checkpoint, listed
from sandbox.faults.proxy import Fault, Request, lose, proxy
from sandbox.home import PROJECT, Home, write_whole
from sandbox.providers.aws.kind import without_account

DEV_ACCOUNT, REGION = "000000000101", "us-east-1"


@dataclass(frozen=True)
class Said:
    """How a command ended, and all that it printed."""

    status: int
    text: str


class Laptop:
    """What a newcomer has: a clone, and the commands."""

    def __init__(self, folder: Path) -> None:
        self.checkout, self.home = folder / "checkout", Home(folder / "home")
        listed = subprocess.run(
            ["git", "ls-files", "-co", "--exclude-standard", "-z"],  # noqa: S607 git is found where it was for the clone
            cwd=PROJECT, capture_output=True, text=True, check=True,
        ).stdout  # fmt: skip
        for name in filter(None, listed.split("\0")):
            if (PROJECT / name).is_file():
                (self.checkout / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(PROJECT / name, self.checkout / name)
        with (self.checkout / "infra/config/kubernetes.py").open("a") as calendar:
            # The engine asks the clock, and no test may fail because a day has come.
            calendar.write("STANDARD_SUPPORT_ENDS[max(STANDARD_SUPPORT_ENDS)] = date.max\n")
        git = ["git", "-c", "user.name=tests", "-c", "user.email=tests@example.com"]
        for words in (["init", "-q"], ["add", "-A"], ["commit", "-qm", "Start"]):
            subprocess.run([*git, *words], cwd=self.checkout, check=True)  # noqa: S603 a fixed list of words

    def command(self, *words: str, **env: str) -> Said:
        """Run `python -m sandbox ...` in the checkout."""
        upstream = Path(os.environ.get("UPSTREAM_DIR", PROJECT.parent / "shared" / "upstream"))
        child = subprocess.run(  # noqa: S603 argv is a list of our own
            [sys.executable, "-m", "sandbox", *words],
            cwd=self.checkout,
            env={**os.environ, "PYTHONPATH": str(self.checkout), "LAPTOP_HOME": str(self.home.root)}
            | ({"UPSTREAM_DIR": str(upstream)} if upstream.is_dir() else {})
            | env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        return Said(child.returncode, child.stdout)

    def must(self, *words: str, **env: str) -> str:
        """Run a command that is expected to succeed; returns what it printed."""
        said = self.command(*words, **env)
        assert said.status == 0, said.text[-6000:]
        return said.text

    def must_rest(self, stack: str, **env: str) -> str:
        """Deploy what is deployed already, of which nothing may change; returns what the command printed."""
        text = self.must("up", stack, **env)
        steps = text.split("deploying global")[1].split("resources in the state")[0]
        assert not any(word in steps for word in (" created", " updated", " replaced", " deleted")), text
        return text

    def must_hold_only_doomed_keys_beyond(self, before: set[str]) -> None:
        """Of what was not there before, nothing is left but keys that wait for their deletion, without an alias."""
        left = [line.split() for line in sorted(set(self.census()) - before)]
        assert left
        assert [words for words in left if words[2] != "kms.keys"] == []
        for account, region, _, key in left:
            kms = self.client("kms", account, region)
            assert kms.describe_key(KeyId=key)["KeyMetadata"]["KeyState"] == "PendingDeletion"
            assert kms.list_aliases(KeyId=key)["Aliases"] == []

    @contextmanager
    def edited(self, name: str, *changes: tuple[str, str]) -> Iterator[None]:
        """A file of the checkout with some texts replaced, each of which must be there; put back afterwards."""
        path = self.checkout / name
        before = path.read_text()
        text = before
        for old, new in changes:
            assert old in text, f"{name} does not hold {old!r}"
            text = text.replace(old, new)
        path.write_text(text)
        try:
            yield
        finally:
            path.write_text(before)

    @contextmanager
    def losing(self, region: str) -> Iterator[list[Request]]:
        """Every command finds the local AWS without a region; yields the calls that were refused, as they come."""
        address, rule = aws.endpoint(self.home) or "", lose(region, status=400)
        refused: list[Request] = []

        def noted(request: Request) -> Fault | None:
            if fault := rule(request):
                refused.append(request)
            return fault

        with proxy(address, noted) as without:
            write_whole(self.home.address, without)
            try:
                yield refused
            finally:
                write_whole(self.home.address, address)

    def client(self, service: str, account: str = DEV_ACCOUNT, region: str = REGION) -> Any:
        """A client of one account, as any person would have one."""
        address = aws.endpoint(self.home)
        base = boto3.Session("tests", "tests", region_name=region)
        role = f"arn:{base.get_partition_for_region(region)}:iam::{account}:role/deployer"
        sts = base.client("sts", endpoint_url=address)
        keys = sts.assume_role(RoleArn=role, RoleSessionName="tests")["Credentials"]
        session = boto3.Session(keys["AccessKeyId"], keys["SecretAccessKey"], keys["SessionToken"], region_name=region)
        client = session.client(service, endpoint_url=address)
        client.meta.events.register("before-sign.s3-control", without_account)
        return client

    def census(self) -> list[str]:
        """Every object of every account of the local AWS."""
        with urlopen(f"{aws.endpoint(self.home)}/laptop/objects", timeout=60) as answer:  # noqa: S310 our own loopback address
            return str(answer.read().decode()).splitlines()

    @property
    def cluster(self) -> ControlPlane:
        """The control plane of dev."""
        return behind_arn(self.home, f"arn:aws:eks:{REGION}:{DEV_ACCOUNT}:cluster/dev-platform")

    def checkpoint(self, stack: str = "dev") -> bytes:
        """The state file, to the byte."""
        return checkpoint(self.home, stack).read_bytes()

    def resources(self, stack: str = "dev") -> list[dict[str, Any]]:
        """What the state lists."""
        return listed(checkpoint(self.home, stack))

    def changes(self, name: str) -> list[dict[str, Any]]:
        """The steps of `preview --refresh` that would change something."""
        stack = Stack(self.home, name, self.checkout)
        stack.select()
        told = json.loads(stack.capture("preview", "--refresh", "--json", *stack.common()))
        return [step for step in told["steps"] if step["op"] not in ("same", "refresh")]

    def requests(self) -> list[str]:
        """The request log of the local AWS."""
        return (self.home.logs / "aws-requests.log").read_text().splitlines()
