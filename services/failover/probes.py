"""How the primary is looked at: over HTTP by its regional host, and by a metric that reaches the recovery region."""

import json
from http.client import HTTPException, HTTPMessage
from typing import IO
from urllib.error import HTTPError, URLError
from urllib.parse import urlencode
from urllib.request import HTTPRedirectHandler, Request, build_opener

from services.failover.machine import Sample, Verdict
from services.failover.spec import HttpCheck, MetricCheck, Spec

METRIC_TIMEOUT = 5.0


class _NoRedirects(HTTPRedirectHandler):
    """Another host's health says nothing about this one's."""

    def redirect_request(
        self, req: Request, fp: IO[bytes], code: int, msg: str, headers: HTTPMessage, newurl: str
    ) -> None:
        return None


_open = build_opener(_NoRedirects).open


def look(spec: Spec, metrics_url: str | None) -> Sample:
    """One round of all checks."""
    return {
        n: http(check.endpoint, check.timeout) if isinstance(check, HttpCheck) else metric(check, metrics_url)
        for n, check in enumerate(spec.health_checks)
    }


def http(endpoint: str, timeout: float) -> Verdict:
    """Healthy by a 2xx answer in time, else unhealthy: refused, late, broken and redirected are all failures."""
    try:
        with _open(Request(endpoint), timeout=timeout) as answer:  # noqa: S310 spec allows http(s) only
            return Verdict.HEALTHY if 200 <= answer.status < 300 else Verdict.UNHEALTHY
    except (OSError, HTTPException):
        return Verdict.UNHEALTHY


def metric(check: MetricCheck, metrics_url: str | None) -> Verdict:
    """Compare the value with the threshold; UNKNOWN where there is none, or nothing to divide by."""
    value = _query(check.query, metrics_url)
    if value is not None and check.ratio_to is not None:
        total = _query(check.ratio_to, metrics_url)
        value = value / total if total else None
    if value is None or value != value:  # NaN
        return Verdict.UNKNOWN
    return Verdict.UNHEALTHY if value > check.threshold else Verdict.HEALTHY


def _query(query: str, metrics_url: str | None) -> float | None:
    """The value of an instant query with one series, else None."""
    url = f"{metrics_url}/api/v1/query?{urlencode({'query': query})}"
    try:
        with _open(Request(url), timeout=METRIC_TIMEOUT) as answer:  # noqa: S310 the platform's own address
            result = json.load(answer)["data"]["result"]
            return float(result[0]["value"][1]) if len(result) == 1 else None
    except (HTTPError, URLError, OSError, HTTPException, ValueError, LookupError, TypeError):
        return None
