"""One row of the local AWS's table: a resource type, the calls behind it, and what each input does when it changes."""

import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

import boto3
import botocore.session
from botocore.config import Config
from botocore.exceptions import ClientError
from botocore.loaders import create_loader

from sandbox.providers.protocol import Props, ProviderError

# As patient as the vendor's provider: a throttled call is tried again, with growing pauses.
PATIENCE = Config(retries={"mode": "standard", "max_attempts": 12}, max_pool_connections=32)
MODELS = create_loader()
"""What services and regions look like: read once for all providers of a process."""
_ACCOUNT_BEFORE_HOST = re.compile(r"(?<=://)\d{12}\.(?=[\d.]+:)")


def session(*keys: str, profile: str | None = None) -> boto3.Session:
    """As boto3 makes one, with the models that others have read already."""
    core = botocore.session.get_session()
    core.register_component("data_loader", MODELS)
    return boto3.Session(*keys, botocore_session=core, profile_name=profile)


class Cloud:
    """The clients of one account and region; `cloud("ec2")` is thread-safe, cached, and never leaves the loopback."""

    def __init__(self, session: boto3.Session, region: str, loopback: bool = True) -> None:
        self.session, self.region, self.loopback = session, region, loopback
        self.partition: str = session.get_partition_for_region(region)
        self.known: set[str] | None = None
        """Ids and ARNs that were found once, and are there still since nothing is deleted; None: each is looked for."""
        self._clients: dict[str, Any] = {}
        self._account = ""

    def __call__(self, service: str) -> Any:
        if service not in self._clients:
            client = self.session.client(service, region_name=self.region, config=PATIENCE)
            if self.loopback:
                refuse_elsewhere(client.meta.endpoint_url)
                client.meta.events.register("before-sign.s3-control", without_account)
            self._clients[service] = client
        return self._clients[service]

    @property
    def account(self) -> str:
        """Twelve digits, as the credentials have it."""
        self._account = self._account or self("sts").get_caller_identity()["Account"]
        return self._account

    def know(self, *names: str | None) -> None:
        """These ids and ARNs were found; nothing comes of it where objects may go."""
        if self.known is not None:
            self.known.update(filter(None, names))

    def arn(self, service: str, resource: str, region: bool = True, account: bool = True) -> str:
        """An ARN of this account, region and partition; `region` and `account` are left empty on request."""
        where = f"{self.region if region else ''}:{self.account if account else ''}"
        return f"arn:{self.partition}:{service}:{where}:{resource}"


def without_account(request: Any, **_: Any) -> None:
    """S3 Control puts the account before the host, which leads nowhere where the host is an address."""
    request.url = _ACCOUNT_BEFORE_HOST.sub("", request.url)


def refuse_elsewhere(endpoint: str) -> None:
    """Raise ProviderError unless the endpoint's host is a loopback address."""
    host = urlsplit(endpoint).hostname or ""
    try:
        local = host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        local = False
    if not local:
        raise ProviderError(
            f"the laptop cloud's AWS provider was given the endpoint {endpoint}, which is not loopback; it speaks to "
            "the local AWS only. Run `make up`, or take sandbox/bin off PATH to use the vendor's provider"
        )


Update = Callable[[Cloud, str, Props], object]


@dataclass(frozen=True, kw_only=True)
class Kind:
    """One resource type. Inputs in neither `update` nor `replace` are refused by name, never echoed."""

    type: str
    create: Callable[[Cloud, Props], str]
    """Make the calls and return the id, in the form that the vendor's provider gives it."""
    read: Callable[[Cloud, str, Props], Props | None]
    """Live inputs and outputs under the vendor's names, from the id and the inputs; None or NotFound when gone."""
    delete: Callable[[Cloud, str, Props], object]
    """From the id and the last state."""
    finish: Callable[[Cloud, str, Props], object] | None = None
    """Calls that follow the one that made the object: when they fail, the engine keeps the id and tries them again."""
    update: Mapping[str, Update | None] = field(default_factory=dict)
    """Input -> the call that changes it in place, given the new inputs; None where only the provider reads it."""
    replace: frozenset[str] = frozenset()
    inside: frozenset[str] = frozenset()
    """`block.key`: a change of this key makes a new object, though the block is otherwise changed in place."""
    defaults: Mapping[str, object] = field(default_factory=dict)
    """What an input that is left out means."""
    computed: frozenset[str] = frozenset()
    """`key` or `block.key`: left out by the program, the cloud decides it, and that is no difference."""
    either: frozenset[str] = frozenset()
    """Inputs of which one is set: another value is an update, but setting another of them makes a new object."""
    name: str = ""
    """The input that gets a generated physical name when it is absent; it joins `replace`."""
    prefix: str = ""
    """The input that a generated name starts with; it joins `replace`."""
    tag: Callable[[Cloud, str, Props, dict[str, str], list[str]], object] | None = None
    """Set these tags and remove those keys, given id and state."""
    delete_first: bool = False
    """Two of them cannot stand side by side, so a replacement deletes before it creates."""
    everywhere: bool = False
    """A global service: the resource has no region."""
    sets: frozenset[str] = frozenset()
    """Inputs whose lists have no order."""
    write_only: frozenset[str] = frozenset()
    """Inputs that the cloud takes and never tells again; they cannot drift."""
    refers: Callable[[str], Props | None]
    """What locates the object that an id or ARN names; None when the text names no such object."""
    exists: Callable[[Cloud, Props], object]
    """The object that is located so; nothing, or a NotFound, when there is none."""

    @property
    def inputs(self) -> frozenset[str]:
        """Every input that this row implements."""
        extra = {"tags", "tagsAll"} if self.tag else set()
        return (
            frozenset(self.update) | self.replacing | extra | ({"region"} - ({"region"} if self.everywhere else set()))
        )

    @property
    def replacing(self) -> frozenset[str]:
        """Inputs whose change makes a new object."""
        return self.replace | ({self.name, self.prefix} - {""}) | (set() if self.everywhere else {"region"})


def gone(error: ClientError) -> bool:
    """Whether the cloud says that the object does not exist."""
    code = error.response["Error"]["Code"].lower()
    return any(each in code for each in ("notfound", "nosuch", "doesnotexist", "nonexistent")) or code == "404"


def tag_list(props: Props) -> list[dict[str, str]]:
    """All tags of the resource, default tags included, in the list form that most services take."""
    return [{"Key": key, "Value": value} for key, value in sorted((props.get("tagsAll") or {}).items())]


def tag_map(tags: Iterable[Mapping[str, str]] | None) -> dict[str, str]:
    """A list of Key and Value as a mapping, without the tags that AWS itself puts on."""
    return {tag["Key"]: tag["Value"] for tag in tags or () if not tag["Key"].startswith("aws:")}


def one(props: Props, key: str) -> Props:
    """The single block of a list-shaped setting that holds at most one; empty when absent."""
    value = props.get(key)
    return (value[0] if value else {}) if isinstance(value, list) else (value or {})


def same(old: Any, new: Any, unordered: bool = False) -> bool:
    """Equality as the vendor's provider sees it: JSON documents by content, absent like empty, sets without order."""
    if old == new or (not old and not new and not isinstance(old, bool) and not isinstance(new, bool)):
        return True
    if isinstance(old, str) and isinstance(new, str) and old[:1] in "{[" and new[:1] in "{[":
        try:
            return bool(json.loads(old) == json.loads(new))
        except ValueError:
            return False
    if isinstance(old, dict) and isinstance(new, dict):
        return all(same(old.get(key), new.get(key), unordered) for key in old.keys() | new.keys())
    if isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        rest = list(new)
        for item in old:
            choices = rest if unordered else rest[:1]
            match = next((index for index, other in enumerate(choices) if same(item, other, unordered)), None)
            if match is None:
                return False
            del rest[match]
        return True
    return False
