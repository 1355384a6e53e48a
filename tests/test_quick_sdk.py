"""What the SDK does for outputs one by one, done at once, changes nothing that is registered, exported or refused."""

import asyncio
import json
import re
from collections.abc import Callable
from typing import Any

import pulumi
import pytest
from pulumi.runtime import rpc
from pulumi_aws import ec2, kms

from tests import local_aws, quick_sdk, recorder

WAYS = [quick_sdk._outputs, quick_sdk._with_a_task_each]


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[Any]]:
    """What a program leads to, in each way, on an AWS of its own."""

    def tell(program: Callable[[], None], preview: bool = False) -> list[Any]:
        found: list[Any] = []
        for way in WAYS:
            monkeypatch.setattr(rpc, "transfer_properties", way)
            with local_aws.empty():
                try:
                    found.append(vars(recorder.build(program, preview=preview)))
                except Exception as error:
                    found.append((type(error), str(error)))
        return found

    return tell


def test_the_quick_way_is_the_one_in_use() -> None:
    assert rpc.transfer_properties is WAYS[0]


def network() -> None:
    vpc = ec2.Vpc("network", cidr_block="10.0.0.0/16", tags={"Name": "network"})
    block = vpc.cidr_block.apply(lambda cidr: cidr.replace("/16", "/24"))
    subnet = ec2.Subnet("a", vpc_id=vpc.id, cidr_block=block, availability_zone="us-east-1a")
    key = kms.Key("key", opts=pulumi.ResourceOptions(depends_on=[subnet]))
    pulumi.export("known", vpc.cidr_block)
    pulumi.export("tags", subnet.tags_all)
    pulumi.export("whole", pulumi.Output.all(vpc.cidr_block, key.key_usage, pulumi.Output.secret("hidden")))


DRAWN = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}|\b(?:vpc|subnet|sg|acl|rtb|dopt)-[0-9a-f]{8,17}\b")


@pytest.mark.parametrize("preview", [False, True])
def test_what_a_program_registers_and_exports_is_the_same(told: Callable[..., list[Any]], preview: bool) -> None:
    ours, theirs = told(network, preview)
    assert len(ours["records"]) == 3
    assert [without_ids(each) for each in ours["records"]] == [without_ids(each) for each in theirs["records"]]
    assert ours["outputs"] == theirs["outputs"]
    assert ours["secrets"] == theirs["secrets"] == {"whole"}


def without_ids(record: recorder.Record) -> tuple[Any, ...]:
    """What no AWS draws anew: what looks like an id of one is taken out of texts."""
    said = json.dumps([record.inputs, record.outputs], default=str, sort_keys=True)
    return record.urn, DRAWN.sub("*", said), record.depends_on, record.property_dependencies


def quiet(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """The SDK's own way leaves futures of a refusal behind, which complain when they go; others may."""
    if "10.0.0.0/33" not in str(context.get("exception")):
        loop.default_exception_handler(context)


def test_a_refusal_reaches_what_waits_for_an_output(told: Callable[..., list[Any]]) -> None:
    def refused() -> None:
        asyncio.get_running_loop().set_exception_handler(quiet)
        vpc = ec2.Vpc("network", cidr_block="10.0.0.0/33")
        ec2.Subnet("a", vpc_id=vpc.id, cidr_block="10.0.0.0/24")

    ours, theirs = told(refused)
    assert ours == theirs
    assert "10.0.0.0/33" in ours[1]
