"""The comment on a pull request, from previews as the engine writes them."""

import json
from pathlib import Path

import pytest

from sandbox import commands, difference
from sandbox.difference import Stacks, declared, record, report
from sandbox.engine.stack import EngineError
from sandbox.home import Home

PREVIEWS = Path(__file__).with_name("previews")
COMMENT = """\
## What this changes, on the laptop cloud

### global

1 added, 1 changed, 1 removed, 2 replaced.

<details><summary>Resources</summary>

```diff
+ added platform:aws:Registry$aws:ecr/repository:Repository::registry-us-west-2-payment-service
! changed platform:aws:Keys$aws:kms/key:Key::keys-us-east-1-registry
-     deletionWindowInDays: 30
+     deletionWindowInDays: 7
-     policy.Statement[0].Action: "kms:*"
+     policy.Statement[0].Action[0]: "kms:Get*"
+     policy.Statement[0].Action[1]: "kms:List*"
- removed platform:aws:Registry$aws:ecr/repositoryPolicy:RepositoryPolicy::registry-us-east-1-payment-service
! replaced platform:aws:Keys$aws:kms/alias:Alias::keys-us-east-1-registry
-     name: "alias/global-platform-registry"
+     name: "alias/renamed"
! replaced platform:platform:Namespace$kubernetes:core/v1:Namespace::argocd
-     metadata.name: "argocd"
+     metadata.name: "delivery"
```

</details>
"""


def side(name: str) -> difference.Declared:
    return declared(json.loads((PREVIEWS / f"{name}.json").read_text()))


def test_the_comment_tells_what_is_added_changed_replaced_and_removed():
    assert report({"global": Stacks(side("base"), side("head"))}) == COMMENT


def test_an_unchanged_stack_has_counts_and_no_list():
    text = report({"global": Stacks(side("base"), side("base"))})

    assert text.endswith("### global\n\n0 added, 0 changed, 0 removed, 0 replaced.\n")


def test_a_value_that_only_a_deployment_knows_is_named_by_where_it_comes_from():
    alias = side("base")["platform:aws:Keys$aws:kms/alias:Alias::keys-us-east-1-registry"]

    assert alias["inputs"]["targetKeyId"] == "<keys-us-east-1-registry>"


def test_tags_are_told_once_with_those_of_the_provider():
    inputs = side("base")["platform:aws:Keys$aws:kms/key:Key::keys-us-east-1-registry"]["inputs"]

    assert "tags" not in inputs
    assert inputs["tagsAll"]["Environment"] == "global"


def test_components_are_not_counted_beside_what_they_hold():
    assert not any(name.startswith("pulumi:pulumi:Stack") for name in side("base"))


def test_a_stack_without_a_base_says_why_everything_is_new():
    text = report({"dev": Stacks(None, side("base"))})

    assert "6 added, 0 changed, 0 removed, 0 replaced. The base could not be previewed" in text


def test_a_stack_without_a_head_says_that_there_is_nothing_to_compare():
    text = report({"dev": Stacks(side("base"), None)})

    assert text.endswith("### dev\n\nNo preview of the head: it failed, or the stack file is gone.\n")


def test_a_long_list_is_cut_and_says_so():
    many = {f"aws:ec2/eip:Eip::{number}": {"type": "aws:ec2/eip:Eip", "inputs": {}} for number in range(400)}

    text = report({"dev": Stacks({}, many)})

    assert "400 added" in text
    assert "\n  and 100 lines more\n" in text


def test_a_value_cannot_end_the_block_that_shows_it():
    old = {"a": {"type": "x", "inputs": {"text": "plain"}}}
    new = {"a": {"type": "x", "inputs": {"text": "```\n# Approved"}}}

    assert report({"dev": Stacks(old, new)}).count("```") == 2


def test_recording_previews_from_nothing_and_leaves_nothing_behind(monkeypatch: pytest.MonkeyPatch):
    homes: list[Home] = []

    def preview(home: Home, stack: str, *flags: str) -> None:
        homes.append(home)
        home.logs.joinpath("log").write_text("")
        print(f"==> {stack} {' '.join(flags)}\n" + (PREVIEWS / "base.json").read_text())

    monkeypatch.setattr(commands, "preview", preview)

    assert record("global") == side("base")
    assert not homes[0].root.exists()


def test_a_preview_that_fails_shows_what_the_engine_said(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    def preview(*_: object) -> None:
        print("the engine's own words")
        raise EngineError("pulumi preview of dev failed")

    monkeypatch.setattr(commands, "preview", preview)

    with pytest.raises(EngineError, match=r"^pulumi preview of dev failed$"):
        record("dev")
    assert capsys.readouterr().err == "the engine's own words\n"


def test_the_command_compares_two_folders(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    for name in ("base", "head"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "global.json").write_text(json.dumps(side(name)))
    monkeypatch.setattr("sys.argv", ["difference", "report", str(tmp_path / "base"), str(tmp_path / "head")])

    difference.main()

    assert capsys.readouterr().out == COMMENT
