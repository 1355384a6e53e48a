"""Snapshots of the working tree's gitops/ as commits of a bare repository that Argo CD syncs.

Plumbing only, with an index and a repository of our own: the user's repository is read, never written.
"""

import os
import subprocess
import tempfile
from pathlib import Path

from sandbox.home import PROJECT, Home

FOLDER = "gitops"
# Our own repository is the same whatever the user's configuration says.
PRIVATE = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
# No time and no person: the same files have the same name on every machine.
IDENTITY = {
    f"GIT_{role}_{key}": value
    for role in ("AUTHOR", "COMMITTER")
    for key, value in (("NAME", "laptop"), ("EMAIL", "laptop@localhost"), ("DATE", "2000-01-01T00:00:00Z"))
}


class SnapshotError(RuntimeError):
    """Git could not take the snapshot; says what it said."""


def snapshot(home: Home, source: Path = PROJECT, branch: str = "main") -> str:
    """Commit the files of gitops/, tracked and not ignored, and return the commit; no new one for an unchanged tree."""
    repository = home.repository
    own = {**PRIVATE, "GIT_DIR": str(repository)}
    if not (repository / "HEAD").exists():
        _git("init", "--quiet", "--bare", f"--initial-branch={branch}", str(repository), env=PRIVATE)
    with tempfile.TemporaryDirectory(dir=home.root) as scratch:
        index = {**own, "GIT_WORK_TREE": str(source), "GIT_INDEX_FILE": f"{scratch}/index"}
        _git("update-index", "--add", "-z", "--stdin", stdin=_files(source), cwd=source, env=index)
        tree = _git("write-tree", env=index)
    head = _git("for-each-ref", "--format=%(objectname)", f"refs/heads/{branch}", env=own)
    if head and _git("rev-parse", f"{head}^{{tree}}", env=own) == tree:
        return head
    parents = ["-p", head] if head else []
    commit = _git("commit-tree", tree, *parents, "-m", f"Snapshot of {FOLDER}/", env={**own, **IDENTITY})
    _git("update-ref", f"refs/heads/{branch}", commit, *([head] if head else []), env=own)
    return commit


def _files(source: Path) -> str:
    """Paths below `source`, NUL-separated; a file that is tracked but deleted is left out."""
    listed = _git("ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", FOLDER, cwd=source)
    return "".join(f"{path}\0" for path in sorted(set(listed.split("\0"))) if path and (source / path).is_file())


def _git(*words: str, stdin: str | None = None, cwd: Path | None = None, env: dict[str, str] | None = None) -> str:
    # A Git hook or an alias of the user's has set these for a repository of theirs.
    clean = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    done = subprocess.run(  # noqa: S603 words of our own, never a shell line
        ["git", *words],  # noqa: S607 the user's own git
        input=stdin,
        cwd=cwd,
        env={**clean, "GIT_OPTIONAL_LOCKS": "0", **(env or {})},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise SnapshotError(f"git {words[0]} failed while taking a snapshot: {done.stderr.strip()}")
    return done.stdout.strip("\n")
