"""The base of every section of a stack file."""

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime
from typing import Self

from pydantic import BaseModel, ConfigDict, ValidationInfo, model_validator

from infra.config.errors import GuardError, Path, Problem


class Section(BaseModel):
    """A misspelt key must stop the preview, not be ignored; what was read is never changed."""

    # What is said below a setting is read for the schema only (schema.py): to parse the sources takes 0.07 s an import.
    model_config = ConfigDict(extra="forbid", frozen=True)

    def problems(self, today: date) -> Iterator[Problem]:
        """What this section's own guards find; each section looks only at what lies within it."""
        yield from ()

    @model_validator(mode="after")
    def _guarded(self, info: ValidationInfo) -> Self:
        today = (info.context or {}).get("today") or datetime.now(UTC).date()
        if found := tuple(self.problems(today)):
            raise GuardError(found)
        return self


def repeated(at: Path, values: Iterable[str]) -> Iterator[Problem]:
    """A problem if a list names anything more than once."""
    if twice := [value for value, count in Counter(values).items() if count > 1]:
        yield Problem(at, f"names {', '.join(twice)} more than once; give each once")
