"""What the engine finds around it on the laptop cloud."""

from pathlib import Path

import pytest

from sandbox import tools
from sandbox.engine.environment import environment
from sandbox.home import Home


@pytest.mark.req("SEC-07")
def test_the_engine_has_no_place_for_a_log_of_all_properties(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tools, "ensure", lambda: tmp_path)
    home = Home(tmp_path / "laptop")
    for _ in range(2):
        assert (Path(environment(home, "dev")["PULUMI_HOME"]) / "logs").is_file()
