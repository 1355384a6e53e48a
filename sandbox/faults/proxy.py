"""A proxy before the local AWS: it throttles, loses a region, lets credentials expire, or strikes at a certain call."""

import itertools
import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from fnmatch import fnmatchcase
from http.client import HTTPConnection
from typing import ClassVar
from urllib.parse import parse_qs, urlsplit

from components.aws.partitions import REGIONS
from sandbox.answering import LOOPBACK, Answering, serving

_GLOBAL = frozenset(
    {"account", "budgets", "ce", "cloudfront", "iam", "organizations", "route53", "route53domains", "shield", "waf"}
)
"""Services, as signed, that are ordered in the home region of their partition; Global Accelerator is not."""
_BUCKET = re.compile(r"(PUT|DELETE) /[^/?]+/?(\?.*)?")
"""What changes a bucket of S3, which is ordered there too; objects are not."""


@dataclass(frozen=True)
class Request:
    """What a fault may look at; `number` counts from 1, the service is as signed.

    `region` is the one that has to stand for an answer: as signed, but where a client signs what is global for the
    region that it works in.

    `operation` is the API's word (CreateVpc) where the protocol says it, else method and path (POST /clusters).
    """

    number: int
    service: str
    region: str
    operation: str


@dataclass(frozen=True)
class Fault:
    """The answer to give in place of the cloud's."""

    code: str
    message: str
    status: int


Rule = Callable[[Request], Fault | None]


def throttle(every: int) -> Rule:
    """Refuse each n-th request as AWS does when an account calls too often."""
    fault = Fault("Throttling", "Rate exceeded", 429)
    return lambda request: fault if request.number % every == 0 else None


def expire_after(requests: int) -> Rule:
    """Let the session's credentials end after so many requests."""
    fault = Fault("ExpiredToken", "The security token included in the request is expired", 403)
    return lambda request: fault if request.number > requests else None


def lose(region: str, status: int = 503) -> Rule:
    """Refuse whatever has to be answered in a region; with another status, clients do not try again for minutes."""
    fault = Fault("ServiceUnavailable", f"{region} is lost", status)
    return lambda request: fault if request.region == region else None


def strike(act: Callable[[], None], operation: str, nth: int = 1) -> Rule:
    """Act once, when the n-th call of an operation arrives, and only then pass it on; `*` ends an open path."""
    seen = itertools.count(1)

    def rule(request: Request) -> None:
        if fnmatchcase(request.operation, operation) and next(seen) == nth:
            act()

    return rule


@contextmanager
def proxy(target: str, rule: Rule) -> Iterator[str]:
    """Serve on a free loopback port in front of `target`; yields the address and stops at the end."""
    known = {"target": urlsplit(target).netloc, "rule": staticmethod(rule), "numbers": itertools.count(1)}
    with serving(_Handler, **known) as port:
        yield f"http://{LOOPBACK}:{port}"


class _Handler(Answering):
    target: ClassVar[str]
    rule: ClassVar[Rule]
    numbers: ClassVar[Iterator[int]]
    protocol_version = "HTTP/1.1"

    def _serve(self) -> None:
        body = self.read_body()
        fault = self.rule(self._request(body))
        if fault is not None:
            return self._refuse(fault)
        connection = HTTPConnection(self.target, timeout=120)
        connection.request(self.command, self.path, body, dict(self.headers))
        answer = connection.getresponse()
        content = answer.read()
        connection.close()
        own = {"content-length", "transfer-encoding", "connection", "date", "server"}
        passed_on = [(key, value) for key, value in answer.getheaders() if key.lower() not in own]
        return self.answer(answer.status, content, passed_on)

    do_GET = do_POST = do_PUT = do_DELETE = do_HEAD = do_PATCH = _serve

    def _request(self, body: bytes) -> Request:
        signed = self.headers.get("Authorization", "").partition("Credential=")[2].split("/")
        region, service = (signed[2], signed[3]) if len(signed) > 3 else ("", "")
        form = parse_qs(body.decode()) if self._is_form else {}
        target = self.headers.get("X-Amz-Target", "").rpartition(".")[2]
        operation = form.get("Action", [target])[0] or f"{self.command} {self.path}"
        return Request(next(self.numbers), service, _answering(service, region, operation), operation)

    @property
    def _is_form(self) -> bool:
        return "x-www-form-urlencoded" in self.headers.get("Content-Type", "")

    def _refuse(self, fault: Fault) -> None:
        if self._is_form:
            error = f"<Error><Code>{fault.code}</Code><Message>{fault.message}</Message></Error>"
            text = f"<Response><Errors>{error}</Errors>{error}<RequestID>proxy</RequestID></Response>"
            headers = [("Content-Type", "text/xml")]
        else:
            text = json.dumps({"__type": fault.code, "message": fault.message})
            headers = [("Content-Type", "application/x-amz-json-1.1"), ("x-amzn-ErrorType", fault.code)]
        self.answer(fault.status, text.encode(), headers)


def _answering(service: str, region: str, operation: str) -> str:
    """The region that answers a call which is signed for one: the home of its partition where that depends on it."""
    at_home = service in _GLOBAL or (service == "s3" and _BUCKET.fullmatch(operation))
    return REGIONS[region].partition.home_region if at_home and region in REGIONS else region
