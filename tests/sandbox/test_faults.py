"""Which region has to stand for an answer, by what a client signs."""

import boto3
import pytest
from botocore.exceptions import ClientError

from sandbox.faults.proxy import Request, lose, proxy

HERE, HOME, GOVERNMENT = "us-west-2", "us-east-1", "us-gov-east-1"


@pytest.mark.req("BDR-03")
@pytest.mark.parametrize(
    ("service", "region", "operation", "arguments", "answers"),
    [
        ("iam", HERE, "list_roles", {}, HOME),
        ("iam", GOVERNMENT, "list_roles", {}, "us-gov-west-1"),
        ("route53", HERE, "list_hosted_zones", {}, HOME),
        ("budgets", HERE, "describe_budgets", {"AccountId": "000000000103"}, HOME),
        ("organizations", HERE, "list_accounts", {}, HOME),
        ("cloudfront", HERE, "list_distributions", {}, HOME),
        ("s3", HERE, "put_bucket_policy", {"Bucket": "one", "Policy": "{}"}, HOME),
        ("s3", HERE, "delete_bucket", {"Bucket": "one"}, HOME),
        ("s3", HERE, "get_bucket_policy", {"Bucket": "one"}, HERE),
        ("s3", HERE, "put_object", {"Bucket": "one", "Key": "a"}, HERE),
        ("s3", HERE, "put_object", {"Bucket": "one", "Key": "a/b"}, HERE),
        ("sts", HERE, "get_caller_identity", {}, HERE),
        ("globalaccelerator", HERE, "list_accelerators", {}, HERE),
        ("eks", HERE, "list_clusters", {}, HERE),
        ("ec2", "xx-north-1", "describe_vpcs", {}, "xx-north-1"),
    ],
)
def test_what_is_global_is_answered_in_the_home_region_of_its_partition(service, region, operation, arguments, answers):
    seen: list[Request] = []

    def everywhere(request: Request):
        seen.append(request)
        return lose(request.region, status=400)(request)

    with proxy("http://127.0.0.1:9", everywhere) as address:
        client = boto3.Session("tests", "tests", region_name=region).client(service, endpoint_url=address)
        with pytest.raises(ClientError):
            getattr(client, operation)(**arguments)
    assert (seen[0].service, seen[0].region) == (service, answers)


def test_only_what_has_to_be_answered_there_is_refused():
    rule = lose(HOME)
    assert rule(Request(1, "ec2", HERE, "DescribeVpcs")) is None
    for number, (service, operation) in enumerate((("ec2", "DescribeVpcs"), ("iam", "GetRole")), 2):
        fault = rule(Request(number, service, HOME, operation))
        assert fault is not None
        assert (fault.code, fault.status) == ("ServiceUnavailable", 503)
