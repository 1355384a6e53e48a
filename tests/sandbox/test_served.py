"""The samples of the table once more over the wire: what only works within one process is found here."""

import os
import sys
from collections.abc import Iterator
from urllib.request import Request, urlopen

import pytest

from sandbox import processes
from sandbox.cloud import aws
from sandbox.home import Home
from sandbox.providers.aws.provider import Aws
from sandbox.providers.aws.table import TABLE
from tests.sandbox.aws_living import Living

SERVER = (  # without control planes: what EKS makes of its clusters is tested elsewhere
    "import sys; from sandbox.cloud import planes, server; planes.LaptopControlPlanes = lambda home: None; "
    "server.main(int(sys.argv[1]))"
)


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The local AWS in a process of its own."""
    home = Home(tmp_path_factory.mktemp("home"))
    (port,) = processes.free_ports(1)
    place = f"http://127.0.0.1:{port}"
    env = {"LAPTOP_HOME": str(home.root), "AWS_ENDPOINT_URL": place}
    processes.start(home, aws.SERVER, [sys.executable, "-c", SERVER, str(port)], env)
    try:
        processes.wait(home, aws.SERVER, lambda: aws._answers(place), seconds=120)
        yield place
    finally:
        processes.stop(home, aws.SERVER, grace_seconds=3)


@pytest.fixture
def served(address: str, monkeypatch: pytest.MonkeyPatch) -> Aws:
    """The provider of an account on that AWS, in which nothing exists yet."""
    with urlopen(Request(f"{address}/moto-api/reset", method="POST")):  # noqa: S310 an address of our own, on the loopback
        pass
    monkeypatch.setenv("AWS_ENDPOINT_URL", address)
    monkeypatch.setenv("AWS_REGION", "us-east-1")
    monkeypatch.delenv("AWS_PROFILE", raising=False)
    assert os.environ["AWS_CONFIG_FILE"] == os.devnull
    made = Aws()
    made.configure({"region": "us-east-1", "defaultTags": {"tags": {"Environment": "dev"}}})
    return made


@pytest.mark.engine
@pytest.mark.parametrize("token", sorted(TABLE))
def test_what_is_created_over_the_wire_is_found_changed_and_removed(served: Aws, token: str) -> None:
    living = Living(served, token)
    assert served.read(living.ref, living.inputs, living.outputs) == (living.inputs, living.outputs)
    for key in living.having("update", "record"):
        inputs = living.checked(key)
        living.outputs = served.update(living.ref, living.inputs, inputs, living.outputs, preview=False)
        assert living.seen(inputs) == inputs
        living.outputs = served.update(living.ref, inputs, living.inputs, living.outputs, preview=False)
    served.delete(living.ref, living.inputs, living.outputs)
    living.world.vanish()
