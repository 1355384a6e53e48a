"""What a preview in the middle of a failover may order: what is so already, and nothing else."""

from typing import Any

import pytest

from sandbox.drill.estate import already_so

GROUP = "aws:eks/nodeGroup:NodeGroup"


def step(op: str = "update", kind: str = GROUP, changed: tuple[str, ...] = ("scalingConfig",)) -> dict[str, Any]:
    """A step of a preview that orders six nodes at least."""
    return {
        "op": op,
        "oldState": {"type": kind, "outputs": {"nodeGroupName": "general-1"}},
        "newState": {"type": kind, "inputs": {"scalingConfig": {"minSize": 6, "maxSize": 12, "desiredSize": 3}}},
        "detailedDiff": {path: {"kind": "update"} for path in changed},
    }


def scaling(least: int, most: int = 12) -> Any:
    """What the group has."""
    return {"general-1": {"minSize": least, "maxSize": most, "desiredSize": 7}}.__getitem__


@pytest.mark.parametrize("path", ["scalingConfig", "scalingConfig.minSize"])
def test_the_nodes_that_there_are_may_be_ordered(path: str):
    assert already_so(step(changed=(path,)), scaling(6))


@pytest.mark.parametrize(("least", "most"), [(3, 12), (6, 14)])
def test_other_nodes_than_there_are_would_be_a_change(least: int, most: int):
    assert not already_so(step(), scaling(least, most))


@pytest.mark.parametrize(
    "order",
    [
        step(changed=("scalingConfig", "labels")),
        step(op="replace"),
        {"op": "delete", "oldState": {"type": GROUP}},
        step(kind="aws:rds/globalCluster:GlobalCluster"),
    ],
)
def test_anything_else_is_a_change(order: dict[str, Any]):
    assert not already_so(order, scaling(6))
