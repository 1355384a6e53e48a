"""The real helm against one control plane; values reach it by a pipe, never by its command line or a file."""

import json
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from sandbox import tools
from sandbox.cluster.api import ApiError
from sandbox.cluster.control_plane import ControlPlane
from sandbox.providers.kubernetes import charts
from sandbox.providers.kubernetes.fields import secrets_in

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
        if found is None or not found["status"].startswith(("pending-", "uninstalling")):
            return found
        if found["status"] in ("pending-install", "uninstalling"):
            self.uninstall(name, 60)
        else:
            self._run("rollback", name)
        return self.released(name)

    def upgrade(self, name: str, chart: Path, inputs: Mapping[str, Any], values: Mapping[str, Any]) -> list[str]:
        """Install or upgrade as the release's inputs say; returns what the post-renderer left out."""
        words = [flag for key, flag in SWITCHES.items() if inputs.get(key)]
        words += [f"{flag}={inputs[key]}" for key, flag in OPTIONS.items() if inputs.get(key)]
        words += [] if inputs.get("skipAwait") else ["--wait"]
        with tempfile.NamedTemporaryFile(dir=self.plane.folder) as report:
            filter_ = ["-m", "sandbox.providers.kubernetes.postrender", report.name]
            words += ["--values=-", f"--timeout={inputs['timeout']}s", f"--post-renderer={sys.executable}"]
            words += [f"--post-renderer-args={word}" for word in filter_]
            self._run("upgrade", "--install", name, chart, *words, piped=json.dumps(values))
            return report.read().decode().splitlines()

    def uninstall(self, name: str, seconds: int) -> None:
        """Remove the release and wait until its objects are gone."""
        self._run("uninstall", name, "--wait", f"--timeout={seconds}s")

    def _run(self, *words: str | Path, piped: str = "") -> str:
        command = [tools.ensure(["helm"]) / "helm", *words, "--namespace", self.namespace]
        variables = charts.environment(self.plane.home.root) | {"KUBECONFIG": str(self.plane.kubeconfig)}
        done = subprocess.run(command, input=piped, capture_output=True, text=True, env=variables)  # noqa: S603 a list of our own
        if done.returncode:
            lines = self._redacted(done.stderr).splitlines()
            said = [line for line in lines if line.strip() and not line.startswith("WARNING")]
            raise HelmError(" ".join(said).removeprefix("Error: "))
        return done.stdout

    def _redacted(self, message: str) -> str:
        """A chart may look secrets up, and quote them when it fails; where nobody answers, it could not."""
        forms: set[str] = set()
        with suppress(ApiError):
            forms = {form for live in self.plane.api.list("v1", "Secret") for form in secrets_in(live)}
        for form in sorted((form for form in forms if len(form) > 7 and form in message), key=len, reverse=True):
            message = message.replace(form, "[secret]")
        return message
