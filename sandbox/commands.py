"""The commands behind `make`: bring a stack up on the laptop cloud, look at it, and take it down again."""

import fcntl
import shutil
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from assurance.promotion.gate import refuse_alone
from infra.config import StackConfig, check
from sandbox import gate, processes, promotion, report, state
from sandbox.cloud import aws
from sandbox.cluster import argocd, metrics, snapshot
from sandbox.cluster.control_plane import ControlPlane
from sandbox.engine.recovery import recover, stop_engines
from sandbox.engine.stack import Stack, checkpoints
from sandbox.home import PROJECT, Home

_LASTING = (
    "What production holds stays: on the laptop `make reset` throws the whole cloud away. A stack that is not "
    "called production can also set `production: false` in its file, and go after another `make up`"
)


class LaptopError(RuntimeError):
    """A command that cannot go on; says why and what to do."""


@contextmanager
def held(home: Home, what: str) -> Iterator[None]:
    """Hold the laptop cloud for one command, until the process ends, however it ends; a second one is refused."""
    home.root.mkdir(parents=True, exist_ok=True)
    with (home.root / "command").open("a+") as held:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            held.seek(0)
            raise LaptopError(f"`{held.read()}` is at work on this laptop cloud; wait for it, and try again") from None
        held.truncate(0)
        held.write(what)
        held.flush()
        yield


def up(home: Home, name: str, alone: bool = False) -> None:
    """Deploy the stack, and what it needs first; print what came up and how to look at it.

    `alone` is for the day on which the home region of its partition is lost: no other stack is touched or waited for,
    and nothing that stands is read.
    """
    started = time.monotonic()
    stacks = _read_stacks()
    order = [name] if alone else [*_needs(stacks, name), name]
    _refuse_lost(home, name)
    stood = _urns(home, name)
    for each in order:
        _deploy(home, stacks, each, alone)
    if _urns(home, name) != stood and not alone:
        for each in _awaiting(stacks, name):
            _deploy(home, stacks, each)
    snapshot.snapshot(home)
    report.write_kubeconfig(home)
    healthy = report.settle(home, name)
    report.show(home, name)
    _say(f"{name} is up, after {time.monotonic() - started:.0f} s")
    if not healthy:
        raise LaptopError(f"not everything in {name} became healthy; see above for what and why")
    for each in order:
        _complete(home, each, stacks[each])


def ensure(home: Home, name: str) -> None:
    """Deploy the stack unless it is deployed; then its clusters are awake."""
    if not _ready(home, _read_stacks(), name).resources():
        up(home, name)


def _deploy(home: Home, stacks: dict[str, StackConfig], name: str, alone: bool = False) -> None:
    """One stack through its gates."""
    stack = _ready(home, stacks, name, alone)
    _say(promotion.enter(home, name, stacks[name], alone))
    _say(f"deploying {name}")
    gate.up(stack, stacks[name], alone)


def _urns(home: Home, name: str) -> set[str]:
    return {resource["urn"] for resource in Stack(home, name).resources()}


def _complete(home: Home, name: str, stack: StackConfig) -> None:
    """Call a deployment complete, and say so to those who want to know."""
    healthy = "smoke" not in stack.promotion.tests or report.settle(home, name)
    outputs = Stack(home, name).outputs() if stack.promotion.publish else {}
    for line in promotion.complete(home, name, stack, healthy, outputs):
        _say(line)


def preview(home: Home, name: str, *flags: str, alone: bool = False) -> None:
    """Show what `up` would change; works before anything exists."""
    stacks = _read_stacks()
    gate.preview(_ready(home, stacks, name, alone), stacks[name], *flags)


def make_state(home: Home, name: str) -> None:
    """Make the place where the stack would keep its state in an account."""
    _ready(home, _read_stacks(), name)
    _say(state.make(home, name))


def drift(home: Home, name: str) -> None:
    """Name what was changed behind the program's back."""
    preview(home, name, "--refresh")


def down(home: Home, name: str) -> None:
    """Destroy the stack through the engine; the last one to go takes the local AWS with it."""
    stacks = _read_stacks()
    stack = _ready(home, stacks, name)
    if why := list(_against_destruction(home, stacks, stack)):
        raise LaptopError("\n".join(why))
    stack.destroy()
    report.write_kubeconfig(home)
    if not any(Stack(home, other).exists() for other in stacks):
        aws.stop(home)
        _say("no stack is left; the local AWS was stopped")


def _against_destruction(home: Home, stacks: dict[str, StackConfig], stack: Stack) -> Iterator[str]:
    """Who needs the stack, and what of it is protected."""
    name = stack.name
    if dependents := [other for other in stacks if name in _needs(stacks, other) and Stack(home, other).resources()]:
        yield f"{name} is needed by {', '.join(dependents)}; run `make down STACK={dependents[0]}` first"
    if protected := [f"  {r['type']} {r['urn'].rpartition('::')[2]}" for r in stack.resources() if r.get("protect")]:
        yield from (f"{name} is protected, nothing was destroyed. What stands in the way:", *protected, _LASTING)


def push(home: Home, name: str) -> None:
    """Commit a snapshot of the working tree for Argo CD, and wait until the applications of the stack follow."""
    _refuse_lost(home, name)
    commit = snapshot.snapshot(home)
    _say(f"snapshot {commit[:12]}")
    for cluster in report.clusters(home, name):
        argocd.refresh(cluster)
    if not report.settle(home, name):
        raise LaptopError(f"not every application of {name} followed the snapshot; `make status` names them")


def status(home: Home, name: str) -> None:
    """Say what runs, what is unhealthy, and what the laptop cloud cannot tell."""
    _refuse_lost(home, name)
    if aws.endpoint(home) is None:
        _say("the laptop cloud is not running; `make up` starts it")
    else:
        report.show(home, name)
    report.show_gaps()


def reset(home: Home) -> None:
    """Stop every process of the laptop cloud and remove all it kept."""
    from sandbox.drill.crew import stop_strays  # slow to import, and no other command needs it

    stop_engines(home.root)
    stop_strays(home.root)
    processes.stop(home, aws.SERVER, grace_seconds=3)  # first, for it may be starting others
    for child in processes.names(home):
        processes.stop(home, child, grace_seconds=3)
    shutil.rmtree(home.root, ignore_errors=True)
    if home.root.exists():
        raise LaptopError(f"{home.root} could not be removed whole; see what holds it, and run `make reset` again")
    _say("the laptop cloud is gone")


def _ready(home: Home, stacks: dict[str, StackConfig], name: str, alone: bool = False) -> Stack:
    """The stack, with the local AWS running, its leftovers cleared and its clusters awake."""
    if name not in stacks:
        raise LaptopError(f"there is no Pulumi.{name}.yaml; the stacks are {', '.join(stacks)}")
    _refuse_lost(home, name)
    if alone:
        refuse_alone(name, stacks[name])
        if not Stack(home, name).resources():
            raise LaptopError(f"{name} is not deployed, and does not come up alone; run `make up STACK={name}`")
    aws.start(home)
    if not alone:
        aws.hand_over(home, {each: (config.account, config.region) for each, config in stacks.items()})
    for folder in home.clusters.iterdir():
        plane = ControlPlane(home, folder.name)
        plane.start()
        for companion in (argocd, metrics):
            if companion.installed(plane):
                companion.start(plane)
    stack = Stack(home, name)
    stack.select()
    for line in recover(stack):
        _say(line)
    return stack


def _refuse_lost(home: Home, name: str) -> None:
    """State without the local AWS that it speaks of leads nowhere."""
    if aws.endpoint(home) is None and (lost := checkpoints(home)):
        raise LaptopError(
            f"the local AWS is gone (a reboot?) while {', '.join(lost)} has state; it keeps everything in memory. "
            f"Run `make reset`, then `make up STACK={name}`"
        )


def _read_stacks() -> dict[str, StackConfig]:
    """Every stack file of the project, checked alone and together, before anything is asked of any cloud."""
    files = sorted(PROJECT.glob("Pulumi.*.yaml"))
    return {path.name.removeprefix("Pulumi.").removesuffix(".yaml"): check(path) for path in files}


def _needs(stacks: dict[str, StackConfig], name: str) -> list[str]:
    """The stacks that must be up first: the partition's global one, and for a standby the primary that it follows."""
    if name not in stacks:
        raise LaptopError(f"there is no Pulumi.{name}.yaml; the stacks are {', '.join(stacks)}")
    mine = stacks[name]
    shared = [
        other
        for other, config in stacks.items()
        if config.kind == "global" and mine.kind != "global" and config.partition == mine.partition
    ]
    return [*shared, *_awaiting(stacks, name)]


def _awaiting(stacks: dict[str, StackConfig], name: str) -> list[str]:
    """The stacks that look for this one and do without it until it is there: the primary that it follows."""
    return [other for other, config in stacks.items() if _follows(stacks[name], config)]


def _follows(mine: StackConfig, other: StackConfig) -> bool:
    """Whether this is the standby of that one."""
    return mine.kind == "region" and mine.stands_by and mine.counterpart == other.place


def _say(text: str) -> None:
    print(f"==> {text}", flush=True, file=sys.stdout)
