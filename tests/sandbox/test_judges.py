from pathlib import Path

import pytest

from sandbox.tools import ToolError, judges, pins

PIP = """\
#!/bin/sh
echo "$@" >> {log}
case "$3" in
  download) mkdir -p "{schema}" && touch "{schema}/schema.whl" ;;
esac
{fails}
"""


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Install with an interpreter that stands in for pip; returns the judges, what was said and what pip was asked."""
    lock = tmp_path / "pins" / "judges"
    lock.mkdir(parents=True)
    for name in ("requirements", "schema"):
        (lock / f"{name}.lock").write_text(f"{name}==1.0\n")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr(pins, "PINS", tmp_path / "pins")
    real = judges._run

    def run(words, fails=""):
        if words[1:3] == ["-m", "venv"]:
            home = Path(words[3]).parent
            (home / "venv" / "bin").mkdir(parents=True)
            script = PIP.format(log=tmp_path / "pip.log", schema=home / "schema", fails=fails)
            (home / "venv" / "bin" / "python").write_text(script)
            (home / "venv" / "bin" / "python").chmod(0o755)
        else:
            real(words)

    def install(fails=""):
        monkeypatch.setattr(judges, "_run", lambda words: run(words, fails))
        said = []
        found = judges.ensure(said.append)
        log = tmp_path / "pip.log"
        return found, said, log.read_text().splitlines() if log.exists() else []

    return install


def test_judges_are_installed_once_by_their_hashes_in_an_environment_of_their_own(install, tmp_path: Path):
    found, said, asked = install()

    assert found.python.is_relative_to(tmp_path / "cache" / "regulated-platform" / "tools" / "judges")
    assert found.schema.name == "schema.whl"
    assert said[0] == "installing the outside judges (first run only, a minute or two)"
    assert [words.split()[2] for words in asked] == ["install", "download"]
    assert all("--require-hashes" in words for words in asked)
    assert install() == (found, [], asked)


def test_other_pins_are_another_environment(install, tmp_path: Path):
    found, _, _ = install()
    (tmp_path / "pins" / "judges" / "requirements.lock").write_text("requirements==2.0\n")

    assert install()[0].python != found.python


def test_a_failed_installation_says_what_pip_said_and_is_tried_again(install):
    with pytest.raises(ToolError) as refused:
        install(fails="echo no index >&2; exit 1")

    assert str(refused.value) == (
        "the outside judges cannot be installed; pip says:\n  no index\n"
        "see that pip reaches its package index, then run this again"
    )
    assert install()[0].schema.exists()


def test_an_installation_that_hangs_ends(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(judges, "MINUTES", 0)

    with pytest.raises(ToolError, match=r"^`5` did not end within 0 minutes; run this again$"):
        judges._run(["/bin/sleep", "5"])


def test_every_pin_of_the_judges_has_a_hash_and_no_address():
    for name in ("requirements", "schema"):
        lock = (pins.PINS / "judges" / f"{name}.lock").read_text()
        assert lock.count("==") <= lock.count("--hash=sha256:")
        assert "://" not in lock
