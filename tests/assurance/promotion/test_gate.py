"""What a deployment waits for: each thing by itself, and nobody's silence taken for a yes."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from assurance.promotion import gate
from assurance.promotion.gate import Deployment, PromotionError, Sources
from assurance.promotion.service import SourceError
from infra.config.promotion import PromotionConfig
from tests import records

REVISION = "0123456789abcdef0123456789abcdef01234567"
PROD = Deployment(stack="prod", revision=REVISION, asked_by="ada", ticket="CHG0000042")
KEY, DONE = "phase7/impl/complete", "phase7/deploy/complete"


@dataclass
class World:
    """Everybody agrees, until a test says otherwise."""

    states: dict[str, str] = field(default_factory=lambda: {"CHG0000042": "3"})
    passed: dict[str, str] = field(default_factory=dict)
    given: dict[str, frozenset[str]] = field(default_factory=dict)
    keys: dict[str, Mapping[str, str]] = field(default_factory=dict)
    told: list[tuple[Any, str]] = field(default_factory=list)
    silent: str = ""

    def state(self, number: str) -> str | None:
        self._answer("itsm")
        return self.states.get(number)

    def checks(self, revision: str) -> Mapping[str, str]:
        self._answer("forge")
        return self.passed if revision == REVISION else {}

    def approvals(self) -> Mapping[str, frozenset[str]]:
        self._answer("forge")
        return self.given

    def is_set(self, key: str) -> bool:
        self._answer("keys")
        return key in self.keys

    def publish(self, key: str, metadata: Mapping[str, str]) -> None:
        self.keys[key] = metadata

    def tell(self, channels: Any, text: str, details: Mapping[str, str]) -> list[str]:
        self.told.append((channels, text))
        return []

    def _answer(self, who: str) -> None:
        if who == self.silent:
            raise SourceError(f"{who} answered 503")


@pytest.fixture
def world() -> World:
    return World(
        passed={"complete staging": "success", "smoke prod": "success", "canary_analysis prod": "success"},
        given={"prod-sre-team": frozenset({"grace"}), "prod-security-team": frozenset({"linus"})},
    )


def sources(world: World) -> Sources:
    return Sources(tickets=world, forge=world, keys=world, announcer=world)  # type: ignore[arg-type]


def waiting(world: World, deployment: Deployment = PROD, order: PromotionConfig | None = None) -> list[str]:
    return gate.before(order or records.order("prod").promotion, deployment, sources(world))


@pytest.mark.req("ENV-03", "ENV-05", "ENV-06", "C-37")
def test_production_goes_ahead_when_everybody_has_agreed(world: World) -> None:
    assert waiting(world) == []


@pytest.mark.req("ENV-03")
def test_no_pipeline_deploys_production_by_itself(world: World) -> None:
    assert waiting(world, replace(PROD, asked_by=None)) == [
        "a person: this stack is not deployed automatically; start the deployment by hand"
    ]


@pytest.mark.req("ENV-01", "ENV-02")
@pytest.mark.parametrize(
    ("stack", "wanted"),
    [("dev", ["unit", "integration"]), ("staging", ["integration", "e2e", "security_scan", "complete dev"])],
)
def test_dev_and_staging_deploy_without_a_person_once_their_tests_have_passed(stack: str, wanted: list[str]) -> None:
    order, deployment = records.order(stack).promotion, Deployment(stack=stack, revision=REVISION)
    assert waiting(World(passed=dict.fromkeys(wanted, "success")), deployment, order) == []
    for lacking in wanted:
        passed = {check: "success" for check in wanted if check != lacking}
        (line,) = waiting(World(passed=passed), deployment, order)
        assert line.startswith(f"{lacking}: this check has not run on 0123456789ab; ")


@pytest.mark.req("ENV-01", "ENV-02")
@pytest.mark.parametrize("conclusion", ["failure", "skipped", "neutral", "in_progress"])
def test_only_a_test_that_has_passed_counts(conclusion: str) -> None:
    world = World(passed={"unit": conclusion, "integration": "success"})
    assert waiting(world, Deployment(stack="dev", revision=REVISION), records.order("dev").promotion) == [
        f"unit: this check says {conclusion} on 0123456789ab; let it pass there first"
    ]


@pytest.mark.req("ENV-06")
def test_production_waits_until_the_same_revision_is_complete_on_staging(world: World) -> None:
    del world.passed["complete staging"]
    assert waiting(world) == ["complete staging: this check has not run on 0123456789ab; deploy it to staging first"]


@pytest.mark.req("BDR-03", "ENV-03")
def test_a_stack_that_goes_alone_waits_for_no_other_and_for_all_else(world: World) -> None:
    world.passed.clear()
    alone = replace(PROD, alone=True)
    assert waiting(world, alone) == []
    assert alone.details["alone"] == "no other stack was waited for"
    world.given.clear()
    assert [line.partition(":")[0] for line in waiting(world, alone)] == ["sre-team", "security-team"]


@pytest.mark.req("ENV-03")
@pytest.mark.parametrize("group", ["sre-team", "security-team"])
def test_each_team_must_agree(world: World, group: str) -> None:
    del world.given[f"prod-{group}"]
    assert waiting(world) == [f"{group}: nobody of it but the one who asks has agreed; approve prod-{group}"]


@pytest.mark.req("ENV-03")
def test_who_asks_does_not_agree_to_it_and_nobody_agrees_for_two_teams(world: World) -> None:
    world.given["prod-sre-team"] = frozenset({"ada"})
    assert waiting(world) == ["sre-team: nobody of it but the one who asks has agreed; approve prod-sre-team"]
    world.given["prod-sre-team"] = frozenset({"linus"})
    assert waiting(world) == [
        "sre-team and security-team: the same person agreed for several; let another one agree for one of them"
    ]
    world.given["prod-security-team"] = frozenset({"linus", "grace"})
    assert waiting(world) == []


@pytest.mark.req("ENV-05")
@pytest.mark.parametrize(
    ("ticket", "state", "said"),
    [
        (None, "3", "a change ticket: none was named; give the number of an approved one"),
        ("CHG0000007", "3", "CHG0000007: the ITSM knows no such change request; give the number of an approved one"),
        ("CHG0000042", "-5", "CHG0000042: is in state -5 and not 3; have it approved first"),
        ("CHG0000042", "4", "CHG0000042: is in state 4 and not 3; have it approved first"),
    ],
)
def test_no_change_of_production_without_an_approved_ticket(
    world: World, ticket: str | None, state: str, said: str
) -> None:
    world.states["CHG0000042"] = state
    assert waiting(world, replace(PROD, ticket=ticket)) == [said]


@pytest.mark.req("PLT-09")
def test_a_deployment_waits_for_the_key_of_the_build_and_publishes_its_own_when_it_is_done() -> None:
    order = PromotionConfig(automatic=True, tests=("smoke",), wait_for=(KEY,), publish=DONE)
    world, gov = World(), Deployment(stack="gov", revision=REVISION)
    assert waiting(world, gov, order) == [
        f"{KEY}: is not set; whoever builds what it stands for sets it when that is done"
    ]
    world.keys[KEY] = {}
    gate.enter(order, gov, sources(world))
    with pytest.raises(PromotionError) as waits:
        gate.complete(order, gov, sources(world), {"cluster_name": "consensus"})
    assert str(waits.value) == (
        "gov was deployed and is not complete. It waits for:\n"
        "  smoke gov: this check has not run on 0123456789ab; let it pass there first"
    )
    assert DONE not in world.keys
    world.passed["smoke gov"] = "success"
    gate.complete(order, gov, sources(world), {"cluster_name": "consensus"})
    assert {key: world.keys[DONE][key] for key in ("stack", "revision", "cluster_name")} == {
        "stack": "gov",
        "revision": REVISION,
        "cluster_name": "consensus",
    }
    assert "completed" in world.keys[DONE]


@pytest.mark.req("ENV-03")
@pytest.mark.parametrize("test", ["smoke", "canary_analysis"])
def test_production_is_complete_only_when_it_was_watched(world: World, test: str) -> None:
    order = records.order("prod").promotion
    gate.complete(order, PROD, sources(world), {})
    world.passed[f"{test} prod"] = "failure"
    assert waiting(world) == []
    with pytest.raises(PromotionError, match=rf"{test} prod: this check says failure on 0123456789ab"):
        gate.complete(order, PROD, sources(world), {})


@pytest.mark.req("C-37")
@pytest.mark.parametrize("who", ["itsm", "forge", "keys"])
def test_whoever_does_not_answer_has_not_agreed(world: World, who: str) -> None:
    world.silent = who
    order = records.order("prod").promotion.model_copy(update={"wait_for": (KEY,)})
    world.keys[KEY] = {}
    assert set(waiting(world, order=order)) == {f"{who} answered 503"}


@pytest.mark.req("C-37")
def test_whoever_cannot_be_asked_has_not_agreed(world: World) -> None:
    order = records.order("prod").promotion.model_copy(update={"wait_for": (KEY,)})
    see = "cannot be asked from here; see docs/environment.md for what to give this run"
    assert gate.before(order, PROD, Sources()) == [
        f"the code's host: {see}",
        f"the ITSM: {see}",
        f"the parameter store: {see}",
    ]


@pytest.mark.req("C-37")
def test_a_refusal_lists_everything_at_once_and_is_announced(world: World) -> None:
    world.given.clear()
    with pytest.raises(PromotionError) as refused:
        gate.enter(records.order("prod").promotion, replace(PROD, ticket=None), sources(world))
    assert str(refused.value) == (
        "prod waits, and nothing was changed. It waits for:\n"
        "  sre-team: nobody of it but the one who asks has agreed; approve prod-sre-team\n"
        "  security-team: nobody of it but the one who asks has agreed; approve prod-security-team\n"
        "  a change ticket: none was named; give the number of an approved one"
    )
    assert world.told == [(("slack", "pagerduty"), "prod: the deployment waits for sre-team and 2 more")]
