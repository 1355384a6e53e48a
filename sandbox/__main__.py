"""`python -m sandbox COMMAND [STACK]`: what the Makefile calls."""

import argparse
import sys

from sandbox import home


def main() -> None:
    """Run one command; an error the user can act on is one paragraph and exit status 1."""
    parser = argparse.ArgumentParser(prog="python -m sandbox", description="The laptop cloud.")
    parser.add_argument("command", choices=["up", "down", "preview", "drift", "push", "state", "status", "reset"])
    parser.add_argument("stack", nargs="?", default="dev")
    parser.add_argument("--alone", action="store_true", help="no other stack, and nothing that stands is read")
    words = parser.parse_args()
    if words.alone and words.command not in ("up", "preview"):
        parser.error("--alone is for `up` and `preview`")

    from assurance.promotion.gate import PromotionError
    from infra.config import ConfigurationError
    from sandbox import commands
    from sandbox.cluster.api import ApiError
    from sandbox.cluster.snapshot import SnapshotError
    from sandbox.engine.recovery import BusyError
    from sandbox.engine.stack import EngineError
    from sandbox.gate import GateError
    from sandbox.processes import NotReadyError
    from sandbox.receiver import AnswersError
    from sandbox.tools import ToolError

    place = home.current()
    try:
        if words.command == "status":
            commands.status(place, words.stack)
        elif words.command == "reset":
            with commands.held(place, "make reset"):
                commands.reset(place)
        else:
            with commands.held(place, f"make {words.command} STACK={words.stack}"):
                command = "make_state" if words.command == "state" else words.command
                getattr(commands, command)(place, words.stack, **({"alone": True} if words.alone else {}))
    except (
        AnswersError,
        commands.LaptopError,
        BusyError,
        ConfigurationError,
        EngineError,
        GateError,
        NotReadyError,
        PromotionError,
        ToolError,
    ) as error:
        sys.exit(f"\n{error}")
    except (ApiError, SnapshotError) as error:
        sys.exit(f"\n{error}; the logs are in {place.root}/logs, and the next command goes on from here")
    except KeyboardInterrupt:
        sys.exit("\ninterrupted; the next command goes on from here")


if __name__ == "__main__":
    main()
