"""`python -m services.failover COMMAND`: the controller itself, and what a person says to it."""

import argparse
import json
import logging
import signal
import sys
import time
from functools import partial
from pathlib import Path
from threading import Event

from services.failover import machine, spec
from services.failover.build import build
from services.failover.controller import Controller
from services.failover.crd import definition
from services.failover.guard import Guard
from services.failover.kubernetes import ACCOUNT, SERVER, KubernetesError, in_cluster, resource
from services.failover.machine import PLANS
from services.failover.store import StaleError

STEP_PAUSE = 1.0
"""Seconds between two looks at a step that goes on."""
GUARD_PAUSE = 5.0
"""Seconds between two looks at the fence."""


def main() -> None:
    """Run one command; what a person can put right is one sentence and exit status 1."""
    words = _parser().parse_args()
    logging.basicConfig(format="%(asctime)s %(message)s", level=logging.INFO)
    if words.command == "crd":
        return print(json.dumps(definition(), indent=2))
    cluster = partial(in_cluster, words.server, words.account)
    try:
        failover = spec.Failover.model_validate(
            resource(cluster(), words.resource) if words.resource else json.loads(words.failover.read_text())
        )
        wiring = spec.Wiring.model_validate_json(words.wiring.read_text())
        spec.check(failover, wiring)
        kubernetes = cluster() if wiring.workloads else None
        controller = build(failover, wiring, kubernetes)
        if words.command == "guard":
            watch(Guard(failover, wiring, controller.store, kubernetes or cluster()))
        else:
            _do(controller, words)
    except (OSError, ValueError, KubernetesError, StaleError) as error:
        sys.exit(str(error))
    return None


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m services.failover", description="Regional failover.")
    parser.add_argument("--failover", type=Path, default=Path("/etc/failover/failover.json"), help="the resource, JSON")
    parser.add_argument("--resource", metavar="NAMESPACE/NAME", help="the resource in this cluster, in place of a file")
    parser.add_argument("--wiring", type=Path, default=Path("/etc/failover/wiring.json"), help="names of this region")
    parser.add_argument("--server", default=SERVER, help="the cluster's API, from outside of it")
    parser.add_argument("--account", type=Path, default=ACCOUNT, help="folder with `token` and `ca.crt`, from outside")
    commands = parser.add_subparsers(dest="command", required=True)
    for name, said in (
        ("run", "watch, and fail over when it is due"),
        ("guard", "in the primary region: stop its writers while it is fenced"),
        ("status", "state and journal"),
        ("crd", "the definition of the Failover kind, for kubectl apply"),
        ("dry-run", "what would be seen and done now"),
    ):
        commands.add_parser(name, help=said)
    for name, said in (
        ("force", "fail over although the guard blocks, or by hand"),
        ("release", "give up a blocked failover"),
        ("failback", "take the load back to the primary"),
    ):
        command = commands.add_parser(name, help=said)
        command.add_argument("--by", required=True, help="who decides")
        command.add_argument("--why", required=True, help="goes into the journal")
    return parser


def _do(controller: Controller, words: argparse.Namespace) -> None:
    match words.command:
        case "run":
            run(controller)
        case "status":
            state = controller.current()
            journal = [event.model_dump(mode="json") for event in controller.store.journal()]
            print(json.dumps({"state": state.model_dump(mode="json"), "journal": journal}, indent=2))
        case "dry-run":
            print(json.dumps(controller.dry_run(), indent=2, default=str))
        case "force" | "release" | "failback":
            move = getattr(machine, words.command)
            state = controller.ask(partial(move, by=words.by, why=words.why, now=time.time()))
            print(f"{state.phase}; `status` shows how it goes on")


def run(controller: Controller, stop: Event | None = None) -> None:
    """Tick until told to stop, then leave the lease to the next one."""
    stop = stop or _until_terminated()
    while not stop.is_set():
        started = time.monotonic()
        controller.tick()
        pause = STEP_PAUSE if controller.state.phase in PLANS else controller.spec.interval
        stop.wait(max(0.0, pause - (time.monotonic() - started)))
    controller.lease.free()


def watch(guard: Guard, stop: Event | None = None) -> None:
    """Look at the fence until told to stop; a bad day of the cluster is the next look's."""
    stop = stop or _until_terminated()
    while not stop.is_set():
        try:
            guard.tick()
        except (KubernetesError, OSError) as error:
            logging.error("the cluster does not answer: %s", error)
        stop.wait(GUARD_PAUSE)


def _until_terminated() -> Event:
    stop = Event()
    for sign in (signal.SIGTERM, signal.SIGINT):
        signal.signal(sign, lambda *_: stop.set())
    return stop


if __name__ == "__main__":
    main()
