"""The documents say what is: commands, links, examples, variables and lists are held against the code."""

import ast
import re
from collections.abc import Iterator
from datetime import date
from importlib.util import find_spec
from ipaddress import IPv4Network
from pathlib import Path

import pytest

from infra.config import RegionStack, check
from sandbox.cloud.extensions import GAPS
from tests.catalogue import PROJECT, README, listed_gaps

DOCUMENTS = [README, PROJECT / "CONTRIBUTING.md", *sorted((PROJECT / "docs").rglob("*.md"))]
DECISIONS = sorted((PROJECT / "docs/adr").glob("[0-9]*.md"))
REPAIR = "run `python -m tests.catalogue`"


def name(path: Path) -> str:
    return path.relative_to(PROJECT).as_posix()


def commands() -> set[str]:
    """What `make` knows and shows."""
    return set(re.findall(r"^([a-z]+):.*## ", (PROJECT / "Makefile").read_text(), re.MULTILINE))


def anchors(path: Path) -> set[str]:
    """The anchors that a Git host gives to a document's headings."""
    headings = re.findall(r"^#+ (.*)$", path.read_text(), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("path", DOCUMENTS, ids=name)
def test_every_link_within_the_project_leads_somewhere(path: Path):
    for target in re.findall(r"\]\(([^)\s]+)\)", path.read_text()):
        if target.startswith("https://"):
            continue
        file, _, anchor = target.partition("#")
        found = (path.parent / file).resolve() if file else path
        assert found.exists(), f"{name(path)} links to {target}"
        assert not anchor or anchor in anchors(found), f"{name(path)} links to {target}"


@pytest.mark.parametrize("path", DOCUMENTS, ids=name)
def test_every_command_that_a_document_names_exists(path: Path):
    text = path.read_text()
    code = [*re.findall(r"```sh\n(.*?)```", text, re.DOTALL), *re.findall(r"`([^`\n]+)`", text)]
    for command in code:
        assert set(re.findall(r"\bmake ([a-z]+)\b", command)) <= commands()
        for module in re.findall(r"python -m ([\w.]+)", command):
            assert find_spec(module), f"{name(path)} names the module {module}"


def test_the_readme_lists_every_command_once():
    listed = re.findall(r"^\| `make ([a-z]+)` \|", README.read_text(), re.MULTILINE)

    assert sorted(listed) == sorted(commands())


def test_the_readme_names_rooms_that_exist():
    rooms = re.findall(r"^\| `([\w/]+)/` \|", README.read_text(), re.MULTILINE)

    assert rooms
    assert [room for room in rooms if not (PROJECT / room).is_dir()] == []


def test_the_readmes_stack_file_stands_and_becomes_what_the_readme_says(tmp_path: Path):
    (example,) = re.findall(r"<!-- example -->\n```yaml\n(.*?)```", README.read_text(), re.DOTALL)
    path = tmp_path / "Pulumi.production.yaml"
    path.write_text(example)

    stack = check(path, today=date(2026, 6, 1))

    assert isinstance(stack, RegionStack)
    assert stack.network.cidr == IPv4Network("10.32.0.0/16")
    assert (stack.production, stack.network.nat, stack.network.pod_egress) == (True, "per_zone", "vpc_endpoints")
    assert (stack.cluster.endpoint.public, stack.cluster.way_in) == (False, "session_manager")
    assert (stack.network.flow_log_retention_days, stack.gitops.sync_mode) == (365, "manual")


def test_the_readme_lists_what_the_laptop_cloud_cannot_tell():
    assert listed_gaps(README.read_text()) == GAPS, REPAIR


def test_the_index_of_decisions_lists_each_by_its_title():
    index = (PROJECT / "docs/adr/README.md").read_text()
    listed = re.findall(r"^\| (\d+) \| \[(.+)\]\((.+)\) \|$", index, re.MULTILINE)

    titles = [(page.read_text().splitlines()[0], page.name) for page in DECISIONS]
    assert [(f"# {number}. {title}", file) for number, title, file in listed] == titles


@pytest.mark.parametrize("path", DECISIONS, ids=name)
def test_a_decision_is_one_page_of_context_decision_and_consequences(path: Path):
    text = path.read_text()

    assert re.findall(r"^## (.*)$", text, re.MULTILINE) == ["Context", "Decision", "Consequences"]
    assert len(text.splitlines()) <= 60


def test_every_variable_that_the_code_reads_is_documented():
    documented = set(re.findall(r"`([A-Z][A-Z_]+)`", (PROJECT / "docs/environment.md").read_text()))
    sources = [path for room in ("infra", "components", "sandbox") for path in (PROJECT / room).rglob("*.py")]

    read = {variable for path in sources for variable in variables(ast.parse(path.read_text()))}

    assert "CHARTS_DIR" in read
    assert sorted(read - documented) == []


def variables(tree: ast.Module) -> Iterator[str]:
    """The names that a module looks up in `os.environ`."""
    for node in ast.walk(tree):
        match node:
            case (
                ast.Subscript(value=ast.Attribute(attr="environ"), slice=ast.Constant(value=str(read)))
                | ast.Call(
                    func=ast.Attribute(value=ast.Attribute(attr="environ"), attr="get"),
                    args=[ast.Constant(value=str(read)), *_],
                )
            ):
                yield read
