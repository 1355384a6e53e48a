"""Policy documents are plain data, and some cannot be written at all."""

import json

import pytest

from components.aws.policies import allow, document, trust_service


@pytest.mark.req("IAM-02")
@pytest.mark.parametrize("resources", ["*", ["arn:x", "*"]])
def test_everything_on_everything_cannot_be_written(resources):
    with pytest.raises(
        ValueError, match=r"^a policy allows Action \* on Resource \*; name the actions and the resources$"
    ):
        allow(["*"], resources)


def test_a_document_holds_its_statements_in_order_under_the_current_version():
    first, second = allow(["s3:GetObject"], "a"), allow(["s3:PutObject"], "b", sid="Write")
    assert json.loads(document(first, second)) == {
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "Action": ["s3:GetObject"], "Resource": "a"},
            {"Sid": "Write", "Effect": "Allow", "Action": ["s3:PutObject"], "Resource": "b"},
        ],
    }


def test_a_service_is_trusted_without_an_account_where_it_names_none():
    (statement,) = json.loads(trust_service("ec2"))["Statement"]
    assert statement["Principal"] == {"Service": "ec2.amazonaws.com"}
    assert "Condition" not in statement
