"""An HTTP service that answers JSON; its token goes to it alone, and into no message."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import urlencode
from urllib.request import HTTPRedirectHandler, Request, build_opener

PATIENCE_SECONDS = 10


class SourceError(RuntimeError):
    """Somebody who was asked and did not answer; says who, and how it failed, never with which token."""


class _Stay(HTTPRedirectHandler):
    """The token is for one host; wherever that host points, it does not go along."""

    def redirect_request(self, *_: Any, **__: Any) -> None:
        return None


_OPENER = build_opener(_Stay)


@dataclass(frozen=True, kw_only=True)
class Service:
    """`name` is what messages call it: an address may be a secret, as those of webhooks are."""

    name: str
    address: str = field(repr=False)
    token: str | None = field(default=None, repr=False)

    def get(self, path: str, **query: str) -> Any:
        """What it says; SourceError if it says nothing that can be read."""
        return self._ask(f"{path}?{urlencode(query)}" if query else path, None)

    def post(self, path: str, body: Mapping[str, Any]) -> None:
        """Hand it something; SourceError if it does not take it."""
        self._ask(path, json.dumps(body).encode())

    def _ask(self, path: str, body: bytes | None) -> Any:
        headers = {"Accept": "application/json", "Content-Type": "application/json"}
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        request = Request(self.address + path, body, headers)  # noqa: S310 https by the model, or the laptop's loopback
        try:
            with _OPENER.open(request, timeout=PATIENCE_SECONDS) as answer:
                text = answer.read()
                return json.loads(text) if body is None else None
        except HTTPError as error:
            error.close()
            raise SourceError(f"{self.name} answered {error.code}") from None
        except (URLError, OSError):
            raise SourceError(f"{self.name} could not be reached") from None
        except ValueError:
            raise SourceError(f"{self.name} answered something that is no JSON") from None
