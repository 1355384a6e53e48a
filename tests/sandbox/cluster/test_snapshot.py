"""Snapshots say what the working tree holds, and leave the user's repository as it was."""

import os
import subprocess
import threading
from collections.abc import Iterator
from functools import partial
from http.server import ThreadingHTTPServer
from pathlib import Path

import pytest

from sandbox.cluster import certificates
from sandbox.cluster.git_host import Handler
from sandbox.cluster.snapshot import snapshot
from sandbox.home import Home


def git(*words: str, at: Path, **env: str) -> str:
    known = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    identity = {"GIT_AUTHOR_NAME": "u", "GIT_AUTHOR_EMAIL": "u@localhost"}
    identity |= {"GIT_COMMITTER_NAME": "u", "GIT_COMMITTER_EMAIL": "u@localhost", "GIT_CONFIG_GLOBAL": os.devnull}
    everything = {**known, **identity, **env}
    command = ["git", *words]
    done = subprocess.run(command, cwd=at, env=everything, capture_output=True, text=True, check=True)  # noqa: S603 no shell
    return done.stdout.strip()


@pytest.fixture
def home(tmp_path: Path) -> Home:
    (tmp_path / "home").mkdir()
    return Home(tmp_path / "home")


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A user's repository: one committed file below gitops/, one ignored, one beside it."""
    source = tmp_path / "source"
    (source / "gitops").mkdir(parents=True)
    for name, text in {"gitops/app.yaml": "1", "gitops/local.tmp": "x", "README": "r", ".gitignore": "*.tmp"}.items():
        (source / name).write_text(text)
    git("init", "--quiet", at=source)
    git("add", ".", at=source)
    git("commit", "--quiet", "-m", "first", at=source)
    return source


def held(home: Home, commit: str = "main") -> dict[str, str]:
    paths = git("ls-tree", "-r", "--name-only", commit, at=home.repository).split("\n")
    return {path: git("show", f"{commit}:{path}", at=home.repository) for path in paths}


def test_a_snapshot_holds_gitops_as_it_lies_there_committed_or_not(home, tree):
    (tree / "gitops" / "app.yaml").write_text("2")
    (tree / "gitops" / "new.yaml").write_text("n")
    assert held(home, snapshot(home, tree)) == {"gitops/app.yaml": "2", "gitops/new.yaml": "n"}


def test_a_deleted_file_is_gone_from_the_next_snapshot(home, tree):
    (tree / "gitops" / "new.yaml").write_text("n")
    first = snapshot(home, tree)
    (tree / "gitops" / "app.yaml").unlink()
    second = snapshot(home, tree)
    assert held(home, second) == {"gitops/new.yaml": "n"}
    assert git("rev-parse", f"{second}^", at=home.repository) == first


def test_an_unchanged_tree_makes_no_new_commit(home, tree):
    assert snapshot(home, tree) == snapshot(home, tree)
    assert git("rev-list", "--count", "main", at=home.repository) == "1"


def test_the_same_files_have_the_same_commit_everywhere(home, tree, tmp_path, monkeypatch):
    first = snapshot(home, tree)
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.setenv("GIT_AUTHOR_NAME", "somebody else")
    monkeypatch.setenv("GIT_COMMITTER_DATE", "2020-02-02T02:02:02Z")
    assert snapshot(Home(tmp_path / "elsewhere"), tree) == first


def test_the_users_repository_is_left_alone(home, tree, monkeypatch):
    (tree / "gitops" / "app.yaml").write_text("2")
    git("add", "README", at=tree)
    before = {path: path.read_bytes() for path in (tree / ".git").rglob("*") if path.is_file()}
    # As when `make push` runs from a Git hook of the user's.
    monkeypatch.setenv("GIT_DIR", str(tree / ".git"))
    monkeypatch.setenv("GIT_INDEX_FILE", str(tree / ".git" / "index"))
    snapshot(home, tree)
    assert {path: path.read_bytes() for path in (tree / ".git").rglob("*") if path.is_file()} == before


def test_a_folder_that_is_no_repository_is_named(home, tmp_path):
    (tmp_path / "plain").mkdir()
    with pytest.raises(
        RuntimeError, match=r"^git ls-files failed while taking a snapshot: fatal: not a git repository"
    ):
        snapshot(home, tmp_path / "plain")


@pytest.fixture
def way_in(home: Home, tmp_path: Path) -> Iterator[dict[str, str]]:
    """The environment in which every https repository is the snapshot."""
    pki = tmp_path / "pki"
    certificates.write(pki, {}, "172.20.0.1")
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Handler, home.repository, pki))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    proxy = f"http://127.0.0.1:{server.server_port}"
    yield {"HTTPS_PROXY": proxy, "https_proxy": proxy, "NO_PROXY": "", "GIT_SSL_CAINFO": str(pki / "ca.crt")}
    server.shutdown()
    thread.join()
    server.server_close()


def test_whatever_repository_is_asked_for_the_snapshot_answers(home, tree, way_in, tmp_path):
    commit = snapshot(home, tree)
    git("clone", "--quiet", "https://git.example.com/platform/gitops.git", "clone", at=tmp_path, **way_in)
    assert git("rev-parse", "HEAD", at=tmp_path / "clone") == commit
    (tree / "gitops" / "app.yaml").write_text("2")
    later = snapshot(home, tree)
    git("fetch", "--quiet", "origin", at=tmp_path / "clone", **way_in)
    assert git("rev-parse", "origin/main", at=tmp_path / "clone") == later


def test_nobody_can_push_to_the_snapshot(home, tree, way_in, tmp_path):
    snapshot(home, tree)
    git("clone", "--quiet", "https://git.example.com/platform/gitops.git", "clone", at=tmp_path, **way_in)
    git("commit", "--quiet", "--allow-empty", "-m", "mine", at=tmp_path / "clone")
    with pytest.raises(subprocess.CalledProcessError) as refusal:
        git("push", "--quiet", "origin", "HEAD", at=tmp_path / "clone", **way_in)
    assert "403" in refusal.value.stderr
