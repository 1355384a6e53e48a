"""The runtime rules PCI DSS asks for, in the words of their source, as plain data (RUN-02, RUN-03)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, kw_only=True)
class RuleException:
    """In `namespace`, `process` may do what `rule` watches for, such as a backup that runs pg_dump (RUN-04)."""

    rule: str
    namespace: str
    process: str


DATABASE_ACCESS = "Unauthorized Database Access"
FILE_ACCESS = "Sensitive File Access"

RULES: Sequence[Mapping[str, Any]] = (
    {
        "rule": DATABASE_ACCESS,
        "desc": "Detect access to payment database from non-payment pods",
        "condition": (
            'spawned_process and container.name == "postgres" and user.name != "payment-service"'
            " and proc.name in (psql, pg_dump)"
        ),
        "output": (
            "Unauthorized database access detected user=%user.name command=%proc.cmdline"
            " pod=%k8s.pod.name namespace=%k8s.ns.name"
        ),
        "priority": "CRITICAL",
        "tags": ["pci-dss", "database"],
    },
    {
        "rule": FILE_ACCESS,
        "desc": "Access to files containing cardholder data",
        "condition": (
            'open_read and fd.name contains "/var/lib/payment/cards"'
            " and not proc.name in (payment-service, backup-agent)"
        ),
        "output": "Sensitive data access file=%fd.name user=%user.name process=%proc.name",
        "priority": "EMERGENCY",
        "tags": ["pci-dss", "cardholder-data"],
    },
)

RULE_NAMES = tuple(str(rule["rule"]) for rule in RULES)


def rules(exceptions: Sequence[RuleException] = ()) -> list[dict[str, Any]]:
    """The rules with each application's exceptions; an exception for an unknown rule is an error."""
    for exception in exceptions:
        if exception.rule not in RULE_NAMES:
            raise ValueError(
                f"a Falco exception names the rule {exception.rule!r}, which does not exist; "
                f"use one of {', '.join(RULE_NAMES)}"
            )
    return [{**rule, **_exceptions(str(rule["rule"]), exceptions)} for rule in RULES]


def _exceptions(rule: str, exceptions: Sequence[RuleException]) -> dict[str, Any]:
    values = [[e.namespace, e.process] for e in exceptions if e.rule == rule]
    if not values:
        return {}
    fields = ["k8s.ns.name", "proc.name"]
    return {"exceptions": [{"name": "applications", "fields": fields, "comps": ["=", "="], "values": values}]}
