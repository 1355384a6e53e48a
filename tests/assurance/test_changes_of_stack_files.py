"""Edits of production's own stack files that would destroy data are stopped, and their near twins pass."""

from collections import Counter
from collections.abc import Mapping
from functools import cached_property
from typing import Any

import pytest
import yaml

from assurance.changes.findings import findings
from assurance.changes.steps import of_digest
from infra import stacks
from infra.config import ConfigurationError
from infra.config.source import parse
from tests import kept, recorder, records
from tests.assurance.edit import GUARD, packed
from tests.assurance.edits import FILES
from tests.assurance.previews import changed, preview
from tests.infra.config import orders


class _Up:
    """A committed stack that is up on the test's AWS, and may be previewed as edited; what previews say is kept."""

    def __init__(self, stack: str) -> None:
        self.stack = stack
        self.file = yaml.safe_load((records.PROJECT / f"Pulumi.{stack}.yaml").read_text())["config"]["platform:stack"]
        self.edits = [edit for edit in FILES[stack] if not edit.waits(self.file)]

    @cached_property
    def before(self) -> recorder.Engine:
        """What made it; it comes up with the first preview of it that is not kept."""
        return records.standing(self.stack)

    def model(self, settings: Mapping[str, Any]) -> Any:
        return parse(orders.edited(self.file, settings), orders.FILE, orders.TODAY)

    def preview(self, settings: Mapping[str, Any]) -> dict[str, Any]:
        stack = self.model(settings)
        name = f"preview-{self.stack}-{kept.word(stack.model_dump_json().encode())}"
        return kept.kept(name, lambda: preview(self.before, lambda: stacks.deploy(stack), "dev"))

    def found(self, settings: Mapping[str, Any]) -> list[tuple[str, str]]:
        return [(each.change, each.step.label) for each in findings(of_digest(self.preview(settings)), production=True)]


@pytest.fixture
def up(request: pytest.FixtureRequest, local_aws: None) -> _Up:
    return _Up(request.param)


@pytest.mark.parametrize("up", sorted(FILES), indirect=True)
def test_edits_that_would_destroy_data_are_stopped_and_their_near_twins_pass(up: _Up) -> None:
    assert list(changed(up.preview({}))) == []
    for settings in (edit.settings for edit in up.edits if edit.found == GUARD):
        with pytest.raises(ConfigurationError):
            up.model(settings)
    previewed = [edit for edit in up.edits if edit.found != GUARD]
    for group in packed([(edit.settings, edit.alone) for edit in previewed]):
        found = up.found({path: value for settings in group for path, value in settings.items()})
        for edit in (edit for edit in previewed if edit.settings in group):
            change, part = edit.found
            assert [label for how, label in found if how == change and part in label], f"{edit.what}: {found}"
    for edit in up.edits:
        assert up.model(edit.twin) != up.model({}), f"{edit.twin} is what the file says already"
    for twins in packed([(edit.twin, False) for edit in up.edits]):
        assert up.found({path: value for settings in twins for path, value in settings.items()}) == [], twins


@pytest.mark.engine  # not for the engine: it takes too long for the inner loop
@pytest.mark.parametrize("up", sorted(FILES), indirect=True)
def test_each_near_twin_changes_something_by_itself(up: _Up) -> None:
    assert [edit.twin for edit in up.edits if not list(changed(up.preview(edit.twin)))] == []


def test_twenty_edits_of_production_are_tried_today_some_of_each_section_that_keeps_data() -> None:
    file = orders.committed("prod")
    tried = [edit for edit in FILES["prod"] if not edit.waits(file)]
    assert len(tried) >= 20
    sections = Counter(section for edit in tried for section in {path.split(".")[0] for path in edit.settings})
    assert all(sections[each] >= 3 for each in ("audit", "backup", "data", "ingress", "keys", "recovery")), sections
