"""Probes against real sockets: what counts as an answer, and what a missing one means."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import pytest

from sandbox.processes import free_ports
from services.failover import probes
from services.failover.machine import Verdict
from services.failover.spec import MetricCheck


@pytest.fixture
def serve() -> Iterator[Callable[..., str]]:
    """Serves an answer, status and body by request path; yields the address."""
    servers: list[ThreadingHTTPServer] = []

    def start(answer: Callable[[str], tuple[int, str]]) -> str:
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                status, body = answer(self.path)
                self.send_response(status)
                self.send_header("Location", "/health")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                with suppress(ConnectionError):  # a probe hangs up when it has seen enough
                    self.wfile.write(body.encode())

            def log_message(self, format: str, *args: object) -> None:
                """Say nothing."""

        servers.append(ThreadingHTTPServer(("127.0.0.1", 0), Handler))
        threading.Thread(target=servers[-1].serve_forever, args=(0.01,), daemon=True).start()
        return f"http://127.0.0.1:{servers[-1].server_port}"

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.mark.req("BDR-11")
@pytest.mark.parametrize(
    ("status", "verdict"),
    [(200, "healthy"), (204, "healthy"), (302, "unhealthy"), (404, "unhealthy"), (500, "unhealthy")],
)
def test_only_success_is_health(serve: Callable[..., str], status: int, verdict: str):
    address = serve(lambda path: (status, "") if path == "/probe" else (200, ""))
    assert probes.http(f"{address}/probe", 2) == verdict


@pytest.mark.req("BDR-11")
def test_a_closed_port_and_a_late_answer_are_failures(serve: Callable[..., str]):
    slow = threading.Event()
    address = serve(lambda _: (200, str(slow.wait(5))))
    assert probes.http(f"http://127.0.0.1:{free_ports(1)[0]}/health", 1) is Verdict.UNHEALTHY
    assert probes.http(address, 0.1) is Verdict.UNHEALTHY
    slow.set()


def _prometheus(values: dict[str, list[str]]) -> Callable[[str], tuple[int, str]]:
    def answer(path: str) -> tuple[int, str]:
        (query,) = parse_qs(urlsplit(path).query)["query"]
        result = [{"value": [0, value]} for value in values.get(query, [])]
        return 200, json.dumps({"data": {"result": result}})

    return answer


@pytest.mark.req("BDR-12")
@pytest.mark.parametrize(
    ("errors", "total", "verdict"),
    [
        (["0.01"], None, "healthy"),
        (["0.011"], None, "unhealthy"),
        ([], None, "unknown"),
        (["NaN"], None, "unknown"),
        (["0", "1"], None, "unknown"),
        (["1"], ["100"], "healthy"),
        (["2"], ["100"], "unhealthy"),
        (["0"], ["0"], "unknown"),
        (["1"], [], "unknown"),
    ],
)
def test_a_metric_is_compared_and_missing_data_is_unknown(
    serve: Callable[..., str], errors: list[str], total: list[str] | None, verdict: str
):
    address = serve(_prometheus({"errors": errors, "all": total or []}))
    check = MetricCheck(type="metric", query="errors", ratio_to=None if total is None else "all")
    assert probes.metric(check, address) == verdict


@pytest.mark.req("BDR-12")
def test_a_metric_that_cannot_be_asked_is_unknown(serve: Callable[..., str]):
    check = MetricCheck(type="metric", query="errors")
    assert probes.metric(check, f"http://127.0.0.1:{free_ports(1)[0]}") is Verdict.UNKNOWN
    assert probes.metric(check, serve(lambda _: (500, ""))) is Verdict.UNKNOWN
    assert probes.metric(check, serve(lambda _: (200, "not json"))) is Verdict.UNKNOWN
