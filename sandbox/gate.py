"""The policy pack and the gate for destructive changes, around the engine's previews and deployments."""

import json
import shlex
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

from assurance.changes.findings import findings
from assurance.changes.stateful import STATEFUL
from assurance.changes.steps import read
from assurance.changes.verdict import judge, told
from infra.config.policies import Approval
from sandbox.engine.environment import executable
from sandbox.engine.stack import EngineError, Stack
from sandbox.home import PROJECT

PACK = ("--policy-pack", str(PROJECT / "policies"))


class Order(Protocol):
    """What a stack file says of changes that may destroy data."""

    @property
    def production(self) -> bool: ...

    @property
    def approvals(self) -> Sequence[Approval]: ...


class GateError(RuntimeError):
    """A change that may destroy data and must not happen yet; says which, and what to do if it is meant."""


def preview(stack: Stack, order: Order, *flags: str) -> None:
    """Show what would change and which rules it breaks; GateError if it may destroy data and nobody answers for it."""
    log, failed = _log(stack), None
    try:
        stack.preview("--event-log", str(log), *PACK, *flags)
    except EngineError as error:  # what is protected fails a preview, and the gate tells more about it
        failed = error
        if "--json" in flags:  # which says that rules are broken, and not which
            print(*_violations(log), sep="\n", flush=True)
    _judge(stack, order, log)
    if failed:
        raise failed


def up(stack: Stack, order: Order, alone: bool = False) -> None:
    """Deploy; where there is data to lose, only after a preview of the same that the gate lets pass.

    What was changed behind the program's back is put right too, unless what stands is not to be read.
    """
    if not _holds_data(stack, order):
        stack.up(*(() if alone else ("--refresh",)), *PACK)
        return
    if not alone:
        stack.refresh()
    log, failed = _log(stack), None
    try:
        stack.run("preview", "--event-log", str(log), *PACK, *stack.common(), quiet=True)
    except EngineError as error:
        failed = error
    _judge(stack, order, log)
    if failed:
        raise failed
    stack.up(*PACK)


def _holds_data(stack: Stack, order: Order) -> bool:
    held = (each for each in stack.resources() if each["type"] in STATEFUL)
    return any(order.production or each.get("protect") or each.get("retainOnDelete") for each in held)


def _judge(stack: Stack, order: Order, log: Path) -> None:
    steps = read(log) if log.exists() else []
    found = findings(steps, order.production)
    verdict = judge(stack.name, found, order.approvals, datetime.now(UTC).date())
    text = told(verdict, lambda words: _command(stack, words))
    if verdict.stops:
        raise GateError(text)
    if text:
        print(f"==> {text}", flush=True)


def _command(stack: Stack, words: Sequence[str]) -> str:
    """A command of the engine as a person types it for the laptop cloud's own state."""
    names = ("PULUMI_HOME", "PULUMI_BACKEND_URL")
    shown = [f"{name}={shlex.quote(stack.env[name])}" for name in names]
    shown.append(f"PULUMI_CONFIG_PASSPHRASE_FILE={shlex.quote(str(stack.home.engine / 'passphrase'))}")
    return " ".join([*shown, shlex.join([executable("pulumi"), "-C", str(stack.project), *words[1:]])])


def _log(stack: Stack) -> Path:
    path = stack.home.engine / f"{stack.name}.events"
    path.unlink(missing_ok=True)
    return path


def _violations(log: Path) -> Iterator[str]:
    for line in log.read_text().splitlines() if log.exists() else ():
        if event := json.loads(line).get("policyEvent"):
            yield f"[{event['enforcementLevel']}] {event['policyName']}: {event['message'].strip()}"
