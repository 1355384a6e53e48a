"""The real helm against one control plane; values reach it by a private file, never by its command line."""

import json
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sandbox import tools
from sandbox.cluster.control_plane import ControlPlane
from sandbox.providers.kubernetes import charts

SWITCHES = {
    "atomic": "--atomic",
    "cleanupOnFail": "--cleanup-on-fail",
    "createNamespace": "--create-namespace",
    "dependencyUpdate": "--dependency-update",
    "disableOpenapiValidation": "--disable-openapi-validation",
    "disableWebhooks": "--no-hooks",
    "forceUpdate": "--force",
    "renderSubchartNotes": "--render-subchart-notes",
    "resetValues": "--reset-values",
    "reuseValues": "--reuse-values",
    "skipCrds": "--skip-crds",
    "takeOwnership": "--take-ownership",
    "waitForJobs": "--wait-for-jobs",
}
OPTIONS = {"description": "--description", "maxHistory": "--history-max"}


class HelmError(Exception):
    """What helm said when it failed."""


class Helm:
    """Releases of one namespace."""

    def __init__(self, plane: ControlPlane, namespace: str) -> None:
        self.plane, self.namespace = plane, namespace

    def released(self, name: str) -> dict[str, Any] | None:
        """chart, version, appVersion, revision and status of a release; None where there is none."""
        try:
            found = json.loads(self._run("get", "metadata", name, "--output=json"))
        except HelmError as error:
            if "not found" in str(error):
                return None
            raise
        return {
            key: found[key] for key in ("name", "namespace", "chart", "version", "appVersion", "revision", "status")
        }

    def values(self, name: str) -> dict[str, Any]:
        """What the release was installed with, beyond the chart's defaults."""
        return json.loads(self._run("get", "values", name, "--output=json")) or {}

    def unlocked(self, name: str) -> dict[str, Any] | None:
        """The release, freed of an operation that died in the middle: helm refuses every other until then."""
        found = self.released(name)
        if found is None or not found["status"].startswith("pending-"):
            return found
        if found["status"] == "pending-install":
            self.uninstall(name, 60)
        else:
            self._run("rollback", name)
        return self.released(name)

    def upgrade(self, name: str, chart: Path, inputs: Mapping[str, Any], values: Mapping[str, Any]) -> list[str]:
        """Install or upgrade as the release's inputs say; returns what the post-renderer left out."""
        words = [flag for key, flag in SWITCHES.items() if inputs.get(key)]
        words += [f"{flag}={inputs[key]}" for key, flag in OPTIONS.items() if inputs.get(key)]
        words += [] if inputs.get("skipAwait") else ["--wait"]
        with tempfile.TemporaryDirectory(dir=self.plane.folder) as private:
            content, report = Path(private) / "values.json", Path(private) / "left-out"
            content.write_text(json.dumps(values))
            report.touch()
            filter_ = ["-m", "sandbox.providers.kubernetes.postrender", report]
            words += [f"--values={content}", f"--timeout={inputs['timeout']}s", f"--post-renderer={sys.executable}"]
            words += [f"--post-renderer-args={word}" for word in filter_]
            self._run("upgrade", "--install", name, chart, *words)
            return report.read_text().splitlines()

    def uninstall(self, name: str, seconds: int) -> None:
        """Remove the release and wait until its objects are gone."""
        self._run("uninstall", name, "--wait", f"--timeout={seconds}s")

    def _run(self, *words: str | Path) -> str:
        command = [tools.ensure(["helm"]) / "helm", *words, "--namespace", self.namespace]
        variables = charts.environment(self.plane.home.root) | {"KUBECONFIG": str(self.plane.kubeconfig)}
        done = subprocess.run(command, capture_output=True, text=True, env=variables)  # noqa: S603 a list of our own
        if done.returncode:
            said = [line for line in done.stderr.splitlines() if line.strip() and not line.startswith("WARNING")]
            raise HelmError(" ".join(said).removeprefix("Error: "))
        return done.stdout
