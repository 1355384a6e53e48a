"""The committed stacks break no rule, and the pack reads their files as the program does."""

import json
from datetime import UTC, datetime

import pytest

from policies import profiles
from policies.rule import Resource
from policies.rules import RULES, STACK_RULES
from tests import records
from tests.infra.config.orders import committed


def profile(stack: str) -> profiles.Profile:
    """As the engine hands the stack's configuration to the pack."""
    return profiles.of({"platform:stack": json.dumps(committed(stack), default=str)})


def resources(stack: str) -> list[Resource]:
    """What the stack declares, as the pack sees it."""
    recorded = records.of_stack(stack).records
    providers = {each.urn: each.inputs for each in recorded}
    return [
        Resource(
            type=each.token,
            name=each.name,
            urn=each.urn,
            props=each.inputs,
            provider=providers.get(each.provider.rpartition("::")[0], {}),
            protected=bool(each.options["protect"]),
            ignored=frozenset(each.options["ignore_changes"]),
            property_dependencies=each.property_dependencies,
        )
        for each in recorded
    ]


@pytest.mark.req("CMP-10")
@pytest.mark.parametrize("stack", records.COMMITTED)
def test_a_committed_stack_breaks_no_rule(stack: str) -> None:
    declared, found = resources(stack), profile(stack)
    breaches = [
        f"{rule.name}: {each.label} {text}"
        for rule in RULES
        for each in declared
        for text in rule.breaches(each, found)
    ]
    breaches += [
        f"{rule.name}: {each.label} {text}" for rule in STACK_RULES for each, text in rule.judge(declared, found)
    ]
    assert breaches == []


@pytest.mark.parametrize("stack", records.COMMITTED)
def test_the_pack_reads_a_stack_file_as_the_program_does(stack: str) -> None:
    read, model = profile(stack), records.order(stack)
    assert (read.region, read.production) == (model.region, model.production)
    assert read.advisory == set(model.policies.advisory)
    assert [each.resource for each in read.exemptions] == [each.resource for each in model.policies.exemptions]
    assert model.region in read.regions
    assert read.today == datetime.now(UTC).date()


def test_what_a_stack_file_leaves_out_is_what_the_model_leaves_out() -> None:
    assert profiles.of({"platform:stack": '{"region": "eu-west-1"}'}).production is True
    assert profiles.of({"platform:stack": '["no mapping"]'}).exemptions == ()
    assert profiles.of({"platform:stack": '{"policies": {"exemptions": [{"rule": "x"}]}}'}).production is True
