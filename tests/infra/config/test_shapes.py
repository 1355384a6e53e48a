"""Settings that are missing, unknown or of the wrong shape, told in this project's own words."""

from typing import Any

import pytest

from tests.infra.config.orders import ABSENT, DEV, GLOBAL, refusals

QUOTED = "must be text; put it in quotes"


@pytest.mark.parametrize(
    ("changes", "line"),
    [
        ({"network.nat": "two"}, "network.nat = two: is not offered; choose 'none', 'single' or 'per_zone'"),
        (
            {"network.zones": ["us-east-1a"]},
            "network.zones: has too few entries (1); give at least 2",
        ),
        (
            {"network.zones": ["us-east-1a", "us-east-1b", "us-east-1c", "us-east-1d"]},
            "network.zones: has too many entries (4); give at most 3",
        ),
        (
            {"network.zones": "us-east-1a"},
            "network.zones = us-east-1a: must be a list; write one entry a line, each after a hyphen",
        ),
        ({"production": "maybe"}, "production = maybe: must be a yes or no; write true or false"),
        (
            {"keys.deletion_window_days": 6},
            "keys.deletion_window_days = 6: is too small; give at least 7",
        ),
        (
            {"keys.deletion_window_days": 31},
            "keys.deletion_window_days = 31: is too large; give at most 30",
        ),
        (
            {"keys.deletion_window_days": 7.5},
            "keys.deletion_window_days = 7.5: must be a whole number; leave out the fraction",
        ),
        (
            {"keys.deletion_window_days": "a week"},
            "keys.deletion_window_days: must be a whole number; write digits without quotes",
        ),
        ({"keys": 30}, "keys = 30: must be a group of settings; write them below it, indented"),
        (
            {"cluster.node_groups": ["general"]},
            "cluster.node_groups: must be a group of settings; write them below it, indented",
        ),
        ({"cluster.node_groups": {}}, "cluster.node_groups: has too few entries (0); give at least 1"),
        (
            {"platform.istio.tracing_percent": "all"},
            "platform.istio.tracing_percent = all: must be a number; write digits without quotes",
        ),
        (
            {"cluster.node_groups.general.taints": [{"key": ""}]},
            "cluster.node_groups.general.taints[0].key: is empty; write at least 1 character",
        ),
        (
            {"cluster.node_groups.general.taints": [{"key": "k" * 64}]},
            f"cluster.node_groups.general.taints[0].key = {'k' * 64}: is too long; write at most 63 characters",
        ),
        (
            {"cluster.node_groups.general.labels": {"workload": 1}},
            f"cluster.node_groups.general.labels.workload = 1: {QUOTED}",
        ),
        ({"kind": "regional"}, "kind = regional: is no kind of stack; write region or global"),
        ({"kind": ABSENT}, "kind: is required; write kind: region or kind: global"),
        ({"network": ABSENT}, "network: is required; add it"),
    ],
)
def test_wrong_shapes_are_told_in_words_without_a_library_behind_them(changes: dict[str, Any], line: str) -> None:
    assert refusals(DEV, changes) == [line]


@pytest.mark.req("COST-03")
@pytest.mark.parametrize("order", [DEV, GLOBAL])
def test_a_cost_center_is_mandatory(order: dict[str, Any]) -> None:
    assert refusals(order, {"cost_center": ABSENT}) == ["cost_center: is required; add it"]


@pytest.mark.req("PLT-05")
@pytest.mark.parametrize(
    ("changes", "line"),
    [
        ({"cost_centre": "x"}, "cost_centre: is no setting; write cost_center"),
        ({"network.cidrs": "x"}, "network.cidrs: is no setting; write cidr"),
        (
            {"cluster.node_groups.general.disc_gb": 1},
            "cluster.node_groups.general.disc_gb: is no setting; write disk_gb",
        ),
        (
            {"cluster.node_groups.general.taints": [{"key": "a", "effects": "x"}]},
            "cluster.node_groups.general.taints[0].effects: is no setting; write effect",
        ),
        (
            {"platform.falco.password": "hunter2"},
            "platform.falco.password: is no setting; remove it, known here are "
            "exceptions, loki_url, outputs_secret, sidekick_replicas",
        ),
    ],
)
def test_an_unknown_key_is_refused_with_the_likely_one_and_never_quoted(changes: dict[str, Any], line: str) -> None:
    assert refusals(DEV, changes) == [line]


def test_all_problems_are_listed_at_once() -> None:
    assert refusals(DEV, {"account": "1", "network.nat": "x", "cluster.colour": "y"}) == [
        "account = 1: is no AWS account; give all 12 digits, in quotes",
        "network.nat = x: is not offered; choose 'none', 'single' or 'per_zone'",
        "cluster.colour: is no setting; remove it, known here are admins, endpoint, identity, log_retention_days, "
        "name, node_groups, service_cidr, version, way_in",
    ]
