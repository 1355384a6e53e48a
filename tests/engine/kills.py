"""An engine under way that is killed with -9 at a chosen point, and only the engine: its plugins are orphaned."""

import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from sandbox.cloud import aws
from sandbox.engine.environment import executable
from sandbox.engine.recovery import recover
from sandbox.engine.stack import Stack
from sandbox.faults.proxy import proxy, strike


@contextmanager
def started(stack: Stack, command: str = "up") -> Iterator[subprocess.Popen[str]]:
    """An `up` or a `destroy` under way, in a session of its own; whatever comes, it does not outlive the block."""
    with subprocess.Popen(  # noqa: S603 argv is a list of our own
        [executable("pulumi"), "-C", str(stack.project), command, "--yes", "--skip-preview", *stack.common()],
        env=stack.env,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    ) as child:
        try:
            yield child
        except BaseException:
            child.kill()
            raise


def killed_at(stack: Stack, operation: str, nth: int = 1, command: str = "up") -> list[str]:
    """Kill the engine as the n-th call of an operation reaches the cloud, which still answers it; then recover.

    Returns what the recovery says. The engine never hears the answer, so its state cannot hold what came of the call.
    """
    victims: list[int] = []
    endpoint = stack.env["AWS_ENDPOINT_URL"]
    rule = strike(lambda: os.kill(victims[0], signal.SIGKILL), operation, nth)
    with proxy(aws.endpoint(stack.home) or "", rule) as address:
        stack.env["AWS_ENDPOINT_URL"] = address
        try:
            with started(stack, command) as child:
                victims.append(child.pid)
                shown, _ = child.communicate()
        finally:
            stack.env["AWS_ENDPOINT_URL"] = endpoint
        assert child.returncode == -signal.SIGKILL, shown
        return recover(stack)


def killed_once(stack: Stack, condition: Callable[[], bool]) -> None:
    """Kill the engine as soon as a condition holds, which the running `up` brings about."""
    with started(stack) as child:
        while not condition():
            assert child.poll() is None, child.stdout.read() if child.stdout else ""
            time.sleep(0.1)
        os.kill(child.pid, signal.SIGKILL)
