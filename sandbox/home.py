"""Where the laptop cloud keeps itself: one folder in the checkout, thrown away by `make reset`."""

import os
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[1]


class Home:
    """The folder of one laptop cloud; two checkouts have two, and neither sees the other.

    No dataclass: each plugin of the engine begins with this module, and `dataclasses` takes longer than all else.
    """

    def __init__(self, root: Path) -> None:
        self.root = root

    @property
    def logs(self) -> Path:
        return self._folder("logs")

    @property
    def pids(self) -> Path:
        return self._folder("pids")

    @property
    def clusters(self) -> Path:
        """One folder per control plane, named by account, region and cluster."""
        return self._folder("clusters")

    @property
    def engine(self) -> Path:
        """PULUMI_HOME, the state backend and the copies of the stack files."""
        return self._folder("engine")

    @property
    def address(self) -> Path:
        """The file that holds the local AWS's endpoint while it runs."""
        return self.root / "aws-endpoint"

    @property
    def aws_config(self) -> Path:
        return self.root / "aws-config"

    @property
    def kubeconfig(self) -> Path:
        """What people use: one context per cluster that is up."""
        return self.root / "kubeconfig"

    @property
    def databases(self) -> Path:
        """What a drill lends while it goes on: the port of real databases, and the clusters that they stand behind."""
        return self.root / "databases.json"

    @property
    def repository(self) -> Path:
        """The bare Git repository with snapshots of the working tree, which Argo CD syncs."""
        return self.root / "gitops.git"

    def _folder(self, name: str) -> Path:
        path = self.root / name
        path.mkdir(parents=True, exist_ok=True)
        return path


def current() -> Home:
    """The home named by LAPTOP_HOME, else `.laptop` in the checkout."""
    return Home(Path(os.environ.get("LAPTOP_HOME") or PROJECT / ".laptop").resolve())


def write_whole(path: Path, text: str) -> None:
    """Write a file that only its owner reads, all of it or nothing: a kill in the middle leaves the old one."""
    draft = path.with_name(f"{path.name}.draft")
    draft.touch(mode=0o600)
    draft.write_text(text)
    draft.replace(path)
