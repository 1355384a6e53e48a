from datetime import date

from assurance.judges.findings import Finding, Hearing
from assurance.judges.planted import STACK, Plant
from assurance.judges.verdict import judge, told
from assurance.judges.waivers import Low, Waiver
from tests.assurance.judges.parts import resource

TODAY = date(2026, 6, 1)
BAD = Finding(judge="checkov", rule="CKV_1", resource="aws:kms/key:Key::bad", message="Ensure it is good")


def waiver(rule="CKV_1", expires=TODAY, resources=("aws:kms/key:Key::bad",)) -> Waiver:
    return Waiver.model_validate(
        {"rule": rule, "resources": resources, "owner": "us", "reason": "It is meant so.", "expires": expires},
        context={"today": TODAY},
    )


def heard(*findings: Finding, stack="dev", judged=3, holes=()) -> Hearing:
    return Hearing(judge="checkov", stack=stack, judged=judged, findings=findings, holes=holes)


def verdict(*hearings, plants=(), waivers=(), low=(), whole=True):
    return judge(hearings, plants, waivers, low, today=TODAY, whole=whole)


def test_a_finding_that_nobody_answers_for_stops():
    found = verdict(heard(BAD))

    assert found.status == 1
    assert told(found).splitlines() == [
        "dev: 3 judged by checkov, 1 high, 0 waived, 0 low",
        "dev: aws:kms/key:Key::bad",
        "    checkov CKV_1: Ensure it is good",
        "Repair what is found, or let its owner write a waiver into assurance/judges/waivers.yaml.",
    ]


def test_a_waiver_counts_until_its_last_day():
    found = verdict(heard(BAD), waivers=[waiver()])

    assert (found.status, told(found)) == (0, "dev: 3 judged by checkov, 0 high, 1 waived, 0 low")


def test_a_waiver_that_has_expired_is_named_beside_what_it_no_longer_covers():
    found = verdict(heard(BAD), waivers=[waiver(expires=date(2026, 5, 31))])

    assert found.status == 1
    assert "    the waiver of us expired on 2026-05-31" in told(found).splitlines()


def test_a_waiver_of_nothing_is_named_where_every_stack_was_judged():
    spare = waiver("CKV_2")

    found = verdict(heard(), waivers=[spare])

    assert (found.status, told(found).splitlines()[1:]) == (
        0,
        ["the waiver of CKV_2 for aws:kms/key:Key::bad is of nothing that was found"],
    )
    assert verdict(heard(), waivers=[spare], whole=False).unused == []


def test_a_low_rule_is_counted_and_stops_nothing():
    found = verdict(heard(BAD), low=[Low(rule="CKV_1", reason="It protects nothing.")])

    assert (found.status, told(found)) == (0, "dev: 3 judged by checkov, 0 high, 0 waived, 1 low")


def test_a_hole_makes_the_run_void_however_good_the_stack_is():
    found = verdict(heard(holes=["aws:new/thing:Thing", "aws:new/thing:Thing"]))

    assert found.status == 2
    assert told(found).splitlines()[1:] == [
        "This run is void:",
        "    dev: checkov does not judge aws:new/thing:Thing (2 times)",
    ]


def test_a_stack_of_which_nothing_was_judged_makes_the_run_void():
    assert verdict(heard(judged=0)).void == ["dev: there was nothing to judge"]


def test_a_plant_that_is_not_found_makes_the_run_void():
    plant = Plant(judge="checkov", resource=resource("aws:kms/key:Key", "bad"), breaks=("CKV_1", "CKV_2"))

    found = verdict(heard(), heard(BAD, stack=STACK), plants=[plant])

    assert found.void == ["checkov passes aws:kms/key:Key::bad, which was planted to break CKV_2"]


def test_a_sound_plant_that_is_stopped_makes_the_run_void():
    plant = Plant(judge="checkov", resource=resource("aws:kms/key:Key", "bad"), spares=("CKV_1",))

    found = verdict(heard(), heard(BAD, stack=STACK), plants=[plant])

    assert found.void == ["checkov stops aws:kms/key:Key::bad by CKV_1, which it was planted to keep"]


def test_what_is_planted_counts_for_no_stack():
    found = verdict(heard(), heard(BAD, stack=STACK))

    assert (found.status, list(found.tallies)) == (0, ["dev"])
