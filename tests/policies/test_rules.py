"""Each rule stops what it is about, and lets its near twin pass."""

import json

import pytest

from policies import profiles
from policies.profiles import Profile
from policies.rule import UNKNOWN, Resource
from policies.rules import RULES, STACK_RULES
from tests.policies.pair import EU, TAGGED, US, Pair, resource
from tests.policies.pairs import PAIRS

BY_NAME = {rule.name: rule for rule in RULES}
STACK_RULE = {rule.name: rule for rule in STACK_RULES}
PROVES = {
    "unencrypted-data": ["KMS-05"],
    "public-data": ["NET-02"],
    "open-ingress": ["NET-02"],
    "unrotated-key": ["KMS-01", "KMS-03"],
    "foreign-partition": ["GOV-02", "KMS-02"],
    "plain-secret": ["SEC-07"],
    "foreign-data": ["DATA-06"],
    "foreign-region": ["DATA-04", "C-31", "GOV-02"],
    "wildcard-iam": ["IAM-02"],
    "untagged": ["PLT-04"],
    "missing-logs": ["EKS-08"],
    "privileged-container": ["ADM-01", "ADM-05"],
    "root-container": ["ADM-02"],
    "unlimited-memory": ["ADM-03"],
    "host-network": ["ADM-04", "ADM-05"],
}
TRIED = [
    pytest.param(
        pair, marks=pytest.mark.req(*PROVES[pair.rule]), id=f"{pair.rule}-{pair.type.rpartition(':')[2]}-{position}"
    )
    for position, pair in enumerate(PAIRS)
]


@pytest.mark.parametrize("pair", TRIED)
def test_a_rule_stops_what_it_is_about_and_lets_its_twin_pass(pair: Pair) -> None:
    rule = BY_NAME[pair.rule]
    breaches = rule.breaches(resource(pair.type, pair.bad), pair.profile)
    assert breaches
    assert pair.said in "; ".join(breaches)
    assert all(";" in breach for breach in breaches), "a breach names its remedy"
    assert rule.breaches(resource(pair.type, pair.good), pair.profile) == []


def test_every_rule_about_one_resource_has_a_pair() -> None:
    alone = {"static-key", "unprotected-data"}  # below
    assert {pair.rule for pair in PAIRS} | alone == BY_NAME.keys()


@pytest.mark.req("IAM-01")
def test_a_key_that_lasts_is_stopped_and_a_role_is_not() -> None:
    rule = BY_NAME["static-key"]
    assert rule.breaches(resource("aws:iam/accessKey:AccessKey", {"user": "ci"}), US)
    assert rule.breaches(resource("aws:iam/role:Role", {}), US) == []


@pytest.mark.req("SEC-07")
def test_a_member_of_a_global_database_may_be_born_with_a_password_that_never_counts_again() -> None:
    rule, type_ = BY_NAME["plain-secret"], "aws:rds/cluster:Cluster"
    member = {"masterPassword": "correct horse", "globalClusterIdentifier": "platform-global"}
    assert rule.breaches(resource(type_, member, ignored=frozenset({"masterPassword"})), US) == []
    assert rule.breaches(resource(type_, member), US)
    assert rule.breaches(resource(type_, {"masterPassword": "x"}, ignored=frozenset({"masterPassword"})), US)


@pytest.mark.req("C-33", "PLT-07")
def test_what_holds_data_in_production_is_protected_from_the_engine() -> None:
    rule, type_ = BY_NAME["unprotected-data"], "aws:rds/cluster:Cluster"
    assert rule.breaches(resource(type_, {}), US) == [
        "holds a database and is not protected; declare it with protect=True"
    ]
    assert rule.breaches(resource(type_, {}, protected=True), US) == []
    assert rule.breaches(resource(type_, {}), Profile(region="us-east-1", production=False)) == []


_BUCKET = "aws:s3/bucket:Bucket"
_COMPANIONS = {
    "unencrypted-bucket": "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
    "open-bucket": "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
    "unwatched-network": "aws:ec2/flowLog:FlowLog",
}


@pytest.mark.req("KMS-05", "NET-04")
@pytest.mark.parametrize("name", sorted(STACK_RULE))
def test_a_bucket_or_network_without_its_companion_is_stopped(name: str) -> None:
    main, key = ("aws:ec2/vpc:Vpc", "vpcId") if name == "unwatched-network" else (_BUCKET, "bucket")
    one, other = resource(main, {}, "one"), resource(main, {}, "other")
    companion = resource(_COMPANIONS[name], {}, property_dependencies={key: [one.urn]})
    stopped = [found.name for found, _ in STACK_RULE[name].judge([one, other, companion], US)]
    assert stopped == ["other"]


def test_a_value_that_is_not_known_yet_is_a_value() -> None:
    encrypted = {"storageEncrypted": True, "kmsKeyId": UNKNOWN}
    assert BY_NAME["unencrypted-data"].breaches(resource("aws:rds/cluster:Cluster", encrypted), US) == []
    assert BY_NAME["wildcard-iam"].breaches(resource("aws:iam/policy:Policy", {"policy": UNKNOWN}), US) == []
    assert BY_NAME["foreign-region"].breaches(resource(_BUCKET, {"region": UNKNOWN}), EU) == []
    assert BY_NAME["untagged"].breaches(resource(_BUCKET, {"tagsAll": UNKNOWN}), US) == []


def test_tags_come_from_the_provider_too() -> None:
    provider = {"region": "us-east-1", "defaultTags": json.dumps({"tags": TAGGED})}
    rule = BY_NAME["untagged"]
    assert rule.breaches(resource(_BUCKET, {"tags": {"Name": "b"}}, provider=provider), US) == []
    assert rule.breaches(resource(_BUCKET, {"tags": {"Name": "b"}}), US)


def test_a_secret_is_never_shown() -> None:
    bad = {"data": {"url": "postgres://app:hunter2@db:5432/app"}}
    (breach,) = BY_NAME["plain-secret"].breaches(resource("kubernetes:core/v1:ConfigMap", bad), US)
    assert "hunter2" not in breach


@pytest.mark.req("DATA-04", "C-31")
@pytest.mark.parametrize(
    ("region", "allowed"),
    [("eu-west-1", True), ("eu-central-1", False), ("us-east-1", False)],
    ids=["at home", "another in the EU that nobody named", "outside the EU"],
)
def test_a_provider_elsewhere_takes_its_resources_with_it(region: str, allowed: bool) -> None:
    found = Resource(type=_BUCKET, name="b", urn="urn:pulumi:eu::platform::t::b", props={}, provider={"region": region})
    assert (BY_NAME["foreign-region"].breaches(found, EU) == []) is allowed


def test_a_stack_file_that_names_no_region_binds_nothing() -> None:
    assert BY_NAME["foreign-region"].breaches(resource(_BUCKET, {"region": "us-east-1"}), profiles.of({})) == []
