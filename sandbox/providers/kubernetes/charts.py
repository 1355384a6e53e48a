"""Where charts are found: CHARTS_DIR, an earlier download, their repository."""

import os
import re
import subprocess
import threading
from dataclasses import dataclass
from pathlib import Path

import yaml

from sandbox import tools
from sandbox.home import Home
from sandbox.providers.protocol import ProviderError

PULL_SECONDS = 20  # an unreachable repository must not hold up a laptop without network
_unreachable: dict[str, str] = {}
_pulling = threading.Lock()


@dataclass(frozen=True)
class Chart:
    """What a release asks for; `repository` is empty where the name itself leads there (oci://...)."""

    reference: str
    version: str
    repository: str

    @property
    def name(self) -> str:
        return self.reference.rstrip("/").rpartition("/")[2]

    def __str__(self) -> str:
        return f"{self.name} {self.version}".strip()


def find(chart: Chart, home: Home) -> Path | None:
    """The chart: on disk, else from its repository; None where that cannot be reached."""
    return on_disk(chart, home) or _pulled(chart, home.root / "charts")


def on_disk(chart: Chart, home: Home) -> Path | None:
    """The chart in CHARTS_DIR, else as an earlier download."""
    for folder in (os.environ.get("CHARTS_DIR"), home.root / "charts"):
        for name in (f"{chart.name}-{chart.version}.tgz", f"{chart.name}-{chart.version}", chart.name):
            if folder and (path := Path(folder) / name).exists() and _fits(path, chart):
                return path
    return None


def _fits(path: Path, chart: Chart) -> bool:
    """An unpacked chart states its version; another one than asked for is a mistake, not a substitute."""
    stated = path / "Chart.yaml"
    if path.is_file() or not chart.version or not stated.exists():
        return True
    found = str(yaml.safe_load(stated.read_text()).get("version"))
    if found != chart.version:
        raise ProviderError(
            f"{path} is version {found} of the chart, and the release asks for {chart.version}; put {chart.version} "
            "there, or pin the version that is there"
        )
    return True


def _pulled(chart: Chart, downloads: Path) -> Path | None:
    """A repository that does not answer is asked once per run; one that answers and lacks the chart is an error."""
    origin = chart.repository or chart.reference
    if not origin.startswith(("https://", "http://", "oci://")):
        raise ProviderError(f"chart {chart}: {chart.reference} is not in CHARTS_DIR, and no repository is named for it")
    with _pulling:
        if origin in _unreachable:
            return None
        repository = ["--repo", chart.repository] if chart.repository else []
        command = [tools.ensure(["helm"]) / "helm", "pull", chart.reference, *repository, "--destination", downloads]
        try:
            done = subprocess.run(  # noqa: S603 a list of our own
                [*command, *(["--version", chart.version] if chart.version else [])],
                capture_output=True,
                text=True,
                timeout=PULL_SECONDS,
                env=environment(downloads.parent),
            )
            said = done.stderr.strip()
        except subprocess.TimeoutExpired:
            done, said = None, f"no answer within {PULL_SECONDS} s"
        if done is not None and done.returncode == 0:
            return max(downloads.glob(f"{chart.name}-*.tgz"), key=lambda path: path.stat().st_mtime)
        if re.search(r"chart .* not found in|no chart (version|name) found|: not found$", said):
            raise ProviderError(
                f"chart {chart} is not in {origin}; pin a version that is: {said.removeprefix('Error: ')}"
            )
        _unreachable[origin] = said
        return None


def environment(root: Path) -> dict[str, str]:
    """Helm with its files below the laptop's home, and nothing of the user's own."""
    inherited = {key: value for key, value in os.environ.items() if not key.startswith(("HELM_", "KUBE"))}
    folders = {f"HELM_{kind}_HOME": str(root / "helm" / kind.lower()) for kind in ("CACHE", "CONFIG", "DATA")}
    return inherited | folders


def shown(what: str, path: Path, home: Home) -> str:
    """What helm says of a chart on disk: its `values` or its `chart` (Chart.yaml), as YAML."""
    command = [tools.ensure(["helm"]) / "helm", "show", what, path]
    done = subprocess.run(command, capture_output=True, text=True, env=environment(home.root))  # noqa: S603 a list of our own
    if done.returncode:
        raise ProviderError(f"chart {path} is broken: {done.stderr.strip().removeprefix('Error: ')}")
    return done.stdout
