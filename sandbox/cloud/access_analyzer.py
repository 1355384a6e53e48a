"""IAM Access Analyzer, of which moto has nothing: analyzers are kept, and find nothing."""

import json
import re
import sys
from typing import Any
from urllib.parse import unquote

import moto.backend_index as index
from moto.core.base_backend import BackendDict, BaseBackend
from moto.core.exceptions import JsonRESTError
from moto.core.responses import BaseResponse
from moto.core.utils import iso_8601_datetime_with_milliseconds
from moto.utilities.utils import get_partition

SERVICE = "accessanalyzer"


class NotFoundError(JsonRESTError):
    """What the service answers for an analyzer that does not exist."""

    code = 404

    def __init__(self, name: str) -> None:
        super().__init__("ResourceNotFoundException", f"Analyzer {name} not found")


class AnalyzerBackend(BaseBackend):
    """The analyzers of an account in a region, by name."""

    def __init__(self, region_name: str, account_id: str) -> None:
        super().__init__(region_name, account_id)
        self.analyzers: dict[str, dict[str, Any]] = {}

    @property
    def _url_module(self) -> Any:
        return sys.modules[__name__]

    def find(self, name: str) -> dict[str, Any]:
        """By name or ARN; NotFoundError."""
        name = name.rpartition("/")[2]
        if name not in self.analyzers:
            raise NotFoundError(name)
        return self.analyzers[name]


class AnalyzerResponse(BaseResponse):
    """The API, as far as the program uses it."""

    def __init__(self) -> None:
        super().__init__(service_name=SERVICE)

    @property
    def _backend(self) -> AnalyzerBackend:
        return accessanalyzer_backends[self.current_account][self.region]

    @property
    def _named(self) -> dict[str, Any]:
        return self._backend.find(unquote(self.path))

    def create_analyzer(self) -> str:
        name = self._get_param("analyzerName")
        arn = f"arn:{get_partition(self.region)}:access-analyzer:{self.region}:{self.current_account}:analyzer/{name}"
        if name in self._backend.analyzers:
            raise JsonRESTError("ConflictException", f"Analyzer {name} exists")
        self._backend.analyzers[name] = {
            "arn": arn,
            "name": name,
            "type": self._get_param("type"),
            "status": "ACTIVE",
            "createdAt": iso_8601_datetime_with_milliseconds(),
            "tags": self._get_param("tags") or {},
        }
        return json.dumps({"arn": arn})

    def get_analyzer(self) -> str:
        return json.dumps({"analyzer": self._named})

    def delete_analyzer(self) -> str:
        del self._backend.analyzers[self._named["name"]]
        return "{}"

    def tag_resource(self) -> str:
        self._named["tags"].update(self._get_param("tags"))
        return "{}"

    def untag_resource(self) -> str:
        for key in self.querystring.get("tagKeys", []):
            self._named["tags"].pop(key, None)
        return "{}"


accessanalyzer_backends = BackendDict(AnalyzerBackend, SERVICE)
url_bases = [r"https?://access-analyzer\.(.+)\.amazonaws\.com"]
url_paths = {
    "{0}" + path: AnalyzerResponse.dispatch
    for path in ("/analyzer$", "/analyzer/(?P<name>[^/]+)$", "/tags/(?P<arn>.+)$")
}


def install() -> None:
    """Add the service to moto: it finds a backend by the name of a module."""
    sys.modules[f"moto.{SERVICE}"] = sys.modules[__name__]
    if all(name != SERVICE for name, _ in index.backend_url_patterns):
        index.backend_url_patterns.append((SERVICE, re.compile(url_bases[0])))  # type: ignore[arg-type]


GAPS = {"IAM Access Analyzer": "analyzers are kept, and find nothing"}
