"""The pack: levels by profile, exemptions with an end that are counted, and values that are not known yet."""

from datetime import date
from typing import Any

import pytest
from pulumi_policy import EnforcementLevel, PolicyResourceOptions, ResourceValidationArgs, StackValidationArgs
from pulumi_policy.policy import PolicyCustomTimeouts, PolicyProviderResource, PolicyResource
from pulumi_policy.proxy import UNKNOWN_STRING_VALUE, unknown_checking_proxy

from policies.pack import SPARED, Pack, plain
from policies.profiles import Exemption, Profile
from policies.rules import RULES, STACK_RULES

KEY, BUCKET = "aws:kms/key:Key", "aws:s3/bucket:Bucket"
TODAY = date(2026, 11, 21)


def options() -> PolicyResourceOptions:
    never = PolicyCustomTimeouts(0, 0, 0)
    return PolicyResourceOptions(True, [], False, [], never, [], None)


def urn(type_: str, name: str = "one") -> str:
    return f"urn:pulumi:test::platform::{type_}::{name}"


def reported(pack: Pack, rule: str, type_: str, props: dict[str, Any]) -> list[str]:
    """What a rule says of a resource, through the SDK's own arguments."""
    said: list[str] = []
    (policy,) = (each for each in pack.policies if each.name == rule)
    provider = PolicyProviderResource("pulumi:providers:aws", unknown_checking_proxy({}), "urn", "aws")
    args = ResourceValidationArgs(
        type_, unknown_checking_proxy(props), urn(type_), "one", options(), provider, None, {}
    )
    policy.validate(args, lambda message, _=None: said.append(message))
    return said


def together(pack: Pack, rule: str, *resources: PolicyResource) -> list[str]:
    said: list[str] = []
    (policy,) = (each for each in pack.policies if each.name == rule)
    policy.validate(StackValidationArgs([*resources], None, {}), lambda message, _=None: said.append(message))
    return said


def exempt(rule: str, type_: str, expires: date = date(2027, 1, 31)) -> Exemption:
    reason = "The vendor rotates it by hand."
    return Exemption(rule=rule, resource=f"{type_}::one", owner="platform-team", reason=reason, expires=expires)


def pack(**profile: Any) -> Pack:
    found = Pack(RULES, STACK_RULES)
    found.learn(Profile(today=TODAY, **profile))
    return found


def levels(found: Pack) -> dict[str, EnforcementLevel | None]:
    return {policy.name: policy.enforcement_level for policy in found.policies}


@pytest.mark.req("CMP-10")
def test_every_rule_stops_in_production() -> None:
    assert {name for name, level in levels(pack()).items() if level != EnforcementLevel.MANDATORY} == {SPARED}


@pytest.mark.req("CMP-10")
def test_elsewhere_some_rules_merely_warn_and_a_stack_file_may_name_more() -> None:
    def lenient(**profile: Any) -> set[str]:
        found = levels(pack(production=False, **profile))
        return {name for name, level in found.items() if level == EnforcementLevel.ADVISORY}

    assert lenient() == {SPARED, "untagged", "missing-logs", "unwatched-network"}
    assert lenient(advisory=frozenset({"open-ingress"})) == {*lenient(), "open-ingress"}


def test_no_two_rules_share_a_name() -> None:
    names = [policy.name for policy in pack().policies]
    assert len(names) == len(set(names))


@pytest.mark.req("CMP-10")
def test_an_exemption_spares_one_resource_from_one_rule_until_its_day() -> None:
    breach = f"{KEY}::one enableKeyRotation is off; set it to true"
    assert reported(pack(), "unrotated-key", KEY, {}) == [breach]
    assert reported(pack(exemptions=(exempt("unrotated-key", KEY),)), "unrotated-key", KEY, {}) == []
    assert reported(pack(exemptions=(exempt("unrotated-key", KEY, TODAY),)), "unrotated-key", KEY, {}) == []
    other = (exempt("unrotated-key", BUCKET), exempt("public-data", KEY))
    assert reported(pack(exemptions=other), "unrotated-key", KEY, {}) == [breach]
    late = (exempt("unrotated-key", KEY, date(2026, 11, 20)),)
    expired = f"{breach}. The exemption of platform-team expired on 2026-11-20"
    assert reported(pack(exemptions=late), "unrotated-key", KEY, {}) == [expired]


@pytest.mark.req("CMP-10")
def test_exemptions_are_counted_and_shown_with_owner_end_and_reason() -> None:
    given = (
        exempt("unrotated-key", KEY),
        exempt("open-ingress", KEY),
        exempt("public-data", KEY, date(2026, 11, 20)),
        exempt("rotation", KEY),
    )
    found = pack(exemptions=given)
    reported(found, "unrotated-key", KEY, {})
    (said,) = together(found, SPARED)
    first, *lines = said.splitlines()
    assert first == "4 exemptions, 1 in use"
    assert lines[0] == (f"  unrotated-key: {KEY}::one, platform-team, until 2027-01-31: The vendor rotates it by hand.")
    assert "until 2027-01-31, spares nothing and can go" in lines[1]
    assert "EXPIRED on 2026-11-20" in lines[2]
    assert "there is no such rule; choose from unencrypted-data," in lines[3]
    assert together(pack(), SPARED) == []


def test_a_rule_about_the_whole_stack_names_the_resource_at_fault_and_heeds_exemptions() -> None:
    bucket = PolicyResource(BUCKET, unknown_checking_proxy({}), urn(BUCKET), "one", options(), None, None, [], {})
    (said,) = together(pack(), "open-bucket", bucket)
    assert said.startswith(f"{BUCKET}::one could be opened by a policy or an ACL")
    assert together(pack(exemptions=(exempt("open-bucket", BUCKET),)), "open-bucket", bucket) == []


def test_a_value_that_is_not_known_yet_ends_no_rule() -> None:
    props = {
        "policy": UNKNOWN_STRING_VALUE,
        "enableKeyRotation": False,
        "list": [{"a": UNKNOWN_STRING_VALUE}],
        "n": 7.0,
    }
    assert plain(unknown_checking_proxy(props)) == props
    assert isinstance(plain(unknown_checking_proxy(props))["n"], int)
    assert len(reported(pack(), "unrotated-key", KEY, props)) == 1
