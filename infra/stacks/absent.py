"""What the vendor's provider says of something that is not there: it has no other way to tell than words."""

from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")
MISSING = ("empty result", "couldn't find resource", "ResourceNotFoundException")


def is_missing(error: Exception) -> bool:
    """Whether a question failed because there is nothing to tell of."""
    return any(words in str(error) for words in MISSING)


def if_there(ask: Callable[[], T]) -> T | None:
    """The answer, or None where there is nothing to tell of; every other failure stops the run."""
    try:
        return ask()
    except Exception as error:
        if is_missing(error):
            return None
        raise
