"""The systems around a deployment, asked over HTTP as they really are: shapes, tokens, and what goes wrong."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import boto3
import pytest
from moto import mock_aws

from assurance.promotion.announce import Announcer
from assurance.promotion.forge import GitHub
from assurance.promotion.itsm import ServiceNow
from assurance.promotion.keys import ParameterStore
from assurance.promotion.service import Service, SourceError

TOKEN = "canary-token"


@contextmanager
def answering(status: int, body: object, location: str = "") -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """An address that always says the same, and what it was asked."""
    asked: list[dict[str, Any]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            asked.append(
                {"path": self.path, "token": self.headers.get("Authorization"), "body": self.rfile.read(length)}
            )
            text = body if isinstance(body, bytes) else json.dumps(body).encode()
            self.send_response(status)
            if location:
                self.send_header("Location", location)
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

        do_POST = do_GET

        def log_message(self, format: str, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}", asked
    finally:
        server.shutdown()
        server.server_close()


def itsm(address: str) -> ServiceNow:
    return ServiceNow(Service(name="the ITSM", address=address, token=TOKEN))


def forge(address: str) -> GitHub:
    service = Service(name="the code's host", address=address, token=TOKEN)
    return GitHub(service=service, repository="example/platform", run="77")


@pytest.mark.req("ENV-05")
def test_a_ticket_is_read_from_the_table_of_change_requests_with_a_token() -> None:
    with answering(200, {"result": [{"number": "CHG0000042", "state": "3"}]}) as (address, asked):
        assert itsm(address).state("CHG0000042") == "3"
    assert asked == [
        {
            "path": "/api/now/table/change_request?sysparm_query=number%3DCHG0000042&sysparm_fields=number%2Cstate",
            "token": f"Bearer {TOKEN}",
            "body": b"",
        }
    ]


@pytest.mark.req("ENV-05")
@pytest.mark.parametrize(
    "result", [[], [{"number": "CHG0000043", "state": "3"}], [{"number": "CHG0000042", "state": "3"}] * 2]
)
def test_a_ticket_that_is_not_exactly_one_is_none(result: list[Any]) -> None:
    with answering(200, {"result": result}) as (address, _):
        assert itsm(address).state("CHG0000042") is None


@pytest.mark.req("ENV-05")
@pytest.mark.parametrize("number", ["", "42", "CHG0000042^ORstate=3", "CHG0000042\n"])
def test_what_is_no_number_of_a_ticket_is_not_asked_for(number: str) -> None:
    with answering(200, {"result": [{"number": number, "state": "3"}]}) as (address, asked):
        assert itsm(address).state(number) is None
    assert asked == []


@pytest.mark.req("ENV-05")
@pytest.mark.parametrize(
    ("status", "body", "said"),
    [
        (401, {}, "the ITSM answered 401"),
        (500, {}, "the ITSM answered 500"),
        (200, b"<html>", "the ITSM answered something that is no JSON"),
        (200, {"error": "none"}, "the ITSM answered without a change request in it"),
    ],
)
def test_an_answer_that_is_none_is_an_error_without_the_token(status: int, body: object, said: str) -> None:
    with answering(status, body) as (address, _), pytest.raises(SourceError) as failed:
        itsm(address).state("CHG0000042")
    assert str(failed.value) == said


def test_an_itsm_that_is_away_is_an_error() -> None:
    with answering(200, {}) as (address, _):
        gone = itsm(address)
    with pytest.raises(SourceError, match=r"^the ITSM could not be reached$"):
        gone.state("CHG0000042")


@pytest.mark.req("SEC-07")
def test_a_token_does_not_follow_to_another_host_and_is_in_no_text() -> None:
    with answering(200, {"result": []}) as (other, asked), answering(302, {}, other) as (address, _):
        with pytest.raises(SourceError, match=r"^the ITSM answered 302$"):
            itsm(address).state("CHG0000042")
        assert asked == []
        assert TOKEN not in repr(itsm(address))


@pytest.mark.req("ENV-01", "ENV-02", "ENV-03")
def test_checks_are_those_of_the_commit_and_the_worst_of_each_name_counts() -> None:
    runs = [
        {"name": "unit / unit", "status": "completed", "conclusion": "failure"},
        {"name": "unit", "status": "completed", "conclusion": "success"},
        {"name": "integration", "status": "in_progress", "conclusion": None},
        {"name": "e2e", "status": "completed", "conclusion": "success"},
    ]
    with answering(200, {"check_runs": runs}) as (address, asked):
        assert forge(address).checks("abc") == {"unit": "failure", "integration": "in_progress", "e2e": "success"}
    assert asked[0]["path"] == "/repos/example/platform/commits/abc/check-runs?filter=latest&per_page=100&page=1"
    assert asked[0]["token"] == f"Bearer {TOKEN}"


def test_checks_that_never_end_are_not_read_in_part() -> None:
    run = {"name": "unit", "status": "completed", "conclusion": "success"}
    with answering(200, {"check_runs": [run] * 100}) as (address, _), pytest.raises(SourceError) as failed:
        forge(address).checks("abc")
    assert str(failed.value) == "the code's host knows more checks of this commit than were read"


@pytest.mark.req("ENV-03")
def test_approvals_are_those_of_the_run_and_a_rejection_is_none() -> None:
    def review(state: str, who: str, *environments: str) -> dict[str, Any]:
        return {"state": state, "user": {"login": who}, "environments": [{"name": name} for name in environments]}

    said = [
        review("approved", "grace", "prod-sre-team"),
        review("rejected", "linus", "prod-security-team"),
        review("approved", "ada", "prod-sre-team", "prod"),
    ]
    with answering(200, said) as (address, asked):
        assert forge(address).approvals() == {
            "prod-sre-team": frozenset({"grace", "ada"}),
            "prod": frozenset({"ada"}),
        }
    assert asked[0]["path"] == "/repos/example/platform/actions/runs/77/approvals"


@pytest.mark.req("PLT-09")
def test_keys_are_parameters_of_the_account() -> None:
    with mock_aws():
        ssm = boto3.client("ssm", region_name="us-gov-west-1", aws_access_key_id="x", aws_secret_access_key="x")
        keys = ParameterStore(ssm)
        assert keys.is_set("phase7/impl/complete") is False
        ssm.put_parameter(Name="/phase7/impl/complete", Value="done", Type="String")
        assert keys.is_set("phase7/impl/complete") is True
        for revision in ("one", "two"):
            keys.publish("phase7/deploy/complete", {"revision": revision})
        value = ssm.get_parameter(Name="/phase7/deploy/complete")["Parameter"]["Value"]
    assert json.loads(value) == {"revision": "two"}


@pytest.mark.req("PLT-09")
def test_a_store_that_cannot_be_asked_is_an_error() -> None:
    with answering(403, {}) as (address, _):
        ssm = boto3.client(
            "ssm", region_name="us-east-1", endpoint_url=address, aws_access_key_id="x", aws_secret_access_key="x"
        )
        with pytest.raises(SourceError, match=r"^the parameter store could not be asked \(ClientError\)$"):
            ParameterStore(ssm).is_set("phase7/impl/complete")
        with pytest.raises(SourceError, match=r"^the parameter store did not take a/b \(ClientError\)$"):
            ParameterStore(ssm).publish("a/b", {})


@pytest.mark.req("C-37")
def test_slack_and_pagerduty_are_told_each_in_its_own_shape() -> None:
    with answering(202, {}) as (address, asked):
        announcer = Announcer(
            slack=Service(name="Slack", address=f"{address}/hook"),
            pagerduty=Service(name="PagerDuty", address=address),
            routing_key="key",
        )
        assert announcer.tell(["slack", "pagerduty"], "prod is deployed", {"stack": "prod"}) == []
    payload = {"summary": "prod is deployed", "source": "pulumi", "custom_details": {"stack": "prod"}}
    assert [(each["path"], json.loads(each["body"])) for each in asked] == [
        ("/hook", {"text": "prod is deployed"}),
        ("/v2/change/enqueue", {"routing_key": "key", "payload": payload}),
    ]


@pytest.mark.req("C-37")
def test_a_channel_that_is_away_is_named_without_its_address() -> None:
    with answering(500, {}) as (address, _):
        announcer = Announcer(slack=Service(name="Slack", address=f"{address}/canary"))
        assert announcer.tell(["slack", "pagerduty"], "text", {}) == [
            "slack was not told: Slack answered 500",
            "pagerduty was not told: its address was not given to this run",
        ]
