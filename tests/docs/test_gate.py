"""What stops a pull request: changes between two previews that may destroy data."""

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from sandbox import difference
from sandbox.difference import Declared, Stacks, declared, gate

PROJECT = Path(__file__).parents[2]
PREVIEWS = Path(__file__).with_name("previews")
REPOSITORY = "platform:aws:Registry$aws:ecr/repository:Repository::images"


def side(name: str) -> Declared:
    return declared(json.loads((PREVIEWS / f"{name}.json").read_text()))


def judged(name: str, both: Stacks) -> tuple[str, bool]:
    return gate({name: both}, {name}, {name})


def repository(**more: Any) -> Declared:
    return {REPOSITORY: {"type": "aws:ecr/repository:Repository", "inputs": {"name": "images"}, **more}}


@pytest.mark.req("C-33")
def test_a_pull_request_that_may_destroy_data_is_stopped_with_the_reason() -> None:
    said, stops = judged("global", Stacks(side("base"), side("head")))

    assert stops
    assert "  weaken  platform:aws:Keys$aws:kms/key:Key::keys-us-east-1-registry" in said
    assert "deletionWindowInDays: 30 -> 7" in said
    assert "  replace platform:platform:Namespace$kubernetes:core/v1:Namespace::argocd" in said
    assert "write this into Pulumi.global.yaml" in said


def test_a_pull_request_that_changes_nothing_passes() -> None:
    assert judged("global", Stacks(side("base"), side("base"))) == ("Nothing here may destroy data.", False)


@pytest.mark.req("C-33")
@pytest.mark.parametrize(
    ("stacks", "which"),
    [(Stacks(None, side("base")), "base"), (Stacks(side("base"), None), "head"), (None, "base")],
    ids=["base", "head", "both"],
)
def test_a_stack_that_could_not_be_previewed_is_stopped_not_let_through(stacks: Stacks | None, which: str) -> None:
    assert gate({"global": stacks} if stacks else {}, {"global"}, {"global"}) == (
        f"global: its {which} could not be previewed, so nobody can tell what this destroys; "
        "repair that preview, or let who may merge past a failed check answer for it",
        True,
    )


def test_a_stack_whose_file_is_new_or_gone_has_nothing_to_lose() -> None:
    stacks = {"global": Stacks(None, side("base")), "dev": Stacks(side("base"), None)}
    assert gate(stacks, before={"dev"}, now={"global"}) == ("Nothing here may destroy data.", False)


@pytest.mark.req("C-33")
def test_the_command_asks_the_bases_checkout_which_stacks_there_were(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    checkout, previews = tmp_path / "checkout", tmp_path / "previews"
    checkout.mkdir()
    previews.mkdir()
    (previews / "global.json").write_text(json.dumps(side("base")))
    words = ["difference", "gate", str(tmp_path / "none"), str(previews), str(checkout)]
    monkeypatch.setattr("sys.argv", words)

    with pytest.raises(SystemExit, match=r"^1$"):
        difference.main()
    assert capsys.readouterr().out == f"{checkout} has no stack file, so nobody can tell what was there before\n"
    (checkout / "Pulumi.global.yaml").touch()
    with pytest.raises(SystemExit, match=r"^1$"):
        difference.main()
    assert capsys.readouterr().out.startswith("global: its base could not be previewed")


@pytest.mark.req("C-33")
def test_a_stack_that_is_no_production_loses_only_what_is_protected() -> None:
    assert judged("dev", Stacks(repository(), {}))[1] is False
    assert judged("dev", Stacks(repository(protect=True), {}))[1] is True
    assert judged("dev", Stacks(repository(protect=True), repository()))[1] is True


def test_protection_is_kept_in_what_is_recorded() -> None:
    state = {"type": "aws:kms/key:Key", "custom": True, "inputs": {}, "protect": True}
    preview = {"steps": [{"urn": "urn:pulumi:dev::platform::aws:kms/key:Key::k", "newState": state}]}
    assert declared(preview) == {"aws:kms/key:Key::k": {"type": "aws:kms/key:Key", "inputs": {}, "protect": True}}


def test_the_workflow_runs_the_gate_and_the_policy_pack() -> None:
    jobs = yaml.safe_load((PROJECT / ".github/workflows/pull-request.yml").read_text())["jobs"]
    laptop = "\n".join(step.get("run", "") for step in jobs["laptop"]["steps"])
    account = "\n".join(step.get("run", "") for step in jobs["account"]["steps"])

    assert f"-m {difference.__name__} gate previews/base previews/head ../base" in laptop
    assert "--policy-pack policies" in account
    assert '-m assurance.changes "$STACK" preview.events' in account
