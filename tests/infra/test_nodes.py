"""How many nodes a stack orders beside those that there are: nothing that AWS refuses, and nothing taken back."""

from typing import Any

import pulumi
import pytest

from components.aws.node_group import Nodes, label
from infra.config.cluster import NodeGroupConfig
from infra.config.node_schedules import ScheduleConfig
from infra.stacks.nodes import nodes, sizes
from infra.stacks.provider import aws_provider
from infra.stacks.questions.asking import asking
from infra.stacks.questions.groups import Size, present
from sandbox.providers.aws.invokes import INVOKES
from tests import recorder, records

GROUPS, GROUP = "aws:eks/getNodeGroups:getNodeGroups", "aws:eks/getNodeGroup:getNodeGroup"
ORDER = NodeGroupConfig(instance_types=("m5.xlarge",), min=3, desired=3, max=12, full=6)
TIMES = {"nights": (20, {"min": 1, "desired": 1}), "mornings": (7, {"min": 3, "desired": 3})}
SCHEDULED = NodeGroupConfig(
    instance_types=("m5.xlarge",),
    min=3,
    desired=3,
    max=12,
    schedules={name: ScheduleConfig(cron=f"cron(0 {hour} * * ? *)", **size) for name, (hour, size) in TIMES.items()},
)


@pytest.mark.req("EKS-09")
@pytest.mark.parametrize(
    ("there", "expected"),
    [
        (None, (3, 3, 12, ("desiredSize",))),
        (Size(min=3, desired=7, max=12), (3, 7, 12, ("desiredSize",))),
        (Size(min=2, desired=2, max=12), (3, 3, 12, ())),
        (Size(min=2, desired=7, max=12), (3, 7, 12, ())),
        (Size(min=3, desired=14, max=16), (3, 12, 12, ())),
    ],
    ids=["a new group", "bounds that stay", "a higher least", "a least below what there is", "a lower most"],
)
def test_bounds_that_change_take_the_number_of_nodes_along_and_others_leave_it_alone(
    there: Size | None, expected: tuple[int, int, int, tuple[str, ...]]
):
    made = nodes(ORDER, there=there)
    assert (made.min, made.desired, made.max, made.moving) == expected


@pytest.mark.req("EKS-09", "BDR-14", "S-04")
@pytest.mark.parametrize("there", [None, Size(min=3, desired=3, max=12), Size(min=6, desired=9, max=12)])
def test_the_size_of_a_standby_that_carries_the_load_is_its_failovers(there: Size | None):
    made = nodes(ORDER, carries=True, there=there)
    assert made.min == 6
    assert set(made.moving) == {"minSize", "desiredSize", "maxSize"}


@pytest.mark.req("EKS-09", "BDR-14")
def test_a_group_that_no_failover_raises_stays_as_ordered_though_its_region_carries_the_load():
    plain, there = ORDER.model_copy(update={"full": None}), Size(min=2, desired=2, max=9)
    assert nodes(plain, carries=True, there=there) == nodes(plain, there=there)
    assert nodes(plain, carries=True).moving == ("desiredSize",)


@pytest.mark.req("COST-01")
@pytest.mark.parametrize(
    ("there", "expected"),
    [
        (None, (3, 3, 12, ("desiredSize", "minSize"))),
        (Size(min=1, desired=2, max=12), (1, 2, 12, ("desiredSize", "minSize"))),
        (Size(min=3, desired=7, max=12), (3, 7, 12, ("desiredSize", "minSize"))),
        (Size(min=1, desired=2, max=9), (1, 2, 12, ())),
        (Size(min=5, desired=5, max=12), (3, 5, 12, ())),
        (Size(min=2, desired=2, max=12), (3, 3, 12, ())),
    ],
    ids=["a new group", "at night", "by day", "at night, another most", "a least by hand", "an earlier least"],
)
def test_a_least_that_a_schedule_has_set_stays_and_any_other_is_taken_back(
    there: Size | None, expected: tuple[int, int, int, tuple[str, ...]]
):
    made = nodes(SCHEDULED, there=there)
    assert (made.min, made.desired, made.max, made.moving) == expected


@pytest.mark.req("BDR-14", "S-04")
def test_what_a_failover_has_raised_before_it_switches_stays():
    made = nodes(ORDER, there=Size(min=6, desired=6, max=12))
    assert set(made.moving) == {"minSize", "desiredSize", "maxSize"}
    alone = nodes(ORDER.model_copy(update={"full": None}), there=Size(min=6, desired=6, max=12))
    assert (alone.min, alone.moving) == (3, ())


@pytest.mark.req("BDR-14")
def test_a_size_under_load_is_never_below_the_one_of_a_calm_day():
    small = ORDER.model_copy(update={"full": None})
    assert (nodes(ORDER).min, nodes(ORDER, carries=True).min) == (3, 6)
    assert (nodes(small).min, nodes(small, carries=True).min) == (3, 3)
    assert nodes(ORDER, carries=True).desired == 6


def _asked(monkeypatch: pytest.MonkeyPatch, **found: dict[str, Any] | None) -> tuple[dict[str, Size], dict[str, Nodes]]:
    """What the production stack makes of the groups that EKS has; a group by its own name, with a tag Name.

    One that is None is gone when it is looked at.
    """

    def told(_: Any, args: dict[str, Any]) -> dict[str, Any]:
        name = args["nodeGroupName"]
        if (group := found[name]) is None:
            raise recorder.ProviderError(f"ResourceNotFoundException: no node group {name}")
        return {**args, "id": "x", **group}

    if found:
        monkeypatch.setitem(INVOKES, GROUPS, lambda *_: {"id": "x", "clusterName": "x", "names": list(found)})
        monkeypatch.setitem(INVOKES, GROUP, told)
    answers: list[Any] = []

    async def program() -> None:
        stack = records.order("prod")
        there = await present(stack, asking(aws_provider(stack)))
        answers.extend((there, sizes(stack, there, carries=False)))

    recorder.build(lambda: pulumi.run(program), "prod")
    return answers[0], answers[1]


def _group(name: str, least: int, desired: int, most: int) -> dict[str, Any]:
    scaling = {"minSize": least, "desiredSize": desired, "maxSize": most}
    return {"tags": {"Name": name}, "scalingConfigs": [scaling]}


@pytest.mark.req("EKS-09")
def test_groups_are_known_by_their_tag_and_what_is_not_of_the_stack_is_nobodys(local_aws, monkeypatch):
    ours = label(records.order("prod").cluster_name, "general")
    found, ordered = _asked(
        monkeypatch,
        **{
            "nodes-general-1a2b": _group(ours, 2, 5, 12),
            "other": _group("other", 1, 1, 1),
            "bare": {**_group("", 1, 1, 1), "tags": {}},
        },
    )
    assert found == {ours: Size(min=2, desired=5, max=12), "other": Size(min=1, desired=1, max=1)}
    assert list(ordered) == ["general"]
    assert (ordered["general"].min, ordered["general"].desired, ordered["general"].moving) == (3, 5, ())


@pytest.mark.req("EKS-09")
def test_a_group_that_goes_while_it_is_asked_for_takes_no_other_along(local_aws, monkeypatch):
    ours = label(records.order("prod").cluster_name, "general")
    found, _ = _asked(monkeypatch, going=None, staying=_group(ours, 3, 8, 12))
    assert found == {ours: Size(min=3, desired=8, max=12)}


def test_before_there_is_a_cluster_there_is_no_group(local_aws, monkeypatch):
    found, ordered = _asked(monkeypatch)
    assert found == {}
    assert (ordered["general"].desired, ordered["general"].moving) == (3, ("desiredSize",))


def test_an_answer_that_does_not_come_stops_the_run(local_aws, monkeypatch):
    def away(*_: object) -> None:
        raise recorder.ProviderError("the region is gone")

    monkeypatch.setitem(INVOKES, GROUPS, away)
    with pytest.raises(Exception, match="the region is gone"):
        _asked(monkeypatch)
