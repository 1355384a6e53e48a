"""Requests from botocore to the moto in this process: whom they are for is asked once, and they are made of a dict."""

import re
import sys
from functools import cache
from io import BytesIO
from typing import Any
from urllib.parse import unquote, urlsplit

from moto import backend_index, backends
from moto.core import DEFAULT_ACCOUNT_ID, botocore_stubber, config
from moto.core.base_backend import BackendDict
from moto.core.exceptions import HTTPException
from moto.core.request import (
    PRESERVED_HEADER_NAMES_ENVIRON_KEY,
    Request,
    environ_key_for_header,
    should_preserve_original_header_name,
)
from moto.core.utils import get_equivalent_url_in_aws_domain
from moto.moto_api import recorder
from werkzeug.datastructures import ImmutableMultiDict

_Stubber: Any = botocore_stubber.BotocoreStubber
_Request: Any = Request
_answer_slowly = _Stubber.process_request
_made_slowly = _Request.from_primitives
_spelt = _Request.raw_url.fget
_URL = "tests.url"
_NOTHING: Any = ImmutableMultiDict()
_PLAIN = re.compile(r"https?://[a-z0-9.-]+(:\d+)?/(?!/)[\w.~%:@!$&'()*+,=/?-]*", re.ASCII)
"""Addresses that need no other spelling in an environment of WSGI."""


def install() -> None:
    """Answer so, in this process."""
    _Stubber.process_request = _answer
    _Request.from_primitives = _made
    _Request.raw_url = property(_url)


def _answer(self: Any, request: Any) -> Any:
    """As moto answers; it matches every address with the patterns of all services, and imports the service again."""
    address = _clean(request.url.partition("?")[0])
    service, serve = _server(address)
    if serve is None or _is_left_alone(address, service):
        return _answer_slowly(self, request)
    made = botocore_stubber.normalize_request(request)
    try:
        recorder._record_request(made)
        return serve(made, made.raw_url, made.headers)
    except HTTPException as error:
        return error.code, error.get_headers(), error.get_body()


@cache
def _clean(address: str) -> str:
    """An address as AWS has it, where moto knows it by another."""
    parsed, _ = get_equivalent_url_in_aws_domain(address)
    return f"{parsed.scheme}://{parsed.netloc}{parsed.path}"


@cache
def _server(address: str) -> tuple[Any, Any]:
    """The service at an address and what answers there; nobody, if moto has none."""
    for service, pattern in backend_index.backend_url_patterns:
        if pattern.match(address):
            known: Any = backends.get_backend(service)  # type: ignore[call-overload]
            if isinstance(known, BackendDict):
                regions = known[DEFAULT_ACCOUNT_ID]
                backend = regions["us-east-1" if "us-east-1" in regions else "aws"]
            else:
                backend = known["global"]
            for url, serve in backend.urls.items():
                if re.match(url, address):
                    return service, serve
    return None, None


def _is_left_alone(address: str, service: str) -> bool:
    """A test may have moto pass calls on, or refuse them."""
    return bool(
        config.passthrough_url(address)
        or config.passthrough_service(service)
        or not config.service_whitelisted(service)
    )


def _made(method: str, url: str, headers: Any, body: Any = None) -> Any:
    """A request as moto makes it, which has a client for tests parse and spell each of its parts."""
    body = body.encode() if isinstance(body, str) else body
    if not (body is None or type(body) in (bytes, bytearray)) or not _PLAIN.fullmatch(url):
        return _made_slowly(method, url, headers, body)
    said = _environment(headers, body)
    is_form = said.get("CONTENT_TYPE", "").startswith(("application/x-www-form-urlencoded", "multipart/"))
    if is_form and not body:
        return _made_slowly(method, url, headers, body)
    parts = urlsplit(url)
    name, _, port = parts.netloc.partition(":")
    given = {
        "REQUEST_METHOD": method,
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote(parts.path).encode().decode("latin1"),
        "QUERY_STRING": parts.query,
        "REQUEST_URI": parts.path,
        "RAW_URI": parts.path,
        "SERVER_NAME": name,
        "SERVER_PORT": port or ("443" if parts.scheme == "https" else "80"),
        "HTTP_HOST": parts.netloc,
        "SERVER_PROTOCOL": "HTTP/1.1",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": parts.scheme,
        "wsgi.input": BytesIO(body or b""),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": False,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    made: Any = Request({**given, **said})
    if not port and "HTTP_HOST" not in said and ("?" not in url or parts.query):
        made.__dict__[_URL] = url
    if not is_form and "HTTP_CONTENT_ENCODING" not in said:
        read = BytesIO(body or b"")
        made.__dict__.update(stream=read, form=_NOTHING, files=_NOTHING, _cached_data=bytes(body or b""))
    return made


def _url(self: Any) -> Any:
    """Where a request goes, as it was said, and not as it is found from its parts."""
    return self.__dict__.get(_URL) or _spelt(self)


def _environment(headers: Any, body: bytes | None) -> dict[str, Any]:
    """What headers are in an environment, and under which names some of them came."""
    found: dict[str, Any] = {}
    names: dict[str, str] = {}
    for name, value in headers.items():
        key = environ_key_for_header(name)
        said = value.decode() if isinstance(value, bytes) else value
        if key != "HTTP_TRANSFER_ENCODING":
            found[key] = f"{found[key]}, {said}" if key in found else said
            if should_preserve_original_header_name(name):
                names[key] = name
    return {**found, "CONTENT_LENGTH": str(len(body or b"")), PRESERVED_HEADER_NAMES_ENVIRON_KEY: names}
