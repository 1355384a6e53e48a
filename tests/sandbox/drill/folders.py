"""Folders for drills with real databases."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def folder() -> Iterator[Path]:
    """Not pytest's, which are closed to the databases' account. What a drill that fails has written stays there."""
    made = Path(tempfile.mkdtemp(prefix="drill-"))
    yield made
    shutil.rmtree(made)
