"""What stack files that lie side by side must not share, and must agree on."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Network
from typing import Any

from components.aws.place import Place
from infra.config import audit, backup, border, evidence, guardrails, ingress, pairs, promotion
from infra.config.base import Stack
from infra.config.errors import Problem
from infra.config.region import RegionStack
from infra.config.shared import GlobalStack
from infra.config.types import canonical_environment


@dataclass(frozen=True)
class Sibling:
    """Another stack file, read leniently: an old mistake in one stack is reported there and never blocks another."""

    file: str
    data: Mapping[str, Any]

    @property
    def name(self) -> str:
        """The prefix of its physical names."""
        return f"{canonical_environment(self.data.get('environment'))}-{self.data.get('application')}"

    @property
    def place(self) -> Place:
        """Where it says that it is, if it does."""
        return Place(account=self.data.get("account", ""), region=self.data.get("region", ""))

    @property
    def cidr(self) -> IPv4Network | None:
        """Its network, None if it has none that can be read."""
        network = self.data.get("network")
        cidr = network.get("cidr") if isinstance(network, Mapping) else None
        try:
            return IPv4Network(cidr) if isinstance(cidr, str) else None
        except ValueError:
            return None

    def claims(self, account: str, section: str, setting: str) -> bool:
        """Whether it is in this account and says what an account has once; a section says so unless it says false."""
        theirs = self.data.get(section)
        return self.data.get("account") == account and isinstance(theirs, Mapping) and bool(theirs.get(setting, True))

    def says_too(self, account: str) -> str:
        """What is wrong where two stacks say what an account has once."""
        return f"is what {self.file} says too of account {account}; set false in one of them"

    def listed(self, key: str) -> Sequence[Any]:
        """A list in the file, empty if there is none."""
        found = self.data.get(key)
        return found if isinstance(found, list) else []


def problems(stack: Stack, own: Sibling, siblings: Sequence[Sibling]) -> Iterator[Problem]:
    """Names, addresses and accounts that another has taken, and what none hands out; `own` is the stack's own file."""
    for sibling in siblings:
        if sibling.name == stack.name:
            rule = f"gives the name prefix {stack.name}, which {sibling.file} already has; rename one environment"
            yield Problem(("environment",), rule)
        if sibling.place == stack.place:
            rule = f"is already used in {stack.region} by {sibling.file}; give each environment an account of its own"
            yield Problem(("account",), rule)
        if isinstance(stack, RegionStack):
            yield from _networks(stack, sibling)
            yield from _images(stack, sibling)
    yield from audit.sibling_problems(stack, siblings)
    yield from guardrails.sibling_problems(stack, siblings)
    yield from promotion.sibling_problems(stack.promotion, [sibling.file for sibling in siblings])
    if isinstance(stack, RegionStack):
        yield from pairs.sibling_problems(stack, siblings)
        yield from border.sibling_problems(stack, siblings)
        yield from backup.sibling_problems(stack, siblings)
        yield from ingress.sibling_problems(stack, siblings)
    if isinstance(stack, GlobalStack):
        yield from evidence.sibling_problems(stack, [*siblings, own])


def _networks(stack: RegionStack, sibling: Sibling) -> Iterator[Problem]:
    if sibling.cidr is None:
        return
    if sibling.cidr.overlaps(stack.network.cidr):
        rule = f"overlaps {sibling.cidr} of {sibling.file}; give each stack a /16 of its own"
        yield Problem(("network", "cidr"), rule)
    if sibling.cidr.overlaps(stack.cluster.service_cidr):
        rule = f"overlaps the network {sibling.cidr} of {sibling.file}; choose a range that no stack's network has"
        yield Problem(("cluster", "service_cidr"), rule)


def _images(stack: RegionStack, sibling: Sibling) -> Iterator[Problem]:
    if sibling.data.get("kind") != "global" or sibling.data.get("account") != stack.registry_account:
        return
    if stack.account not in (sibling.data["account"], *sibling.listed("readers")):
        rule = f"does not let account {stack.account} pull images; add it to the readers of {sibling.file}"
        yield Problem(("registry_account",), rule)
    if stack.region not in (sibling.data.get("region"), *sibling.listed("replication_regions")):
        rule = f"keeps no images in {stack.region}; add it to the replication_regions of {sibling.file}"
        yield Problem(("registry_account",), rule)
