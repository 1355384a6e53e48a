"""Stands in for the systems around a deployment: an ITSM, the code's host, Slack and PagerDuty, on loopback.

It keeps every request, and answers as they would if everybody agreed, unless `answers.yaml` says otherwise.
"""

import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import yaml

from assurance.promotion.itsm import TABLE
from infra.config.promotion import PromotionConfig
from sandbox.home import Home

APPROVED = "3"


class AnswersError(RuntimeError):
    """An answers file that cannot be understood."""


@dataclass(frozen=True, kw_only=True)
class Answers:
    """What others say: tickets by number -> state, groups that withhold their word, failed checks, keys nobody set."""

    tickets: Mapping[str, str] = field(default_factory=dict)
    withheld: tuple[str, ...] = ()
    failed: tuple[str, ...] = ()
    unset: tuple[str, ...] = ()


def answers(home: Home) -> Answers:
    """The answers that somebody wrote into the laptop's `answers.yaml`; everybody agrees without it."""
    path = home.root / "answers.yaml"
    if not path.exists():
        return Answers()
    try:
        said = yaml.safe_load(path.read_text()) or {}
        tickets = {str(number): str(state) for number, state in said.pop("tickets", {}).items()}
        return Answers(tickets=tickets, **{key: tuple(names) for key, names in said.items()})
    except (yaml.YAMLError, AttributeError, TypeError) as error:
        rule = "write tickets (number: state) and lists of withheld, failed and unset"
        raise AnswersError(f"{path} cannot be understood ({error}); {rule}") from None


class Receiver:
    """Serves while it is open; `smoke` is what a check of the deployed stack came to, once that is known."""

    def __init__(self, home: Home, stack: str, order: PromotionConfig) -> None:
        self._home, self._stack, self._order = home, stack, order
        self._answers = answers(home)
        self.smoke = "queued"
        handler = type("Handler", (_Handler,), {"receiver": self})
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self.address = f"http://127.0.0.1:{self._server.server_address[1]}"

    @contextmanager
    def open(self) -> Iterator["Receiver"]:
        """Listen."""
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        try:
            yield self
        finally:
            self._server.shutdown()
            self._server.server_close()

    def receive(self, method: str, path: str, body: Any) -> tuple[int, Any]:
        """Keep a request, without its headers, which hold tokens; answer with status and body."""
        said = {"at": datetime.now(UTC).isoformat(timespec="seconds"), "stack": self._stack}
        with (self._home.logs / "received.jsonl").open("a") as out:
            out.write(json.dumps({**said, "method": method, "path": path, "body": body}) + "\n")
        where = urlsplit(path)
        if method == "POST":
            return 202, {"status": "success"}
        if where.path == TABLE:
            return 200, {"result": self._tickets(parse_qs(where.query))}
        if where.path.endswith("/check-runs"):
            runs = [{"name": name, "status": "completed", "conclusion": said} for name, said in self._checks().items()]
            return 200, {"total_count": len(runs), "check_runs": runs}
        if where.path.endswith("/approvals"):
            return 200, [
                self._approval(group) for group in self._order.approvers if group not in self._answers.withheld
            ]
        return 404, {"message": "Not Found"}

    def _tickets(self, query: Mapping[str, list[str]]) -> list[dict[str, str]]:
        number = query.get("sysparm_query", ["number="])[0].removeprefix("number=")
        return [{"number": number, "state": self._answers.tickets.get(number, APPROVED)}]

    def _checks(self) -> dict[str, str]:
        order, stack = self._order, self._stack
        names = [*order.tests_before, *(f"complete {each}" for each in order.after)]
        names += [f"{test} {stack}" for test in order.tests_after]
        said = {name: "failure" if name in self._answers.failed else "success" for name in names}
        smoke = f"smoke {stack}"
        return said | ({smoke: self.smoke} if said.get(smoke) == "success" else {})

    def _approval(self, group: str) -> dict[str, Any]:
        environments = [{"name": f"{self._stack}-{group}"}]
        return {"state": "approved", "user": {"login": f"somebody-of-{group}"}, "environments": environments}


class _Handler(BaseHTTPRequestHandler):
    receiver: Receiver

    def do_GET(self) -> None:
        """Questions, which need a token as they would elsewhere."""
        if not self.headers.get("Authorization", "").startswith("Bearer "):
            return self._answer(401, {"message": "Requires authentication"})
        return self._answer(*self.receiver.receive("GET", self.path, None))

    def do_POST(self) -> None:
        """Messages."""
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        return self._answer(*self.receiver.receive("POST", self.path, body))

    def _answer(self, status: int, body: Any) -> None:
        text = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, format: str, *args: Any) -> None:
        """The requests are kept elsewhere."""
