from datetime import date
from pathlib import Path

import pytest

from assurance.judges import planted, waivers
from assurance.judges.findings import Finding

TODAY = date(2026, 6, 1)
ENTRY = """\
- rule: CKV_AWS_39
  resources: ["{label}"]
  owner: platform-team
  reason: The API is public outside production only.
  expires: {expires}
  {more}
"""


def given(tmp_path: Path, label="aws:eks/cluster:Cluster::cluster", expires="2027-01-31", more=""):
    path = tmp_path / "waivers.yaml"
    path.write_text(ENTRY.format(label=label, expires=expires, more=more))
    return waivers.read(path, TODAY)


def finding(label: str, rule="CKV_AWS_39") -> Finding:
    return Finding(judge="checkov", rule=rule, resource=label, message="")


def test_the_committed_tables_stand():
    assert waivers.read()
    assert {each.rule for each in waivers.low()}.isdisjoint(each.rule for each in waivers.read())


def test_a_rule_that_a_plant_must_break_is_never_low():
    planted_rules = {rule for plant in planted.read() for rule in plant.breaks}

    assert planted_rules.isdisjoint(each.rule for each in waivers.low())


def test_a_waiver_covers_its_rule_on_its_resources_in_its_stacks(tmp_path: Path):
    (waiver,) = given(tmp_path, label="aws:eks/cluster:Cluster::cluster-*", more="stacks: [dev]")

    assert waiver.covers("dev", finding("aws:eks/cluster:Cluster::cluster-a"))
    assert not waiver.covers("prod", finding("aws:eks/cluster:Cluster::cluster-a"))
    assert not waiver.covers("dev", finding("aws:eks/cluster:Cluster::other"))
    assert not waiver.covers("dev", finding("aws:eks/cluster:Cluster::cluster-a", rule="CKV_AWS_38"))


def test_a_waiver_without_stacks_holds_everywhere(tmp_path: Path):
    (waiver,) = given(tmp_path)

    assert waiver.covers("prod", finding("aws:eks/cluster:Cluster::cluster"))


def test_waivers_of_a_stack_are_counted_by_the_resources_it_has(tmp_path: Path):
    found = given(tmp_path, more="stacks: [dev]")

    assert waivers.number(found, "dev", ["aws:eks/cluster:Cluster::cluster"]) == 1
    assert waivers.number(found, "prod", ["aws:eks/cluster:Cluster::cluster"]) == 0
    assert waivers.number(found, "dev", ["aws:eks/cluster:Cluster::another"]) == 0


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            {"expires": "2027-06-30"},
            "  entry 1: Value error, lies more than a year ahead; give an earlier day, and renew it then",
        ),
        (
            {"label": "aws:eks/cluster:Cluster::*"},
            "  entry 1: Value error, aws:eks/cluster:Cluster::* is every resource of a type; name those that are meant",
        ),
        ({"more": "severity: low"}, "  entry 1.severity: Extra inputs are not permitted"),
        ({"more": "rule: ''"}, "  entry 1.rule: String should have at least 1 character"),
        (
            {"more": "reason: 'So.'"},
            "  entry 1.reason: Value error, says too little or too much; "
            "write in 10 to 300 characters why this is right",
        ),
    ],
)
def test_a_waiver_that_cannot_stand_is_refused(tmp_path: Path, change: dict[str, str], message: str):
    with pytest.raises(waivers.WaiverError) as refused:
        given(tmp_path, **change)

    assert str(refused.value) == f"waivers.yaml cannot stand\n{message}"
