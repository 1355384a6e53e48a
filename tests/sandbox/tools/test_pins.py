"""The pins agree with the modules that they name."""

import re

import pytest

from sandbox.tools import pins


@pytest.mark.parametrize("tool", pins.TOOLS, ids=lambda tool: tool.label)
def test_every_tool_is_built_from_a_package_that_its_go_mod_names(tool: pins.Tool) -> None:
    go_mod = (pins.PINS / tool.folder / "go.mod").read_text()
    assert re.search(rf"^(tool )?\s*{re.escape(tool.package)}$", go_mod, re.MULTILINE)
    assert re.fullmatch(r"\d+\.\d+\.\d+", tool.version)
    assert f"v{tool.version} h1:" in (pins.PINS / tool.folder / "go.sum").read_text()


def test_the_staging_modules_of_kubernetes_are_those_published_beside_its_release() -> None:
    go_mod = (pins.PINS / "kubernetes" / "go.mod").read_text()
    release = re.search(r"k8s.io/kubernetes v1\.(\S+)", go_mod)
    assert release
    assert set(re.findall(r"=> k8s.io/\S+ v0\.(\S+)", go_mod)) == {release[1]}


def test_both_modules_of_the_engine_have_one_version() -> None:
    go_mod = (pins.PINS / "pulumi" / "go.mod").read_text()
    assert len(set(re.findall(r"github.com/pulumi/pulumi/(?:pkg|sdk)/v3 (v\S+)", go_mod))) == 1
