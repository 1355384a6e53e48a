"""Calls to the AWS in this process, without what only a network needs, which no test looks at and which costs time."""

from collections.abc import Iterator
from functools import cache
from typing import Any
from xml.sax.saxutils import escape, quoteattr

import boto3
import xmltodict
from botocore import auth, client, hooks, parsers, useragent
from cryptography.hazmat.primitives.asymmetric import rsa
from moto.core import base_backend, models, responses, serialize, utils
from moto.s3.responses import S3Response

REQUEST = "0" * 52
_read_aloud = serialize.ResponseSerializer.get_value
_addresses: Any = base_backend.BaseBackend.urls.fget
_write_aloud = xmltodict.unparse
_is_of_bucket = S3Response.subdomain_based_buckets
_find_models = boto3.Session._setup_loader


def install() -> None:
    """Take it out, in this process; before the first client is made."""
    utils.create_loader = cache(utils.create_loader)  # or each service has its model looked for among all others again
    models.RESPONSES_METHODS.clear()  # rules for the clients of another library: 1,300 made anew for each test
    rsa.generate_private_key = cache(rsa.generate_private_key)  # certificates share a key: a new one takes 0.1 s
    parsers.DEFAULT_TIMESTAMP_PARSER = cache(parsers.parse_timestamp)  # type: ignore[assignment]
    responses.camelcase_to_underscores = cache(utils.camelcase_to_underscores)  # type: ignore[assignment]
    auth.SigV4Auth.add_auth = _name_the_client  # type: ignore[method-assign]
    useragent.UserAgentString.to_string = lambda _: "unit-tests"  # type: ignore[method-assign]
    hooks.EventAliaser._alias_event_name = _event_name  # type: ignore[method-assign]
    hooks._PrefixTrie.__copy__ = _copied  # type: ignore[attr-defined]
    client.ClientCreator._create_client_class = _client_class  # type: ignore[method-assign]
    boto3.Session._setup_loader = _setup_loader  # type: ignore[method-assign]
    base_backend.BaseBackend.urls = property(_urls)  # type: ignore[assignment]
    S3Response.subdomain_based_buckets = staticmethod(_has_its_host)  # type: ignore[method-assign]
    responses.gen_amzn_requestid_long = _name_the_request
    serialize.ResponseSerializer.get_value = _value  # type: ignore[method-assign]
    xmltodict.unparse = _document  # type: ignore[assignment]


def _name_the_client(self: Any, request: Any) -> None:
    """The part of a signature that is read here: whose key it is, for which region and service."""
    if self.credentials is None:
        raise auth.NoCredentialsError()
    scope = f"{self.credentials.access_key}/20261121/{self._region_name}/{self._service_name}/aws4_request"
    request.headers["Authorization"] = f"AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature=0"


_names: dict[str, str] = {}
_spelt = hooks.EventAliaser._alias_event_name


def _event_name(self: Any, event_name: str) -> str:
    """All clients know the same old names of events; each would look them up for itself."""
    if event_name not in _names:
        _names[event_name] = _spelt(self, event_name)
    return _names[event_name]


def _copied(self: Any) -> Any:
    """What listens to a session is copied for each client; the copy knows what a node is made of."""
    new = type(self)()
    new._root = _node(self._root)
    return new


def _node(node: dict[str, Any]) -> dict[str, Any]:
    values = node["values"]
    children = {name: _node(child) for name, child in node["children"].items()}
    return {"chunk": node["chunk"], "children": children, "values": values and hooks.NodeList(*map(list, values))}


_classes: dict[str, type] = {}
_create_client_class = client.ClientCreator._create_client_class


def _client_class(self: Any, service_name: str, service_model: Any) -> type:
    """Every client of a service has the same methods; each would have a class of its own with 500 of them."""
    if service_name not in _classes:
        _classes[service_name] = _create_client_class(self, service_name, service_model)
    return _classes[service_name]


def _setup_loader(self: Any) -> None:
    """All sessions share the loader of models, and each would have it look in one more place."""
    _find_models(self)
    self._loader.search_paths[:] = dict.fromkeys(self._loader.search_paths)


_known_urls: dict[type, Any] = {}


def _urls(self: Any) -> Any:
    """A service answers at the same addresses all the time; moto spells them for every request."""
    if type(self) not in _known_urls:
        _known_urls[type(self)] = _addresses(self)
    return _known_urls[type(self)]


_with_hosts: dict[str, bool] = {}


def _has_its_host(request: Any) -> bool:
    """Whether the host names a bucket; moto tries a dozen patterns, four times for every request."""
    host = request.headers.get("host")
    if not host:
        return bool(_is_of_bucket(request))
    if host not in _with_hosts:
        _with_hosts[host] = _is_of_bucket(request)
    return _with_hosts[host]


def _name_the_request(headerdict: Any = None) -> str:
    """The same number for every request, in place of 52 draws."""
    if isinstance(headerdict, dict):
        headerdict["x-amzn-requestid"] = REQUEST
    return REQUEST


def _value(self: Any, value: Any, key: str, shape: Any) -> Any:
    """As moto finds a member of an answer; under which names it may stand is asked once for each class of object."""
    picker = self._value_picker
    if type(picker) is not serialize.XFormedAttributePicker:
        return _read_aloud(self, value, key, shape)
    known = shape.__dict__.setdefault("_keys_of_members", {})
    keys = known.get((type(value), key))
    if keys is None:
        context = serialize.AttributePickerContext(obj=value, key=key, shape=shape)
        keys = known[type(value), key] = tuple(dict.fromkeys(picker.get_possible_keys(context)))
    found = None
    if type(value) is dict and "." not in key:
        for each in keys:
            if each in value:
                found = value[each]
                break
    else:
        for each in keys:
            if (there := utils.get_value(value, each, serialize.MISSING)) is not serialize.MISSING:
                found = there
                break
    if picker.response_transformers:
        path = ".".join((*self.path, key))
        for end, transform in picker.response_transformers.items():
            if path.endswith(end):
                return transform(found)
    return found


def _document(content: Any, pretty: bool = False, full_document: bool = True, **more: Any) -> str:
    """XML as moto writes it, which does not ask of every letter of a name whether it may stand there."""
    if pretty or more.keys() - {"short_empty_elements"}:
        return str(_write_aloud(content, pretty=pretty, full_document=full_document, **more))
    head = '<?xml version="1.0" encoding="utf-8"?>\n' if full_document else ""
    return head + "".join(part for name, value in content.items() for part in _elements(name, value))


def _elements(name: str, value: Any) -> Iterator[str]:
    if hasattr(value, "__iter__") and not isinstance(value, (str, bytes, dict)):
        for each in value:
            yield from _elements(name, each)
        return
    inside = value if isinstance(value, dict) else {"#text": value}
    said = "".join(f" {key[1:]}={quoteattr(_text(inside[key]))}" for key in inside if key[:1] == "@")
    yield f"<{name}{said}>"
    for key, each in inside.items():
        if key == "#text":
            yield escape(_text(each))
        elif key[:1] != "@":
            yield from _elements(key, each)
    yield f"</{name}>"


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, bytes):
        return value.decode()
    return "" if value is None else str(value)
