"""A cloud on a bad day, and an engine that is killed: the state stays whole and the next run converges."""

import json
import os
import signal
from collections import Counter

import pytest

from sandbox.cloud import aws
from sandbox.engine.recovery import BusyError, recover
from sandbox.engine.stack import EngineError
from sandbox.faults.proxy import expire_after, proxy, throttle
from tests.engine.conftest import Slice
from tests.engine.kills import started

pytestmark = pytest.mark.engine


def census(slice_: Slice) -> Counter[str]:
    """How many objects of each kind the slice's account holds."""
    ec2 = slice_.client("ec2")
    return Counter(
        vpcs=len(ec2.describe_vpcs(Filters=[{"Name": "tag:Environment", "Values": ["slice"]}])["Vpcs"]),
        subnets=len(ec2.describe_subnets(Filters=[{"Name": "tag:Environment", "Values": ["slice"]}])["Subnets"]),
        tables=len(
            ec2.describe_route_tables(Filters=[{"Name": "tag:Environment", "Values": ["slice"]}])["RouteTables"]
        ),
        gateways=len(ec2.describe_internet_gateways()["InternetGateways"]),
        addresses=len(ec2.describe_addresses()["Addresses"]),
        nats=len(ec2.describe_nat_gateways()["NatGateways"]),
    )


WHOLE = Counter(vpcs=1, subnets=3, tables=3, gateways=1, addresses=3, nats=3)


def test_a_fifth_of_all_calls_throttled_still_ends_in_success(slice_: Slice) -> None:
    with proxy(aws.endpoint(slice_.home) or "", throttle(every=5)) as address:
        slice_.env["AWS_ENDPOINT_URL"] = address
        slice_.up()
    assert census(slice_) == WHOLE


def test_a_token_that_expires_midway_is_named_and_the_next_up_converges(
    slice_: Slice, capsys: pytest.CaptureFixture[str]
) -> None:
    endpoint = slice_.env["AWS_ENDPOINT_URL"]
    with proxy(aws.endpoint(slice_.home) or "", expire_after(30)) as address:
        slice_.env["AWS_ENDPOINT_URL"] = address
        with pytest.raises(EngineError, match="pulumi up of slice failed"):
            slice_.up()
    assert (
        "credentials have expired: renew them and run the command again, the state is intact" in capsys.readouterr().out
    )
    slice_.env["AWS_ENDPOINT_URL"] = endpoint
    recover(slice_)
    slice_.up()
    assert census(slice_) == WHOLE


@pytest.mark.parametrize("created", [4, 16])
def test_an_engine_killed_midway_is_recovered_without_doubles(slice_: Slice, created: int) -> None:
    _kill_after(slice_, created)
    assert not list((slice_.home.engine / "state").rglob("*.attrs"))  # not replaced whole, a kill would tear them
    said = recover(slice_)
    assert any("lock" in line for line in said), said
    slice_.up()
    assert census(slice_) == WHOLE
    assert "22 unchanged" in slice_.output_of("up", "--yes", "--skip-preview", "--refresh")


def test_a_create_that_happened_behind_a_killed_engine_is_adopted_by_name(slice_: Slice) -> None:
    slice_.up()
    checkpoint = json.loads(slice_.checkpoint.read_text())
    latest = checkpoint["checkpoint"]["latest"]
    leaf = next(r for r in latest["resources"] if r["type"].endswith(":RouteTableAssociation"))
    latest["resources"] = [r for r in latest["resources"] if r is not leaf]
    pending = {key: value for key, value in leaf.items() if key not in ("id", "outputs")}
    latest["pending_operations"] = [{"resource": pending, "type": "creating"}]
    slice_.checkpoint.write_text(json.dumps(checkpoint))
    said = recover(slice_)
    name = f"{leaf['type']} {leaf['urn'].rpartition('::')[2]}"
    assert said == [f"pending: create of {name} had happened; adopted as {leaf['id']}"]
    slice_.up()
    assert census(slice_) == WHOLE


def test_a_command_beside_one_that_is_at_work_is_refused_and_harms_nothing(slice_: Slice) -> None:
    with started(slice_) as child:
        assert child.stdout is not None
        next(line for line in child.stdout if " created " in line)
        with pytest.raises(BusyError, match=rf"process {child.pid} is at work on slice; wait for it, or end it"):
            recover(slice_)
        child.stdout.read()
    assert child.returncode == 0
    assert census(slice_) == WHOLE


def _kill_after(slice_: Slice, created: int) -> None:
    """Start an update and kill the engine, and only the engine, when so many resources are reported created."""
    with started(slice_) as child:
        seen = 0
        for line in child.stdout or ():
            seen += " created " in line
            if seen > created:
                os.kill(child.pid, signal.SIGKILL)
                break
