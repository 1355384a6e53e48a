"""What the laptop cloud adds to moto for EventBridge Scheduler, asked by boto3."""

import json
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from tests.sandbox.aws_world import REGION, trust

CALL = "arn:aws:scheduler:::aws-sdk:eks:updateNodegroupConfig"
SIZES = {"ClusterName": "one", "NodegroupName": "general", "ScalingConfig": {"MinSize": 1}}


@pytest.fixture
def scheduler(local_aws: None) -> Any:
    """The API, with a group of schedules."""
    client = boto3.client("scheduler", region_name=REGION)
    client.create_schedule_group(Name="one")
    return client


@pytest.fixture
def role(local_aws: None) -> str:
    iam = boto3.client("iam", region_name=REGION)
    return str(iam.create_role(RoleName="nights", AssumeRolePolicyDocument=trust("scheduler"))["Role"]["Arn"])


def order(role: str, asked: Any = None, call: str = CALL, **changes: Any) -> dict[str, Any]:
    target = {"Arn": call, "RoleArn": role, "Input": json.dumps(asked or SIZES)}
    window = {"Mode": "OFF"}
    return {
        **{"Name": "nights", "GroupName": "one", "ScheduleExpression": "cron(0 20 ? * MON-FRI *)"},
        **{"FlexibleTimeWindow": window, "Target": target, **changes},
    }


def refusal(call: Any, **request: Any) -> str:
    with pytest.raises(ClientError) as error:
        call(**request)
    return str(error.value.response["Error"]["Message"])


def test_a_schedule_whose_operation_takes_its_input_is_kept_and_goes_with_its_group(scheduler: Any, role: str) -> None:
    scheduler.create_schedule(**order(role))
    assert scheduler.get_schedule(GroupName="one", Name="nights")["Target"]["Input"] == json.dumps(SIZES)
    scheduler.delete_schedule_group(Name="one")
    gone = refusal(scheduler.get_schedule, GroupName="one", Name="nights")
    assert gone == refusal(scheduler.delete_schedule_group, Name="one") == "Schedule group one does not exist."


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"asked": {"clusterName": "one"}}, "Invalid RequestJson: the field clusterName is not supported."),
        ({"asked": {"ClusterName": "one"}}, "Invalid RequestJson: missing field NodegroupName."),
        (
            {"asked": {**SIZES, "ScalingConfig": {"Min": 1}}},
            "Invalid RequestJson: the field ScalingConfig.Min is not supported.",
        ),
        ({"asked": [1]}, "Invalid RequestJson: the input is no object."),
        ({"asked": {**SIZES, "ScalingConfig": 1}}, "Invalid RequestJson: ScalingConfig is no object."),
        ({"call": CALL.replace("update", "paint")}, "paintNodegroupConfig is not a supported action of eks."),
        ({"call": CALL.replace("eks", "kubernetes")}, "kubernetes is not a supported service for a target."),
        ({"GroupName": "two"}, "Schedule group two does not exist."),
        ({"KmsKeyArn": "arn:aws:kms:us-east-1:1:key/x"}, "The key arn:aws:kms:us-east-1:1:key/x does not exist."),
    ],
)
def test_a_schedule_that_could_not_run_is_refused(
    scheduler: Any, role: str, changes: dict[str, Any], message: str
) -> None:
    assert refusal(scheduler.create_schedule, **order(role, **changes)) == message


def test_a_schedule_of_nobody_and_a_group_that_is_there_are_refused(scheduler: Any, role: str) -> None:
    nobody = f"{role}-nobody"
    assert refusal(scheduler.create_schedule, **order(nobody)) == f"The execution role {nobody} does not exist."
    assert refusal(scheduler.create_schedule_group, Name="one") == "Schedule group one already exists."
    scheduler.create_schedule(**order(role))
    assert refusal(scheduler.update_schedule, **order(role, {"ClusterName": "one"})) == (
        "Invalid RequestJson: missing field NodegroupName."
    )
