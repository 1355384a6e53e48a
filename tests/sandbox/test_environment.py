"""What the engine finds around it on the laptop cloud."""

from pathlib import Path

import pytest

from sandbox import tools
from sandbox.engine.environment import environment
from sandbox.home import Home


@pytest.mark.req("SEC-07")
@pytest.mark.parametrize("kept", [False, True], ids=["a new laptop cloud", "one that kept such logs"])
def test_the_engine_has_no_place_for_a_log_of_all_properties(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kept: bool
) -> None:
    monkeypatch.setattr(tools, "ensure", lambda: tmp_path)
    home = Home(tmp_path / "laptop")
    logs = Path(environment(home, "dev")["PULUMI_HOME"]) / "logs"
    if kept:
        logs.unlink()
        logs.mkdir()
        (logs / "pulumi-up.log").write_text("everything")
    environment(home, "dev")
    assert logs.is_file()
    assert logs.read_bytes() == b""
