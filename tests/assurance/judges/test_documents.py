import json
from pathlib import Path

import pytest

from assurance.judges import documents
from assurance.judges.program import JudgeError
from assurance.judges.resources import UNKNOWN
from tests.assurance.judges.parts import resource

DOCUMENT = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "sqs:*", "Resource": "*"}]}
TEXT = json.dumps(DOCUMENT)


def test_documents_are_found_wherever_they_stand_and_told_apart_by_what_they_do():
    found, holes = documents.collect(
        [
            resource("aws:iam/role:Role", assumeRolePolicy=TEXT, inlinePolicies=[{"name": "a", "policy": TEXT}]),
            resource("aws:kms/key:Key", policy=TEXT, description="{not a document}"),
            resource("aws:s3/bucketPolicy:BucketPolicy", policy=DOCUMENT),
            resource("kubernetes:core/v1:ConfigMap", data={"policy.json": TEXT}),
        ]
    )

    assert [(each["resource"], each["kind"]) for each in found] == [
        ("aws:iam/role:Role::it", "trust"),
        ("aws:iam/role:Role::it", "identity"),
        ("aws:kms/key:Key::it", "resource"),
        ("aws:s3/bucketPolicy:BucketPolicy::it", "resource"),
    ]
    assert all(each["document"] == DOCUMENT for each in found)
    assert holes == []


def test_a_document_that_cannot_be_read_is_a_hole():
    _, holes = documents.collect(
        [
            resource("aws:iam/policy:Policy", "broken", policy='{"Statement": ['),
            resource("aws:iam/policy:Policy", "later", policy=UNKNOWN),
            resource("aws:iam/policyAttachment:Attachment", policy="arn:aws:iam::aws:policy/ReadOnlyAccess"),
            resource("aws:ecr/lifecyclePolicy:LifecyclePolicy", policy='{"rules": []}'),
        ]
    )

    assert holes == [
        "aws:iam/policy:Policy::broken policy is no document",
        "aws:iam/policy:Policy::later policy is no document that is known",
    ]


def test_an_answer_that_is_none_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(documents, "run", lambda *words, **more: "Traceback")

    with pytest.raises(JudgeError, match=r"^policy-sentry printed no JSON: Traceback$"):
        documents.hear(Path("python"), "dev", [], tmp_path)
