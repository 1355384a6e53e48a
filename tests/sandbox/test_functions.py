"""Functions run with settings and credentials of their own, which nothing beside them sees."""

import json
import os
from typing import Any

import pytest
from botocore.exceptions import ClientError

from sandbox.cloud import functions
from tests.sandbox.aws_samples_data import code
from tests.sandbox.aws_world import World, tagging_provider

SOURCE = """
import os
def handler(event, context):
    if event["fail"]:
        raise ValueError("as ordered")
    return {"process": os.getpid(), "environment": dict(os.environ)}
"""


@pytest.fixture
def invoke(local_aws: None) -> Any:
    """Call a function that tells where it is and what it sees."""
    aws = tagging_provider()
    world = World(aws)
    inputs = {"environment": {"variables": {"SETTING": "its own"}}, "code": code("one", SOURCE)}
    made = world.make("Function", role=world.roles[0]["arn"], runtime="python3.13", handler="one.handler", **inputs)

    def call(fail: bool = False) -> Any:
        asked = {"FunctionName": made["name"], "Payload": json.dumps({"fail": fail})}
        return json.loads(aws._cloud({})("lambda").invoke(**asked)["Payload"].read())

    return call


def test_behind_a_server_a_function_has_a_process_and_an_environment_of_its_own(invoke, monkeypatch) -> None:
    monkeypatch.setattr(functions, "endpoint", "http://127.0.0.1:1")
    monkeypatch.setenv("OF_SOMEBODY_ELSE", "not for functions")
    told, before = invoke(), dict(os.environ)
    assert told["process"] != os.getpid()
    assert told["environment"]["SETTING"] == "its own"
    assert told["environment"]["AWS_ENDPOINT_URL"] == "http://127.0.0.1:1"
    assert told["environment"]["AWS_ACCESS_KEY_ID"] != os.environ["AWS_ACCESS_KEY_ID"]
    assert "OF_SOMEBODY_ELSE" not in told["environment"]
    assert dict(os.environ) == before


def test_on_the_aws_in_this_process_it_runs_here_and_leaves_the_environment_as_it_was(invoke) -> None:
    before = dict(os.environ)
    told = invoke()
    assert told["process"] == os.getpid()
    assert told["environment"]["SETTING"] == "its own"
    assert dict(os.environ) == before


@pytest.mark.parametrize("endpoint", ["", "http://127.0.0.1:1"], ids=["here", "apart"])
def test_a_failure_is_told_to_whoever_invoked(invoke, monkeypatch, endpoint) -> None:
    monkeypatch.setattr(functions, "endpoint", endpoint)
    with pytest.raises(ClientError) as refused:
        invoke(fail=True)
    assert refused.value.response["Error"]["Message"].endswith("failed: ValueError: as ordered")
