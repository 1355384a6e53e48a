"""One full life of dev: from nothing, up, down to what a destroy may leave, and away without a trace."""

import contextlib
import os
import re
import signal

import psutil
import pytest
from botocore.exceptions import ClientError

from sandbox import processes
from tests import records
from tests.engine.laptop import Laptop
from tests.infra import inventory

pytestmark = pytest.mark.engine


@pytest.fixture
def laptop(tmp_path_factory: pytest.TempPathFactory) -> Laptop:
    """A clone in which nothing was ever done."""
    return Laptop(tmp_path_factory.mktemp("life"))


def _living(laptop: Laptop) -> list[str]:
    """Processes that work for this laptop cloud, whoever started them."""
    home = str(laptop.home.root)
    found = []
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error):
            words = " ".join(process.cmdline())
            if home in words or process.environ().get("LAPTOP_HOME") == home:
                found.append(words)
    return found


def _keep_something(laptop: Laptop) -> None:
    """Evidence in the locked bucket, which nobody deletes in passing."""
    s3, where = laptop.client("s3"), {"Bucket": "dev-platform-000000000101-evidence", "Key": "audit/2026/11/30/kept"}
    version = s3.put_object(**where, Body=b"evidence")["VersionId"]
    with pytest.raises(ClientError, match="AccessDenied"):
        s3.delete_object(**where, VersionId=version)


def test_every_stack_can_be_previewed_before_anything_is_there(laptop: Laptop) -> None:
    try:
        for stack in records.COMMITTED:
            shown = laptop.must("preview", stack)
            (created,) = re.findall(r"\+ (\d+) to create", shown)
            whole = 1 + sum(inventory.read(stack)["types"].values())  # and the stack itself
            assert 0.95 * whole < int(created) <= whole  # what joins a network that is not there yet waits
            assert "Traceback" not in shown
            assert laptop.resources(stack) == []
    finally:
        laptop.command("reset")


@pytest.mark.req("AUD-04", "C-33")
def test_dev_comes_up_from_nothing_and_leaves_only_keys_pending_deletion(laptop: Laptop) -> None:
    try:
        shown = laptop.must("preview", "dev")
        assert "to create" in shown
        assert "Traceback" not in shown
        laptop.must("up", "global")
        laptop.client("ec2").describe_vpcs()  # the account's default network is made when somebody first looks
        before = set(laptop.census())

        laptop.must("up", "dev")
        assert len(set(laptop.census()) - before) > 100
        _keep_something(laptop)

        laptop.must("down", "dev")
        laptop.must_hold_only_doomed_keys_beyond(before)
        assert list(laptop.home.clusters.iterdir()) == []
        assert processes.names(laptop.home) == ["aws"]
        assert "dev is not deployed" in laptop.must("status", "dev")
    finally:
        laptop.command("reset")
    assert not laptop.home.root.exists()
    assert _living(laptop) == []
    assert "encryptionsalt" not in (laptop.checkout / "Pulumi.dev.yaml").read_text()


@pytest.mark.req("C-33")
def test_a_protected_stack_stays_and_a_local_aws_that_is_gone_is_told_with_the_remedy(laptop: Laptop) -> None:
    try:
        laptop.must("up", "global")
        refused = laptop.command("down", "global")
        assert refused.status == 1
        assert "global is protected, nothing was destroyed. What stands in the way:" in refused.text
        assert "aws:ecr/repository:Repository" in refused.text
        pid = processes.alive(laptop.home, "aws")
        assert pid is not None
        os.killpg(pid, signal.SIGKILL)
        psutil.wait_procs([psutil.Process(pid)] if psutil.pid_exists(pid) else [], timeout=30)
        before = laptop.checkpoint("global")
        said = laptop.command("up", "global")
        assert said.status == 1
        assert (
            "the local AWS is gone (a reboot?) while global has state; it keeps everything in memory. "
            "Run `make reset`, then `make up STACK=global`"
        ) in said.text
        assert laptop.checkpoint("global") == before
        laptop.must("reset")
        laptop.must("up", "global")
    finally:
        laptop.command("reset")


def test_a_stack_without_a_file_and_one_that_others_need_are_refused_by_name(laptop: Laptop) -> None:
    said = laptop.command("up", "nowhere")
    assert said.status == 1
    assert "there is no Pulumi.nowhere.yaml; the stacks are dev, dr, eu, global, prod, staging" in said.text
