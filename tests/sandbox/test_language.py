"""How the language host runs a program."""

import traceback

import pytest

from sandbox.engine import language
from sandbox.engine.language import on_a_bare_stack


def test_below_a_program_there_is_nothing_of_the_server_that_was_asked_to_run_it() -> None:
    stack = on_a_bare_stack(traceback.extract_stack)
    assert [frame.filename for frame in stack] == [language.__file__]


def test_what_ends_a_program_reaches_the_caller() -> None:
    def leave() -> None:
        raise SystemExit(3)

    with pytest.raises(SystemExit, match="3"):
        on_a_bare_stack(leave)
