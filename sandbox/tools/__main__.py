"""`python -m sandbox.tools`: have every tool, and list them."""

import sys

from sandbox.tools import ToolError, find
from sandbox.tools.pins import say


def main() -> None:
    """Print every executable, its version and where it is from; what is missing is built first."""
    try:
        found = find()
    except ToolError as error:
        sys.exit(str(error))
    width = max(len(each.name) for each in found)
    for each in found:
        say(f"{each.name:{width}}  {each.version:9}  {each.origin:5}  {each.path}")


if __name__ == "__main__":
    main()
