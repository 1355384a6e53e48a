"""Providers are served together where the engine's first plugin has started a process for them, else each by itself."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import grpc
import pytest
from google.protobuf import empty_pb2
from pulumi.runtime import rpc
from pulumi.runtime.proto import provider_pb2_grpc

from sandbox.engine.recovery import stop_orphans
from sandbox.home import PROJECT, Home
from sandbox.providers import launcher, protocol

BIN = PROJECT / "sandbox" / "bin"
NOBODY = "127.0.0.1:9"  # where an engine would listen
SHELLS = [path for name in ("sh", "dash", "bash") if (path := shutil.which(name))]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    monkeypatch.setenv("LAPTOP_HOME", str(tmp_path))
    return Home(tmp_path)


@contextmanager
def host(engine: int) -> Iterator[subprocess.Popen[str]]:
    """The process that serves the providers of an engine, once it listens."""
    with _started("pulumi-providers", str(engine)) as child:
        try:
            _await(launcher.address(engine).exists)
            yield child
        finally:
            child.terminate()


@contextmanager
def plugin(name: str) -> Iterator[tuple[subprocess.Popen[str], int]]:
    """A plugin as the engine starts it, and the port that it names."""
    with _started(f"pulumi-resource-{name}", NOBODY) as child:
        try:
            assert child.stdout is not None
            yield child, int(child.stdout.readline())
        finally:
            child.terminate()


def _started(script: str, word: str) -> subprocess.Popen[str]:
    return subprocess.Popen([sys.executable, BIN / script, word], stdout=subprocess.PIPE, text=True)  # noqa: S603 our own


def _await(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def _version(port: int) -> str:
    with grpc.insecure_channel(f"127.0.0.1:{port}") as channel:
        return provider_pb2_grpc.ResourceProviderStub(channel).GetPluginInfo(empty_pb2.Empty(), timeout=30).version


@pytest.mark.usefixtures("home")
def test_one_process_serves_every_provider_and_ends_each_with_its_plugin():
    with host(os.getpid()) as shared:
        with plugin("kubernetes") as (first, port), plugin("kubernetes") as (_, other):
            assert port != other
            assert _version(port).startswith("4.")
            first.terminate()
            assert first.wait(30) == 0
            with pytest.raises(grpc.RpcError):
                _version(port)
            assert _version(other).startswith("4.")
        assert shared.poll() is None
        with plugin("aws") as (_, port):
            assert _version(port).startswith("7.")
            shared.terminate()
            assert shared.wait(30) == 0
    assert not launcher.address(os.getpid()).exists()


@pytest.mark.parametrize("shell", SHELLS)
@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGTERM])
def test_what_stands_for_a_provider_says_once_that_it_is_to_end_and_waits_for_the_host(
    shell: str, sign: signal.Signals
) -> None:
    ours, its = socket.socketpair()
    words = ["plugin", "-c", launcher._WAIT, "sh", "4711"]
    pipes: dict[str, Any] = {"stdin": its, "stdout": subprocess.PIPE, "text": True}
    # A test run in the background ignores interrupts, and a shell does not hear what was ignored before it.
    heard = partial(signal.signal, sign, signal.SIG_DFL)
    with subprocess.Popen(words, executable=shell, preexec_fn=heard, **pipes) as child, ours:  # noqa: S603 our own
        its.close()
        assert child.stdout is not None
        assert child.stdout.readline() == "4711\n"
        for _ in range(3):
            child.send_signal(sign)
            with pytest.raises(subprocess.TimeoutExpired):
                child.wait(0.1)
        ours.settimeout(30)
        assert ours.recv(16) == b"\n"
        ours.close()
        assert child.wait(30) == 0


@pytest.mark.usefixtures("home")
def test_the_process_ends_with_its_engine():
    with subprocess.Popen(["/bin/sleep", "60"]) as engine, host(engine.pid) as shared:
        engine.kill()
        assert shared.wait(30) == 0


def test_the_process_is_nobodys_orphan_while_its_engine_lives(home: Home):
    pulumi = home.root / "pulumi"
    pulumi.symlink_to(sys.executable)
    with subprocess.Popen([pulumi, "-c", "import time; time.sleep(60)"]) as engine:  # noqa: S603 our own
        start = [sys.executable, "-c", "import subprocess, sys; subprocess.Popen(sys.argv[1:])"]
        subprocess.run([*start, sys.executable, BIN / "pulumi-providers", str(engine.pid)], check=True)  # noqa: S603 our own
        _await(launcher.address(engine.pid).exists)
        assert stop_orphans(home.root) == []
        assert launcher.address(engine.pid).exists()
        engine.kill()
        assert stop_orphans(home.root) == []  # it ends by itself
    _await(lambda: not launcher.address(engine.pid).exists())


@pytest.mark.usefixtures("home")
def test_a_plugin_that_a_killed_engine_left_behind_is_stopped(home: Home):
    with subprocess.Popen([sys.executable, BIN / "pulumi-resource-aws", NOBODY], stdout=subprocess.PIPE) as orphan:  # noqa: S603 our own
        assert orphan.stdout is not None
        orphan.stdout.readline()
        assert stop_orphans(home.root) == ["stopped pulumi-resource-aws, which a killed run left behind"]
        assert orphan.wait(30) == 0


def test_the_process_is_reached_however_deep_the_laptop_cloud_lies(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("LAPTOP_HOME", str(tmp_path / ("deep" * 30)))
    with host(os.getpid()) as shared, plugin("aws") as (child, port):
        assert _version(port).startswith("7.")
        shared.terminate()
        assert child.wait(30) == 0  # which it would outlive if it served itself


@pytest.mark.usefixtures("home")
def test_a_plugin_of_an_engine_without_that_process_serves_itself():
    with plugin("aws") as (child, port):
        assert _version(port).startswith("7.")
        child.terminate()
        assert child.wait(30) == 0


def test_what_is_not_known_is_spelled_as_the_sdk_has_it():
    assert protocol.UNKNOWN == rpc.UNKNOWN
