"""`python -m tests.catalogue`: bring what the documents list in step with the tests and the laptop cloud."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

PROJECT = Path(__file__).parents[1]
CATALOGUE = PROJECT / "docs" / "requirements.md"
README = PROJECT / "README.md"

TESTED, NOT_YET = "tested", "not yet"
_ROW = re.compile(r"^\| ([A-Z]+-\d+) \| ([^|]+) \| (tested|not yet) \|$", re.MULTILINE)
_GAPS = re.compile(r"(?<=<!-- gaps -->\n).*?(?=<!-- end of gaps -->)", re.DOTALL)
_GAP = re.compile(r"^- \*\*(.+?)\*\*: (.+?)(?=\n- |\Z)", re.MULTILINE | re.DOTALL)


def statuses() -> dict[str, str]:
    """ID -> what the catalogue says of its proof."""
    return {id_: status for id_, _, status in _ROW.findall(CATALOGUE.read_text())}


def marked(tests: Path = PROJECT / "tests") -> dict[str, set[str]]:
    """ID -> the test files that carry it, read from their source: nothing is imported."""
    found: dict[str, set[str]] = {}
    for path in sorted(tests.rglob("*.py")):
        for id_ in _ids(ast.parse(path.read_text())):
            found.setdefault(id_, set()).add(path.relative_to(tests).as_posix())
    return found


def _ids(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Attribute(value=ast.Attribute(attr="mark"), attr="req"), args=words):
                yield from (str(word.value) for word in words if isinstance(word, ast.Constant))


def listed_gaps(text: str) -> dict[str, str]:
    """What the README says that the laptop cloud cannot tell: name -> how far it goes."""
    section = _GAPS.search(text)
    return {name: " ".join(said.split()) for name, said in _GAP.findall(section.group().strip())} if section else {}


def with_gaps(text: str, gaps: dict[str, str]) -> str:
    """The README with this list of gaps."""
    lines = "".join(f"- **{name}**: {said}\n" for name, said in sorted(gaps.items()))
    return _GAPS.sub(lambda _: lines, text)


def with_proofs(text: str, proven: set[str]) -> str:
    """The catalogue with the status of every row as the tests have it."""

    def row(found: re.Match[str]) -> str:
        return f"| {found[1]} | {found[2]} | {TESTED if found[1] in proven else NOT_YET} |"

    return _ROW.sub(row, text)


def main() -> None:
    """Rewrite the status column of the catalogue and the README's list of gaps."""
    from sandbox.cloud.extensions import GAPS

    CATALOGUE.write_text(with_proofs(CATALOGUE.read_text(), set(marked())))
    README.write_text(with_gaps(README.read_text(), GAPS))
    told = statuses()
    print(f"{sum(status == TESTED for status in told.values())} of {len(told)} requirements have a marked test")


if __name__ == "__main__":
    main()
