"""The rules, one idea a file."""

from policies.rule import Rule, StackRule
from policies.rules import (
    copies,
    encryption,
    exposure,
    iam,
    ingress,
    literals,
    logs,
    protection,
    regions,
    rotation,
    tags,
    workloads,
)

RULES: tuple[Rule, ...] = (
    encryption.RULE,
    exposure.RULE,
    ingress.RULE,
    rotation.RULE,
    literals.PARTITIONS,
    literals.SECRETS,
    regions.RULE,
    copies.RULE,
    iam.WILDCARDS,
    iam.STATIC_KEYS,
    tags.RULE,
    logs.RULE,
    protection.RULE,
    *workloads.RULES,
)
STACK_RULES: tuple[StackRule, ...] = (exposure.BUCKETS, encryption.BUCKETS, logs.NETWORKS)
