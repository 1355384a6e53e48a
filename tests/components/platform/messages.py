"""How tests match whole messages."""

import re


def exactly(message: str) -> str:
    """A pattern that only this very message matches."""
    return rf"\A{re.escape(message)}\Z"
