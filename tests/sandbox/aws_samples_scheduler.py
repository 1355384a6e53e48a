"""Samples of EventBridge Scheduler."""

import json
from typing import Any

from sandbox.providers.protocol import Props
from tests.sandbox.aws_world import ABSENT, TAGS, Sample, World, replaces, trust, updates


def _target(world: World, role: str, least: int, retries: int = 185) -> Props:
    sizes = {"MinSize": least, "DesiredSize": least}
    asked: dict[str, Any] = {"ClusterName": "one", "NodegroupName": "general", "ScalingConfig": sizes}
    return {
        "arn": "arn:aws:scheduler:::aws-sdk:eks:updateNodegroupConfig",
        "roleArn": role,
        "input": json.dumps(asked),
        "retryPolicy": {"maximumEventAgeInSeconds": 3600, "maximumRetryAttempts": retries},
    }


def _schedule(world: World) -> dict[str, Any]:
    one, two = (world.make("Role", assumeRolePolicy=trust("scheduler"))["arn"] for _ in range(2))
    groups = [world.make("ScheduleGroup", name=name)["id"] for name in ("one", "two")]
    return {
        "name": replaces("nights", "mornings"),
        "groupName": replaces(*groups),
        "description": updates("Nights", ABSENT),
        "flexibleTimeWindow": updates({"mode": "OFF"}, {"mode": "FLEXIBLE", "maximumWindowInMinutes": 5}),
        "kmsKeyArn": updates(world.keys[0]["arn"], world.keys[1]["arn"]),
        "scheduleExpression": updates("cron(0 20 ? * MON-FRI *)", "cron(0 21 ? * MON-FRI *)"),
        "scheduleExpressionTimezone": updates("Europe/Berlin", "America/New_York"),
        "state": updates("ENABLED", "DISABLED"),
        "target": updates(_target(world, one, 1), _target(world, two, 0, 10)),
    }


SAMPLES: dict[str, Sample] = {
    "aws:scheduler/scheduleGroup:ScheduleGroup": lambda w: {"name": replaces("one", "two"), **TAGS},
    "aws:scheduler/schedule:Schedule": _schedule,
}
