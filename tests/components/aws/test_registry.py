"""Images: encrypted, scanned, never overwritten, and the same in every region that runs them."""

import json

import pytest

from components.aws.registry import Registry, RegistryArgs, Repository
from tests.components.aws.parts import HERE, keys

REPOSITORY, POLICY = "aws:ecr/repository:Repository", "aws:ecr/repositoryPolicy:RepositoryPolicy"
STRICT = Repository()
REPLICATION = "aws:ecr/replicationConfiguration:ReplicationConfiguration"


def program(readers=(), replicate_to=(), repository=STRICT):
    key = keys("registry").arns["registry"]
    args = RegistryArgs(
        place=HERE,
        key_arn=key,
        repositories={"payment-service": repository},
        readers=readers,
        replicate_to=replicate_to,
    )
    return Registry("registry", args)


@pytest.mark.req("DATA-07", "C-22")
def test_a_repository_is_encrypted_with_its_own_key_scanned_and_immutable(built):
    engine = built(program)
    inputs = engine.one(REPOSITORY).inputs
    assert inputs["name"] == "payment-service"
    assert inputs["imageTagMutability"] == "IMMUTABLE"
    assert inputs["imageScanningConfiguration"] == {"scanOnPush": True}
    key = engine.one("aws:kms/key:Key").outputs["arn"]
    assert inputs["encryptionConfigurations"] == [{"encryptionType": "KMS", "kmsKey": key}]


def test_mutable_tags_and_late_scans_are_for_those_who_order_them(built):
    loose = Repository(immutable_tags=False, scan_on_push=False, keep_images=5)
    engine = built(program, (), (), loose)
    inputs = engine.one(REPOSITORY).inputs
    assert inputs["imageTagMutability"] == "MUTABLE"
    assert inputs["imageScanningConfiguration"] == {"scanOnPush": False}


def test_untagged_images_go_after_two_weeks_and_the_oldest_beyond_the_limit(built):
    engine = built(program)
    record = engine.one("aws:ecr/lifecyclePolicy:LifecyclePolicy")
    untagged, surplus = json.loads(record.inputs["policy"])["rules"]
    assert record.inputs["repository"] == engine.one(REPOSITORY).inputs["name"]
    assert (untagged["rulePriority"], surplus["rulePriority"]) == (1, 2)
    assert untagged["selection"] == {
        "tagStatus": "untagged",
        "countType": "sinceImagePushed",
        "countUnit": "days",
        "countNumber": 14,
    }
    assert surplus["selection"] == {"tagStatus": "any", "countType": "imageCountMoreThan", "countNumber": 100}
    assert untagged["action"] == surplus["action"] == {"type": "expire"}


@pytest.mark.req("DATA-07", "IAM-02")
def test_other_accounts_may_pull_and_never_push(built):
    engine = built(program, ("000000000102", "000000000101"))
    (statement,) = json.loads(engine.one(POLICY).inputs["policy"])["Statement"]
    assert statement["Principal"] == {"AWS": ["arn:aws:iam::000000000101:root", "arn:aws:iam::000000000102:root"]}
    assert statement["Action"] == [
        "ecr:BatchCheckLayerAvailability",
        "ecr:BatchGetImage",
        "ecr:GetDownloadUrlForLayer",
    ]


def test_without_readers_and_replicas_a_registry_keeps_to_itself(built):
    engine = built(program)
    assert engine.none_of(POLICY)
    assert engine.none_of(REPLICATION)


@pytest.mark.req("DATA-07")
def test_images_are_replicated_to_the_registry_of_the_other_region(built):
    engine = built(program, (), ("us-west-2",))
    replication = engine.one(REPLICATION)
    assert replication.inputs["replicationConfiguration"] == {
        "rules": [
            {
                "destinations": [{"region": "us-west-2", "registryId": HERE.account}],
                "repositoryFilters": [{"filter": "payment-service", "filterType": "PREFIX_MATCH"}],
            }
        ]
    }
    assert engine.one(REPOSITORY).urn in replication.depends_on
