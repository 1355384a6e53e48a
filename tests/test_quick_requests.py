"""Requests that are made of a dict are those that moto makes, and go where moto sends them."""

import gzip
import io

import boto3
import pytest
from botocore.awsrequest import AWSPreparedRequest, HTTPHeaders
from moto.core.config import default_user_config
from moto.core.exceptions import ServiceNotWhitelisted
from moto.core.responses import BaseResponse

from tests import local_aws, quick_requests

JSON = {"Content-Type": b"application/x-amz-json-1.0", "Content-Length": "2", "X-Amz-Target": "DynamoDB_20120810.Query"}
FORM = {"Content-Type": "application/x-www-form-urlencoded; charset=utf-8"}
META = {"x-amz-meta-my_key": "a", "X-Amz-Date": "20261129T120000Z", "Transfer-Encoding": "chunked"}
REQUESTS = [
    ("POST", "https://dynamodb.us-west-2.amazonaws.com/", JSON, b"{}"),
    ("POST", "https://rds.us-east-1.amazonaws.com/", FORM, "Action=DescribeDBClusters&Name=a%20b"),
    ("POST", "https://rds.us-east-1.amazonaws.com/", FORM, b""),
    ("GET", "https://evidence.s3.amazonaws.com/a%2Fb/c%20d+e/%C3%A4?list-type=2&prefix=x%2Fy&empty=", META, None),
    ("PUT", "https://evidence.s3.amazonaws.com/a?versionId=1", {**META, "Content-Type": "text/plain"}, b"body"),
    ("PUT", "https://evidence.s3.amazonaws.com//twice", {}, b"body"),
    ("GET", "http://localhost:5000/a", {}, None),
    ("GET", "http://localhost:80/a;b?", {}, None),
    ("DELETE", "https://s3.amazonaws.com/evidence/$folder$?", {"Host": "s3.amazonaws.com"}, None),
    ("GET", "https://s3.amazonaws.com/evidence/ä", {}, None),
    ("GET", "https://s3.amazonaws.com/evidence/none", {"Content-Length": "4"}, None),
]
PARTS = ("method", "url", "raw_url", "raw_path", "path", "data", "form", "files", "args", "values", "content_type")


@pytest.mark.parametrize(("method", "url", "headers", "body"), REQUESTS)
def test_a_request_says_what_the_librarys_says(method: str, url: str, headers: dict[str, str], body: bytes) -> None:
    given = HTTPHeaders()
    for name, value in headers.items():
        given[name] = value
    ours, theirs = (make(method, url, given, body) for make in (quick_requests._made, quick_requests._made_slowly))
    for part in PARTS:
        assert (part, getattr(ours, part)) == (part, getattr(theirs, part))
    assert sorted(ours.headers) == sorted(theirs.headers)
    environments = [{key: each for key, each in made.environ.items() if key[:4] != "wsgi"} for made in (ours, theirs)]
    assert [made.pop("werkzeug.request", None) and None for made in environments] == [None, None]
    assert environments[0] == environments[1]
    assert ours.get_data() == theirs.get_data()
    ours, theirs = (make(method, url, given, body) for make in (quick_requests._made, quick_requests._made_slowly))
    assert ours.stream.read() == theirs.stream.read()


def test_a_body_may_be_a_file() -> None:
    make = quick_requests._made
    assert make("PUT", "https://evidence.s3.amazonaws.com/a", HTTPHeaders(), io.BytesIO(b"body")).data == b"body"


def test_a_body_that_was_made_smaller_is_read_anew() -> None:
    small = HTTPHeaders()
    small["Content-Encoding"] = "gzip"
    made = quick_requests._made("POST", "https://monitoring.us-east-1.amazonaws.com/", small, gzip.compress(b"metrics"))
    BaseResponse().decompress_request_body(made)
    assert made.data == b"metrics"


@pytest.mark.parametrize("service", ["s3", "dynamodb", "rds", "sts", "iam", "kms"])
def test_a_service_is_found_where_moto_finds_it(service: str) -> None:
    with local_aws.empty():
        address = boto3.client(service, region_name="us-east-1").meta.endpoint_url
        assert quick_requests._server(f"{address}/")[0] == service
    assert quick_requests._server("https://example.com/") == (None, None)


def test_what_a_test_forbids_is_refused() -> None:
    request = AWSPreparedRequest("POST", "https://dynamodb.us-west-2.amazonaws.com/", HTTPHeaders(), b"{}", False)
    with local_aws.empty(), pytest.MonkeyPatch.context() as patch:
        patch.setitem(default_user_config["core"], "service_whitelist", ["s3"])
        with pytest.raises(ServiceNotWhitelisted):
            quick_requests._answer(quick_requests._Stubber(), request)
