"""`make state`: the bucket and the key that a stack keeps its state with, made on the laptop cloud as in an account."""

from pathlib import Path

from sandbox.engine.recovery import recover
from sandbox.engine.stack import Stack
from sandbox.gate import PACK
from sandbox.home import PROJECT, Home

BOOTSTRAP = PROJECT / "bootstrap"


class StateStack(Stack):
    """The stack of `bootstrap/` that has the same name, with a state file of its own."""

    def __init__(self, home: Home, name: str, project: Path = BOOTSTRAP) -> None:
        super().__init__(home, name, project)
        self.folder = home.engine / "bootstrap"
        self.folder.mkdir(exist_ok=True)
        self.copy = self.folder / f"Pulumi.{name}.yaml"

    @property
    def checkpoint(self) -> Path:
        """The state file of the backend; read only."""
        return self.home.engine / "state" / ".pulumi" / "stacks" / "platform-state" / f"{self.name}.json"


def make(home: Home, name: str) -> str:
    """Make them, and say how an account's engine is told of them."""
    stack = StateStack(home, name)
    stack.select()
    for line in recover(stack):
        print(f"==> {line}", flush=True)
    stack.up("--refresh", *PACK)
    told = stack.outputs()
    return (
        f"the state of {name} has its place. In an account, the same program gives the commands:\n"
        f"    pulumi login '{told['backend']}'\n"
        f"    pulumi stack init {name} --secrets-provider '{told['secrets_provider']}'"
    )
