"""Texts that no stack file may hold: secrets never, placeholders only with a reserved account."""

import re
from collections.abc import Iterator, Mapping
from ipaddress import IPv4Network

from infra.config.errors import Path, Problem, is_secret

# AWS gives out no account numbers this small, so these can mean nothing but the laptop cloud and examples.
RESERVED_ACCOUNTS = re.compile(r"000000000\d{3}")

_PLACEHOLDER = re.compile(
    r"(?<![\w-])(?:[\w-]+\.)*(?:example\.(?:com|net|org)|(?:(?:my|your)?company|acme|(?:my|your)?domain)\.com)(?![\w-])"
    r"|(?<![\w-])[\w.-]+\.(?:example|invalid|test|localhost)(?![\w.-])"
    r"|(?<![\w.-])(?:company|example|my-org|owner|your-org)/"
    r"|\b(?:TENANT|CLIENT|ACCOUNT|AWS_ACCOUNT|PROJECT|SUBSCRIPTION)(?:_ID)?\b"
    r"|123456789|\b111122223333\b|\b(?:0{8}|1{8}|12345678)-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}\b"
    r"|(?i:\b(?:change|replace)[-_]?me\b|\b(?:my|your)[-_](?:bucket|secret|password|key|token)\b|\bbucket[-_]name\b)"
    r"|\bTODO\b|\bTBD\b|<[^>]*>|\$\{[^}]*\}|(?i:\bxxx+\b)"
)
_DOCUMENTATION = tuple(IPv4Network(block) for block in ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24"))


def problems(value: object, account: str, at: Path = ()) -> Iterator[Problem]:
    """What is wrong with the texts within `value`, each at its own place (PLT-05, SEC-07)."""
    match value:
        case Mapping():
            for key, inner in value.items():
                yield from problems(inner, account, (*at, key))
        case list() | tuple():
            for position, inner in enumerate(value):
                yield from problems(inner, account, (*at, position))
        case str() | IPv4Network():
            if rule := _rule(value, account):
                yield Problem(at, rule)


def _rule(value: str | IPv4Network, account: str) -> str | None:
    if isinstance(value, str) and is_secret(value):
        return (
            "looks like a secret, and none may pass through a stack file; keep it in Secrets Manager and name it here"
        )
    if RESERVED_ACCOUNTS.fullmatch(account):
        return None
    if isinstance(value, IPv4Network):
        placeholder = any(value.subnet_of(block) for block in _DOCUMENTATION) and value
    elif RESERVED_ACCOUNTS.fullmatch(value):
        placeholder = value
    else:
        placeholder = (found := _PLACEHOLDER.search(value)) and found.group()
    if not placeholder:
        return None
    return (
        f"holds the placeholder {placeholder}, and account {account} is none of the reserved ones, "
        "000000000000 to 000000000999; give the real value"
    )
