"""A resource type as data: which calls there are, which inputs go along, and where the answer has what.

Parameters are found by name in botocore's model of the operation (see shapes.py), so a row only names what differs.
Lists of names are written as one string, with spaces. `{name}` in a text stands for an input, a part of the id, or the
account, region or partition. Paths are JMESPath over the answer in the vendor's spelling (`vpc.vpcId`). A function
stands wherever a service is too odd for data.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from sandbox.providers.aws.kind import Cloud, Props, Update


class Call:
    """An operation; parameters in `fixed` are the API's own and come along as they are."""

    def __init__(self, operation: str, path: str = "", /, *, off: str = "", takes: str = "", **fixed: Any) -> None:
        self.operation = operation
        self.path = path
        """Where the answer has what is asked for."""
        self.off = off
        """The operation that takes its place when no input of it is set."""
        self.takes = takes
        """Inputs, or outputs, that go along."""
        self.fixed = fixed


@dataclass(frozen=True)
class Wait:
    """Ask again while the value at `at` is one of `pending`; what is then not `done` is an error that tells `why`."""

    pending: str
    done: str
    at: str = "status"
    why: str = "[]"


@dataclass(frozen=True, kw_only=True)
class Row:
    """One resource type. What is said of its inputs (`replace` and all below it) is explained in kind.py."""

    type: str
    service: str = ""
    """boto3's name of it; without, the one in the type."""
    create: Call | Callable[[Cloud, Props], str]
    read: Call | Callable[[Cloud, str, Props], Props | None]
    """Its path leads to the object; nothing there, or a NotFound, means that the object is gone."""
    delete: str | Call | Callable[[Cloud, str, Props], object]
    update: Mapping[str, str | Call | Update] = field(default_factory=dict)
    """Inputs -> the call that changes them in place; it also follows a creation that does not take them."""
    more: tuple[Call | Callable[[Cloud, Props], Props], ...] = ()
    """Further calls of a read: each path leads to properties that join the object's."""
    finish: Callable[[Cloud, str, Props], object] | None = None
    """What else follows the creation."""
    settle: Callable[[Cloud, Props, Props], object] | None = None
    """What follows an update: given the answer, and what is known of the object."""
    wait: Wait | None = None
    """How a creation or update shows that it is through; a deletion is through when the object is gone."""
    id: str = ""
    """Such as `{clusterName}:{name}`; without, it is what the path of the create call leads to."""
    imports: str = ""
    """Another form of the id, such as an import has, in whose parts calls name the object."""
    key: str = ""
    """The name of the id in calls; without, the name at the end of the create call's path."""
    beside: str = ""
    """Inputs or outputs that locate the object together with its id."""
    names: Mapping[str, str] = field(default_factory=dict)
    """Input, or `block.key` -> its name in the API where that is another word; `Outer.Name` lies in a structure."""
    within: str = ""
    """The structure of the requests that holds the inputs which the operation does not take by itself."""
    write: Mapping[str, Callable[[Any], Any]] = field(default_factory=dict)
    """Input -> its value as the API wants it, where that has another form."""
    found: Mapping[str, str | Callable[[Props], Any]] = field(default_factory=dict)
    """Input or output -> the path of its value in the object, where that is not its name; inputs are at `asked`."""
    outputs: str = ""
    """Outputs that the object has under their own names."""
    arn: str = ""
    """Such as `kms:key/{keyId}`, for services whose answers lack it. Inputs of other resources that name such an
    object are refused unless it exists."""
    refer: str = ""
    """What ids of such objects begin with: inputs that do are refused unless the object exists."""
    tags: str | Callable[[Cloud, str, Props, dict[str, str], list[str]], object] = ""
    """The operations that add tags, remove them and, where the object does not have them itself, list them."""
    replace: str = ""
    inside: str = ""
    computed: str = ""
    either: str = ""
    sets: str = ""
    write_only: str = ""
    defaults: Mapping[str, object] = field(default_factory=dict)
    name: str = ""
    prefix: str = ""
    delete_first: bool = False
    everywhere: bool = False

    @cached_property
    def api(self) -> str:
        """The service that is called."""
        return self.service or self.type.partition(":")[2].partition("/")[0]

    @cached_property
    def inputs(self) -> frozenset[str]:
        """Every input but tags and region."""
        said = (*self.update, self.replace, self.write_only, self.name, self.prefix)
        return frozenset(word for words in said for word in words.split())

    @cached_property
    def by(self) -> str:
        """The name of the id in calls; empty where the id is made of inputs."""
        path = self.create.path if isinstance(self.create, Call) else ""
        return "" if self.id else self.key or path.rpartition(".")[2].partition("[")[0]
