"""The documents that people need on a bad day: there, found from the README, and about things that exist."""

import ast
import re
from pathlib import Path

import pytest

from components.platform import mesh_policies
from components.platform.istio import IstioArgs, mesh_manifests
from infra.stacks import state
from tests.catalogue import PROJECT, README

pytestmark = pytest.mark.req("PLT-08")

SUBJECTS = {
    "service mesh": ("docs/mesh.md", "What holds everywhere", "When a request does not get through"),
    "security": ("docs/security.md", "Security, layer by layer", "Reporting"),
    "chaos and recovery": ("docs/recovery.md", "What is promised", "Rehearsals"),
    "environment variables": ("docs/environment.md", "For you to set", "Set by a pipeline that deploys"),
    "common failures": ("docs/runbooks/common-failures.md", "A deployment", "The cluster", "An application"),
    "incidents": ("docs/runbooks/incident.md", "Who", "How bad", "The course", "What must not happen"),
    "onboarding": ("docs/onboarding.md", "The first hour", "The first change", "What to ask for"),
    "handoff": ("docs/handoff.md", "The state of things", "What is in nobody's repository"),
}
PAGES = [PROJECT / file for file, *_ in SUBJECTS.values()]


@pytest.mark.parametrize("subject", SUBJECTS)
def test_a_subject_has_a_page_with_its_chapters_and_the_readme_leads_there(subject: str) -> None:
    file, *chapters = SUBJECTS[subject]
    headings = re.findall(r"^#+ (.*)$", (PROJECT / file).read_text(), re.MULTILINE)
    assert [chapter for chapter in chapters if chapter not in headings] == []
    assert f"]({file})" in README.read_text()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_a_page_speaks_of_files_that_exist(page: Path) -> None:
    named = re.findall(r"`((?:[\w.-]+/)+(?:[\w.-]+\.(?:py|yaml|md|yml|lock))?)`", page.read_text())
    assert [path for path in named if not (PROJECT / path).exists() and not path.startswith(".laptop/")] == []


def test_the_page_of_the_mesh_says_what_the_mesh_does() -> None:
    text = (PROJECT / "docs/mesh.md").read_text()
    retries = mesh_policies.mesh_config(None)["defaultHttpRetryPolicy"]["retryOn"].split(",")
    assert [each for each in retries if f"`{each}`" not in text] == []
    kinds = {manifest["kind"] for manifest in mesh_manifests(IstioArgs())}
    assert kinds == {"PeerAuthentication", "AuthorizationPolicy"}
    assert {"Mutual TLS, strict, 1.3", "Deny by default"} <= set(re.findall(r"\*\*(.+?)\.\*\*", text))


def test_the_runbook_knows_for_how_long_an_earlier_state_is_kept() -> None:
    assert (
        f"every earlier version for {state.OLD_VERSIONS_DAYS} days"
        in (PROJECT / "docs/runbooks/common-failures.md").read_text()
    )


def test_the_program_itself_reads_no_variable_of_its_environment() -> None:
    sources = [path for room in ("infra", "components", "bootstrap") for path in (PROJECT / room).rglob("*.py")]
    assert sources
    reading = [
        path.name
        for path in sources
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Attribute) and node.attr in ("environ", "getenv")
    ]
    assert reading == []
