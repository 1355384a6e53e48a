"""`python -m sandbox.drill`: what `make drill` calls."""

import argparse
import os
import shutil
import sys
import tempfile
from pathlib import Path

from sandbox import commands
from sandbox.cluster.api import ApiError
from sandbox.drill import report
from sandbox.drill.cloud import small
from sandbox.drill.estate import STANDBY, estate
from sandbox.drill.ground import DrillError
from sandbox.drill.postgres import PostgresError
from sandbox.drill.result import Result
from sandbox.drill.run import Scenario, drill
from sandbox.drill.world import LATENCY
from sandbox.engine.stack import EngineError
from sandbox.home import current
from services.failover.kubernetes import KubernetesError


def main() -> None:
    """Rehearse once; exit status 1 if something did not hold, with the logs left where the message says."""
    words = _parser().parse_args()
    os.environ["LAPTOP_HOME"] = str(current().root)  # by which `make reset` knows what a killed drill left
    folder = Path(tempfile.mkdtemp(prefix="drill-"))
    try:
        result = _rehearse(words, folder)
    except (ApiError, DrillError, EngineError, KubernetesError, PostgresError, commands.LaptopError) as error:
        sys.exit(f"\n{error}")
    except KeyboardInterrupt:
        shutil.rmtree(folder)
        sys.exit("\ninterrupted; nothing of the drill is left")
    print("", *report.lines(result), sep="\n")
    words.page.parent.mkdir(parents=True, exist_ok=True)
    words.page.write_text(report.page(result))
    _say(f"the drill {'passed' if result.passed else 'FAILED'}; the page is {words.page}")
    if not result.passed:
        sys.exit(f"the logs are in {folder}")
    shutil.rmtree(folder)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m sandbox.drill", description="Lose a region, and measure.")
    parser.add_argument("--small", action="store_true", help="in a world of its own, without the stacks")
    parser.add_argument("--delay", type=int, default=5, help="seconds of failure before the controller acts")
    parser.add_argument("--kill-controller", action="store_true", help="kill one of the two controllers midway")
    parser.add_argument("--flaps", type=int, default=0, help="how often the primary is cut off for less than the delay")
    parser.add_argument("--lag", type=float, default=LATENCY, help="seconds by which the replica is behind")
    parser.add_argument("--page", type=Path, default=current().root / "drill.html", help="where the page goes")
    return parser


def _rehearse(words: argparse.Namespace, folder: Path) -> Result:
    scenario, home = Scenario(words.lag, words.kill_controller, words.flaps), current()
    if words.small:
        with small(words.delay) as ground:
            return drill(folder, ground, _say, scenario)
    with commands.held(home, "make drill"):
        commands.ensure(home, STANDBY)
        return drill(folder, estate(home, words.delay, folder), _say, scenario)


def _say(text: str) -> None:
    print(f"==> {text}", flush=True)


if __name__ == "__main__":
    main()
