"""Stands in for the systems around a deployment: an ITSM, the code's host, Slack and PagerDuty, on loopback.

It keeps every request, and answers as they would if everybody agreed, unless `answers.yaml` says otherwise.
"""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

import yaml

from assurance.promotion.itsm import TABLE
from infra.config.promotion import PromotionConfig
from sandbox.answering import LOOPBACK, Answering, serving
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
        self.address = ""

    @contextmanager
    def open(self) -> Iterator["Receiver"]:
        """Listen."""
        with serving(_Handler, receiver=self) as port:
            self.address = f"http://{LOOPBACK}:{port}"
            yield self

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


class _Handler(Answering):
    receiver: Receiver

    def do_GET(self) -> None:
        """Questions, which need a token as they would elsewhere."""
        if not self.headers.get("Authorization", "").startswith("Bearer "):
            return self.answer_json(401, {"message": "Requires authentication"})
        return self.answer_json(*self.receiver.receive("GET", self.path, None))

    def do_POST(self) -> None:
        """Messages."""
        return self.answer_json(*self.receiver.receive("POST", self.path, json.loads(self.read_body())))
