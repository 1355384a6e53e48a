"""Where a program begins."""

import subprocess
import sys

import pytest

from infra import stacks
from tests import records


def test_the_entry_point_is_a_sentence():
    text = (records.PROJECT / "infra" / "__main__.py").read_text().splitlines()
    assert text[-1] == "stacks.deploy(config.load())"
    assert len(text) <= 10


def test_a_program_begins_without_the_modules_of_its_kind():
    """They are imported while the engine starts the first provider."""
    check = "import sys, infra.stacks; assert not any(name.startswith('components.aws.eks') for name in sys.modules)"
    subprocess.run([sys.executable, "-c", check], cwd=records.PROJECT, check=True)  # noqa: S603 a fixed list of words


@pytest.mark.parametrize("stack", ["dev", "global"])
def test_the_engine_has_the_first_provider_before_anything_else_is_declared(build, monkeypatch, stack):
    seen = []

    def noting(what, call):
        def noted(*about):
            seen.append(what)
            return call(*about)

        return noted

    monkeypatch.setattr(stacks, "aws_provider", noting("the provider", stacks.aws_provider))
    monkeypatch.setattr(stacks, "import_module", noting("what is declared", stacks.import_module))
    build(lambda: stacks.deploy(records.order(stack)))
    assert seen == ["the provider", "what is declared"]
