"""What is wrong with a stack file, said in one readable piece and without giving secrets away."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import pulumi

KEY = "platform:stack"
Path = tuple[str | int, ...]

# Longer runs of letters and digits may be a key or a token: not refused, for some roles are named so, but not shown.
_OPAQUE = re.compile(r"(?=.*[A-Za-z])(?=.*\d)[\w+/=]{24,}", re.ASCII)
_SHOWABLE = re.compile(r"[\w./:*@+-]{1,80}", re.ASCII)
_SECRET = re.compile(
    r"hooks\.slack\.com/services|://[^/]*:[^/]*@|\b(?:AKIA|ASIA)[0-9A-Z]{16}\b|\bgh[pousr]_\w{20}|\bxox[abp]-|-----BEGIN"
)


@dataclass(frozen=True)
class Problem:
    """One setting that cannot stand: its keys, counted from the section that found it, and `rule; remedy`.

    `quoted` is false where the value may be anything, a secret included.
    """

    at: Path
    rule: str
    quoted: bool = True

    def under(self, prefix: Path) -> "Problem":
        """The same problem, seen from a section further out."""
        return replace(self, at=(*prefix, *self.at))


class GuardError(ValueError):
    """What the guards of one section found, raised through pydantic."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("; ".join(problem.rule for problem in self.problems))


class ConfigurationError(pulumi.RunError):
    """A stack file that cannot be deployed; the message lists every problem as `setting = value: rule; remedy`."""

    def __init__(self, source: str, problems: Sequence[Problem], data: object = None) -> None:
        self.problems = tuple(dict.fromkeys(problems))
        count = "1 setting" if len(self.problems) == 1 else f"{len(self.problems)} settings"
        lines = "".join(f"\n  {line(problem, data)}" for problem in self.problems)
        super().__init__(f"{source}: {count} cannot stand{lines}")


def is_secret(text: str) -> bool:
    """Whether a text looks like a credential: a webhook, a token, a key, a password within a URL."""
    return bool(_SECRET.search(text))


def line(problem: Problem, data: object) -> str:
    """`platform:stack.network.cidr = 10.0.0.0/33: rule; remedy`; a value that may be a secret is left out."""
    value = shown(_dig(data, problem.at)) if problem.quoted else None
    return f"{dotted(problem.at)}{f' = {value}' if value else ''}: {problem.rule}"


def dotted(at: Path) -> str:
    """A path as a person would write it: keys after dots, positions of a list in brackets."""
    return KEY + "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in at)


def shown(value: object) -> str | None:
    """A plain value as it stands in the file, None for what is absent, structured or may be a secret."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        return str(value)
    if isinstance(value, str) and _SHOWABLE.fullmatch(value) and not (_OPAQUE.fullmatch(value) or is_secret(value)):
        return value
    return None


def _dig(data: object, at: Path) -> object:
    for part in at:
        if isinstance(data, Mapping):
            data = data.get(part)
        elif isinstance(data, Sequence) and not isinstance(data, str) and isinstance(part, int):
            data = data[part] if part < len(data) else None
        else:
            return None
    return data
