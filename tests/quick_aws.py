"""Calls to the AWS in this process, without what only a network needs, which no test looks at and which costs time."""

from typing import Any

from botocore import auth, hooks, useragent
from moto.core import models, serialize, utils

_read_aloud = serialize.ResponseSerializer.get_value


def install() -> None:
    """Take it out, in this process; before the first client is made."""
    models.RESPONSES_METHODS.clear()  # rules for the clients of another library: 1,300 made anew for each test
    auth.SigV4Auth.add_auth = _name_the_client  # type: ignore[method-assign]
    useragent.UserAgentString.to_string = lambda _: "unit-tests"  # type: ignore[method-assign]
    hooks.EventAliaser._alias_event_name = _event_name  # type: ignore[method-assign]
    serialize.ResponseSerializer.get_value = _value  # type: ignore[method-assign]


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


def _value(self: Any, value: Any, key: str, shape: Any) -> Any:
    """As moto finds a member of an answer; under which names it may stand is asked once for each class of object."""
    picker = self._value_picker
    if type(picker) is not serialize.XFormedAttributePicker or picker.response_transformers:
        return _read_aloud(self, value, key, shape)
    known = shape.__dict__.setdefault("_keys_of_members", {})
    keys = known.get((type(value), key))
    if keys is None:
        context = serialize.AttributePickerContext(obj=value, key=key, shape=shape)
        keys = known[type(value), key] = tuple(dict.fromkeys(picker.get_possible_keys(context)))
    for each in keys:
        found = utils.get_value(value, each, serialize.MISSING)
        if found is not serialize.MISSING:
            return found
    return None
