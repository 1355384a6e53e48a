"""What is done about a release that a killed helm left behind, with a helm that only answers."""

import json
from pathlib import Path
from typing import Any, cast

import pytest

from sandbox.cluster.control_plane import ControlPlane
from sandbox.home import Home
from sandbox.providers.kubernetes.helm import Helm, HelmError

FIELDS = ("name", "namespace", "chart", "version", "appVersion", "revision")


class Answering(Helm):
    """Knows one release by its status; an uninstall removes it, a rollback deploys it."""

    def __init__(self, folder: Path, status: str) -> None:
        super().__init__(ControlPlane(Home(folder), "000000000101.us-east-1.test"), "releases")
        self.status, self.done = status, cast("list[str]", [])

    def _run(self, *words: Any, piped: str = "") -> str:
        if words[0] == "get":
            if not self.status:
                raise HelmError("release: not found")
            return json.dumps(dict.fromkeys(FIELDS, "-") | {"status": self.status})
        self.done.append(" ".join(map(str, words)))
        self.status = "" if words[0] == "uninstall" else "deployed"
        return ""


@pytest.mark.parametrize("status", ["pending-install", "uninstalling"])
def test_what_was_being_installed_or_removed_goes_before_it_is_installed_anew(tmp_path, status):
    helm = Answering(tmp_path, status)
    assert helm.unlocked("demo") is None
    assert helm.done == ["uninstall demo --wait --timeout=60s"]


def test_what_was_being_upgraded_goes_back_to_the_last_that_stood(tmp_path):
    helm = Answering(tmp_path, "pending-upgrade")
    found = helm.unlocked("demo")
    assert found is not None
    assert found["status"] == "deployed"
    assert helm.done == ["rollback demo"]


@pytest.mark.parametrize("status", ["deployed", "failed"])
def test_a_release_that_nothing_is_done_to_is_left_alone(tmp_path, status):
    helm = Answering(tmp_path, status)
    assert helm.unlocked("demo") is not None
    assert helm.done == []
