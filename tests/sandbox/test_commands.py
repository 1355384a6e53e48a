"""What ends with a command: every process after a reset, and nothing half done after an interrupt."""

import io
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import psutil
import pytest

from assurance.promotion.gate import PromotionError
from sandbox import commands
from sandbox.__main__ import main
from sandbox.cluster.api import ApiError
from sandbox.cluster.snapshot import SnapshotError
from sandbox.engine import stack
from sandbox.home import Home

WAITING = "import sys; print('here', flush=True); sys.stdin.read()"


@contextmanager
def plugin(folder: Path, home: Path) -> Iterator[subprocess.Popen[str]]:
    """A plugin whose engine is gone, or never was."""
    program = folder / "sandbox" / "bin" / "pulumi-resource-aws"
    program.parent.mkdir(parents=True, exist_ok=True)
    program.write_text(WAITING)
    env = {**os.environ, "LAPTOP_HOME": str(home)}
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen(  # noqa: S603 a program of our own
        [sys.executable, program, "127.0.0.1:1"], env=env, text=True, **pipes
    ) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == "here\n"
        try:
            yield child
        finally:
            child.kill()


def test_a_reset_ends_what_a_killed_engine_left_and_nothing_of_another_laptop_cloud(tmp_path, capsys):
    mine, other = Home(tmp_path / "mine"), Home(tmp_path / "other")
    mine.root.mkdir()
    with plugin(tmp_path, mine.root) as left, plugin(tmp_path, other.root) as foreign:
        commands.reset(mine)
        assert not psutil.pid_exists(left.pid)
        assert foreign.poll() is None
    assert not mine.root.exists()
    assert capsys.readouterr().out == "==> the laptop cloud is gone\n"


def test_a_reset_ends_the_controllers_of_a_killed_drill_and_no_others(tmp_path):
    mine, other = Home(tmp_path / "mine"), Home(tmp_path / "other")
    (tmp_path / "services").mkdir()
    (tmp_path / "services" / "failover.py").write_text(WAITING)
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True, "cwd": tmp_path}
    words = [sys.executable, "-m", "services.failover", "run"]
    with ExitStack() as held:
        left, foreign = (
            held.enter_context(
                subprocess.Popen(words, env={**os.environ, "LAPTOP_HOME": str(home.root)}, **pipes)  # noqa: S603 a program of our own
            )
            for home in (mine, other)
        )
        held.callback(foreign.kill)
        for each in (left, foreign):
            assert each.stdout.readline() == "here\n"
        commands.reset(mine)
        assert not psutil.pid_exists(left.pid)
        assert foreign.poll() is None


def test_a_second_command_is_refused_while_one_is_at_work_and_let_in_afterwards(tmp_path):
    home = Home(tmp_path / "home")
    with commands.held(home, "make up STACK=dev"), pytest.raises(commands.LaptopError) as refused:
        commands.held(home, "make preview STACK=dev").__enter__()
    assert str(refused.value) == "`make up STACK=dev` is at work on this laptop cloud; wait for it, and try again"
    with commands.held(home, "make preview STACK=dev"):
        assert (home.root / "command").read_text() == "make preview STACK=dev"


def test_a_reset_beside_a_command_is_refused_and_takes_nothing_away(tmp_path, monkeypatch):
    home = Home(tmp_path / "home")
    monkeypatch.setenv("LAPTOP_HOME", str(home.root))
    monkeypatch.setattr(sys, "argv", ["sandbox", "reset"])
    with plugin(tmp_path, home.root) as left, commands.held(home, "make up STACK=dev"):
        with pytest.raises(SystemExit) as ended:
            main()
        assert ended.value.code == ("\n`make up STACK=dev` is at work on this laptop cloud; wait for it, and try again")
        assert left.poll() is None
    main()
    assert not home.root.exists()


@pytest.mark.parametrize("error", [ApiError(0, "Unreachable", "nobody answers"), SnapshotError("nobody answers")])
def test_what_a_user_can_act_on_is_a_sentence_and_no_traceback(tmp_path, monkeypatch, error):
    def fail(home: Home, name: str) -> None:
        raise error

    monkeypatch.setenv("LAPTOP_HOME", str(tmp_path))
    monkeypatch.setattr(sys, "argv", ["sandbox", "push", "dev"])
    monkeypatch.setattr(commands, "push", fail)
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == (
        f"\nnobody answers; the logs are in {tmp_path}/logs, and the next command goes on from here"
    )


class Interrupted(io.StringIO):
    """A screen before which somebody presses Ctrl-C at the first line."""

    def write(self, text: str) -> int:
        done = super().write(text)
        if self.getvalue() == "began\n":
            raise KeyboardInterrupt
        return done


@pytest.mark.parametrize(
    "command", [commands.status, commands.push, commands.preview, commands.up, commands.down, commands.ensure]
)
def test_state_whose_local_aws_is_gone_is_refused_by_whatever_comes_next(tmp_path, command):
    home = Home(tmp_path)
    for name in ("global", "dev"):
        path = stack.checkpoint(home, name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps({"checkpoint": {"latest": {"resources": [{"type": "a"}]}}}))
    with pytest.raises(commands.LaptopError) as refused:
        command(home, "dev")
    assert str(refused.value) == (
        "the local AWS is gone (a reboot?) while dev, global has state; it keeps everything in memory. "
        "Run `make reset`, then `make up STACK=dev`"
    )
    assert not home.repository.exists()


@pytest.mark.parametrize(
    ("state", "listed"),
    [
        (None, []),
        ({}, []),
        ({"latest": None}, []),
        ({"latest": {"manifest": {}}}, []),
        ({"latest": {"resources": [{"urn": "a"}]}}, [{"urn": "a"}]),
    ],
)
def test_what_a_state_lists_is_told_without_an_engine(tmp_path, monkeypatch, state, listed):
    home = Home(tmp_path)
    monkeypatch.setattr(stack, "environment", lambda home, name: {"PATH": ""})
    path = stack.checkpoint(home, "dev")
    path.parent.mkdir(parents=True)
    if state is not None:
        path.write_text(json.dumps({"checkpoint": state}))
    assert stack.Stack(home, "dev").resources() == listed
    assert stack.checkpoints(home) == (["dev"] if listed else [])


def test_where_nothing_was_deployed_the_status_says_what_starts_it(tmp_path, capsys):
    path = stack.checkpoint(Home(tmp_path), "dev")
    path.parent.mkdir(parents=True)
    path.write_text(json.dumps({"checkpoint": {"latest": {"manifest": {}}}}))  # as a preview leaves it
    commands.status(Home(tmp_path), "dev")
    assert "==> the laptop cloud is not running; `make up` starts it\n" in capsys.readouterr().out


def test_an_interrupted_engine_is_heard_out(tmp_path, monkeypatch):
    engine = tmp_path / "pulumi"
    engine.write_text("#!/bin/sh\necho began\necho the state is whole\nexit 1\n")
    engine.chmod(0o755)
    monkeypatch.setattr(stack, "executable", lambda name: str(engine))
    monkeypatch.setattr(stack, "environment", lambda home, name: dict(os.environ))
    monkeypatch.setattr(sys, "stdout", screen := Interrupted())
    with pytest.raises(KeyboardInterrupt):
        stack.Stack(Home(tmp_path), "dev").run("up")
    assert screen.getvalue() == "began\nthe state is whole\n"


def test_what_a_killed_run_left_is_cleared_before_the_next_and_said(tmp_path, monkeypatch, capsys):
    done, home = [], Home(tmp_path)
    monkeypatch.setattr(commands.aws, "endpoint", lambda _: "http://127.0.0.1:1")
    for name in ("start", "hand_over"):
        monkeypatch.setattr(commands.aws, name, lambda *_, name=name: done.append(name))
    monkeypatch.setattr(commands.Stack, "select", lambda self: done.append(f"select {self.name}"))
    monkeypatch.setattr(commands, "recover", lambda stack: [f"removed the lock of {stack.name}", "kept the key"])
    ready = commands._ready(home, commands._read_stacks(), "dev")
    assert (ready.name, done) == ("dev", ["start", "hand_over", "select dev"])
    assert capsys.readouterr().out == "==> removed the lock of dev\n==> kept the key\n"


@pytest.mark.parametrize("command", [commands.up, commands.preview])
def test_what_is_not_deployed_does_not_come_up_alone(tmp_path, command, monkeypatch):
    monkeypatch.setattr(stack, "environment", lambda home, name: {})
    monkeypatch.setattr(commands.aws, "start", lambda home: pytest.fail("it was not refused"))
    said = "^dr is not deployed, and does not come up alone; run `make up STACK=dr`$"
    with pytest.raises(commands.LaptopError, match=said):
        command(Home(tmp_path), "dr", alone=True)
    with pytest.raises(PromotionError, match=r"^prod stands by for no other region, so that it never goes alone"):
        command(Home(tmp_path), "prod", alone=True)


def test_a_standby_comes_behind_its_primary_which_then_looks_for_it_again():
    stacks = commands._read_stacks()
    assert {name: commands._needs(stacks, name) for name in stacks} == {
        "global": [],
        "dev": ["global"],
        "dr": ["global", "prod"],
        "eu": ["global"],
        "prod": ["global"],
        "staging": ["global"],
    }
    assert [(name, awaiting) for name in stacks if (awaiting := commands._awaiting(stacks, name))] == [("dr", ["prod"])]
