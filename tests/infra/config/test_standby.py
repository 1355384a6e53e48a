"""What a failover needs of both regions is told before anything is asked of a cloud."""

from typing import Any

import pytest

from tests.infra.config.orders import ABSENT, DEV, committed, edited, refusals

DR = committed("dr")


@pytest.mark.req("BDR-10")
@pytest.mark.parametrize(
    ("name", "changes", "line"),
    [
        (
            "prod",
            {"recovery.failover.primary.cluster": "blue"},
            "recovery.failover.primary.cluster = blue: is not what this stack, the primary one, has; "
            "write production-us-east-1",
        ),
        (
            "prod",
            {"recovery.failover.primary.environment": "staging"},
            "recovery.failover.primary.environment = staging: is not what this stack, the primary one, has; "
            "write production",
        ),
        (
            "dr",
            {"recovery.failover.secondary.cluster": "blue"},
            "recovery.failover.secondary.cluster = blue: is not what this stack, the secondary one, has; "
            "write production-us-west-2",
        ),
    ],
)
def test_what_one_side_says_of_itself_is_true(name: str, changes: dict[str, Any], line: str) -> None:
    assert refusals(committed(name), {}) == []
    assert refusals(committed(name), changes) == [line]


@pytest.mark.req("BDR-14")
@pytest.mark.parametrize(
    ("name", "changes", "line"),
    [
        (
            "dr",
            {"apps.payment.standby": ABSENT},
            "apps.payment.standby: is required where the region stands by; say how many replicas wait (warm), "
            "and how many carry the load (full)",
        ),
        (
            "dr",
            {"apps.payment.standby.full": 2},
            "apps.payment.standby.full = 2: is less than warm 3, and a failover must not shrink a standby; raise it",
        ),
        (
            "dr",
            {"cluster.node_groups.general.full": 2},
            "cluster.node_groups.general.full = 2: is below min 3, and a failover must not shrink a standby; raise it",
        ),
        (
            "dr",
            {"cluster.node_groups.general.full": 13},
            "cluster.node_groups.general.full = 13: is above max 12; lower it, or raise max",
        ),
        (
            "prod",
            {"cluster.node_groups.general.full": 6},
            "cluster.node_groups.general.full = 6: is the size of a standby that carries the load, "
            "and this region is none; remove it",
        ),
        (
            "prod",
            {"apps.payment.standby": {"warm": 3, "full": 10}},
            "apps.payment.standby: has no meaning in a region that does not stand by; remove it",
        ),
    ],
)
def test_a_standby_has_sizes_and_nobody_else_has(name: str, changes: dict[str, Any], line: str) -> None:
    assert refusals(committed(name), changes) == [line]


@pytest.mark.req("S-04")
def test_a_failover_has_a_database_to_promote() -> None:
    assert refusals(committed("prod"), {"data.database": ABSENT})[0] == (
        "data.database: is missing, which a failover of apps.payment promotes; order it, or leave peer and failover out"
    )


@pytest.mark.req("BDR-14")
def test_a_region_alone_has_no_sizes_of_a_standby() -> None:
    changes = {"cluster.node_groups.general.full": 6}
    assert refusals(DEV, changes) == [
        "cluster.node_groups.general.full = 6: is the size of a standby that carries the load, "
        "and this region is none; remove it"
    ]


@pytest.mark.req("BDR-13")
def test_who_hears_by_mail_is_named_once_and_by_an_address() -> None:
    at = "recovery.failover.notifications.subscribers"
    assert refusals(edited(committed("dr"), {at: ["a@example.com"]}), {}) == []
    assert refusals(committed("dr"), {at: ["a@example.com", "a@example.com"]}) == [
        f"{at}: names a@example.com more than once; give each once"
    ]
    assert refusals(committed("dr"), {at: ["somebody"]}) == [
        f"{at}[0] = somebody: is no e-mail address; write name@domain"
    ]


@pytest.mark.req("C-03")
def test_somebody_hears_when_the_database_of_a_standby_is_behind() -> None:
    sections = ("alerts", "audit", "backup", "guardrails", "recovery.data.evidence", "recovery.targets.audit")
    bare = {
        **dict.fromkeys(sections, ABSENT),
        "production": False,
        "ingress": None,
        "recovery.data.database.backups": {},
        "recovery.data.volumes.backups": {},
    }
    line = (
        "alerts: is required beside data.database, which follows us-east-1, or nobody hears of what fails there; "
        "name subscribers"
    )
    assert refusals(DR, bare) == [line]
    assert refusals(DR, bare | {"alerts": {"subscribers": ["platform@example.com"]}}) == []
    assert refusals(DR, {"alerts": ABSENT}) == [line.replace("data.d", "audit and guardrails and backup and data.d")]
    for name, changes in (("dr", {"data": {"cache": {}}}), ("prod", {}), ("dr", {"recovery": ABSENT})):
        assert not [said for said in refusals(committed(name), _among(bare, changes)) if said.startswith("alerts")]


def _among(bare: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    """The changes, and of a bare stack what they leave standing."""
    return {path: value for path, value in bare.items() if path.partition(".")[0] not in changes} | changes
