"""`python -m assurance.promotion`, as a pipeline calls it."""

import json

import pytest

from assurance.promotion import __main__, gate, pipeline
from assurance.promotion.forge import GitHub
from assurance.promotion.gate import Deployment, PromotionError, Sources
from assurance.promotion.itsm import ServiceNow
from infra.config.promotion import PromotionConfig
from tests import records
from tests.infra.config.orders import TODAY

PIPELINE = {
    "GITHUB_API_URL": "https://api.code.example.com",
    "GITHUB_REPOSITORY": "example/platform",
    "GITHUB_RUN_ID": "77",
    "GITHUB_TOKEN": "canary-forge",
    "GITHUB_SHA": "0123456789abcdef",
    "GITHUB_ACTOR": "ada",
    "GITHUB_EVENT_NAME": "workflow_dispatch",
    "CHANGE_TICKET": "CHG0000042",
    "ITSM_TOKEN": "canary-itsm",
    "SLACK_WEBHOOK_URL": "https://hooks.example.com/canary-slack",
    "PAGERDUTY_ROUTING_KEY": "canary-pager",
}
PROD = records.order("prod").promotion


@pytest.fixture(autouse=True)
def _quiet(monkeypatch: pytest.MonkeyPatch) -> None:
    """No variable of the machine's own pipeline, and versions of Kubernetes that stay in support."""
    for name in PIPELINE:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("infra.config.kubernetes.STANDARD_SUPPORT_ENDS", {"1.35": TODAY.replace(year=9999)})


def run(monkeypatch: pytest.MonkeyPatch, *words: str) -> None:
    monkeypatch.setattr("sys.argv", ["promotion", *words])
    __main__.main()


@pytest.mark.req("ENV-03", "CMP-11")
def test_the_plan_of_a_stack_is_what_its_file_orders(monkeypatch, capsys) -> None:
    run(monkeypatch, "plan", "prod")
    assert json.loads(capsys.readouterr().out) == {
        "automatic": False,
        "approvers": ["sre-team", "security-team"],
        "tests": ["smoke", "canary_analysis"],
        "after": ["staging"],
        "mode": "compliance",
        "thresholds": {"error_percent": 0.5, "slowdown_percent": 10.0},
        "evidence": "production-platform-000000000103-evidence",
    }
    run(monkeypatch, "plan", "global")
    assert json.loads(capsys.readouterr().out)["evidence"] == "global-platform-000000000100-evidence"


def test_a_stack_that_does_not_exist_is_refused(monkeypatch, capsys) -> None:
    with pytest.raises(SystemExit) as ended:
        run(monkeypatch, "enter", "nowhere")
    assert ended.value.code == 2
    assert "Pulumi.nowhere.yaml" in capsys.readouterr().err


@pytest.mark.req("ENV-03", "C-37")
def test_a_run_that_was_given_nothing_is_stopped(monkeypatch, capsys) -> None:
    with pytest.raises(SystemExit) as ended:
        run(monkeypatch, "enter", "prod")
    assert ended.value.code == 1
    assert capsys.readouterr().out == (
        "prod waits, and nothing was changed. It waits for:\n"
        "  a person: this stack is not deployed automatically; start the deployment by hand\n"
    )


@pytest.mark.req("ENV-05", "C-37")
@pytest.mark.parametrize("command", ["enter", "complete"])
def test_the_command_asks_the_gate_with_what_the_pipeline_gave(monkeypatch, capsys, tmp_path, command) -> None:
    asked: list[tuple[object, ...]] = []
    monkeypatch.setattr(gate, command, lambda *words: asked.append(words) or ["slack was not told: Slack answered 500"])
    for name, value in PIPELINE.items():
        monkeypatch.setenv(name, value)
    outputs = tmp_path / "outputs.json"
    outputs.write_text(json.dumps({"cluster_name": "production", "kubeconfig": "[secret]", "zones": ["a"]}))

    run(monkeypatch, command, "prod", "--outputs", str(outputs))

    order, deployment, sources, *rest = asked[0]
    assert order == PROD
    assert deployment == Deployment(stack="prod", revision="0123456789abcdef", asked_by="ada", ticket="CHG0000042")
    assert rest == ([{"cluster_name": "production"}] if command == "complete" else [])
    assert isinstance(sources, Sources)
    said = capsys.readouterr().out
    assert "canary" not in said + repr(sources)
    assert ("slack was not told" in said) is (command == "complete")


def test_what_waits_after_a_deployment_is_printed_and_fails_the_job(monkeypatch, capsys) -> None:
    def waits(*_: object) -> list[str]:
        raise PromotionError("prod was deployed and is not complete")

    monkeypatch.setattr(gate, "complete", waits)
    with pytest.raises(SystemExit) as ended:
        run(monkeypatch, "complete", "prod")
    assert (ended.value.code, capsys.readouterr().out) == (1, "prod was deployed and is not complete\n")


@pytest.mark.req("ENV-03")
@pytest.mark.parametrize(("event", "who"), [("workflow_dispatch", "ada"), ("push", None), ("schedule", None)])
def test_only_a_run_that_was_started_by_hand_has_somebody_who_asks(event: str, who: str | None) -> None:
    assert pipeline.deployment("prod", {**PIPELINE, "GITHUB_EVENT_NAME": event}).asked_by == who


@pytest.mark.parametrize(("event", "alone"), [("workflow_dispatch", True), ("push", False)])
def test_only_a_run_that_was_started_by_hand_goes_alone(event: str, alone: bool) -> None:
    assert pipeline.deployment("dr", {**PIPELINE, "GITHUB_EVENT_NAME": event, "ALONE": "true"}).alone is alone
    assert not pipeline.deployment("dr", {**PIPELINE, "ALONE": "false"}).alone


@pytest.mark.req("ENV-06")
def test_only_a_stack_that_stands_by_for_another_region_goes_alone(monkeypatch, capsys) -> None:
    for name in ("GITHUB_EVENT_NAME", "GITHUB_SHA", "GITHUB_ACTOR"):
        monkeypatch.setenv(name, PIPELINE.get(name, "1"))
    monkeypatch.setenv("GITHUB_EVENT_NAME", "workflow_dispatch")
    monkeypatch.setenv("ALONE", "true")
    said = {}
    for name in ("prod", "dr"):
        with pytest.raises(SystemExit) as ended:
            run(monkeypatch, "enter", name)
        assert ended.value.code == 1
        said[name] = capsys.readouterr().out
    assert said["prod"] == "prod stands by for no other region, so that it never goes alone; leave that out\n"
    assert said["dr"].startswith("dr waits, and nothing was changed")


@pytest.mark.req("ENV-05")
def test_the_itsm_is_the_one_of_the_stack_file_and_gets_its_own_token_only() -> None:
    sources = pipeline.sources(PROD, "us-east-1", PIPELINE)
    assert isinstance(sources.tickets, ServiceNow)
    assert (sources.tickets.service.address, sources.tickets.service.token) == (
        "https://itsm.example.com",
        "canary-itsm",
    )
    assert isinstance(sources.forge, GitHub)
    assert (sources.forge.service.address, sources.forge.service.token) == (
        "https://api.code.example.com",
        "canary-forge",
    )
    assert (sources.forge.repository, sources.forge.run) == ("example/platform", "77")
    assert (sources.announcer.slack, sources.announcer.pagerduty) != (None, None)


@pytest.mark.req("C-37")
@pytest.mark.parametrize("missing", ["GITHUB_API_URL", "GITHUB_REPOSITORY", "GITHUB_RUN_ID", "GITHUB_TOKEN"])
def test_a_source_that_is_wired_in_part_is_none(missing: str) -> None:
    env = {name: value for name, value in PIPELINE.items() if name not in (missing, "ITSM_TOKEN")}
    sources = pipeline.sources(PROD, "us-east-1", env)
    assert (sources.forge, sources.tickets) == (None, None)


@pytest.mark.req("PLT-09")
def test_keys_are_looked_for_in_the_region_of_the_stack_where_it_has_any(monkeypatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "x")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "x")
    order = PromotionConfig(wait_for=("phase7/impl/complete",))
    keys = pipeline.sources(order, "us-gov-west-1", {}).keys
    assert keys is not None
    assert keys.ssm.meta.region_name == "us-gov-west-1"
    assert pipeline.sources(PROD, "us-east-1", {}).keys is None


def test_without_outputs_nothing_is_published_beside_the_deployment() -> None:
    assert __main__.outputs(None) == {}
