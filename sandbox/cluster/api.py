"""A small client of a Kubernetes API: discovery, server-side apply, and errors that are one sentence."""

import json
import ssl
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import urllib3
import yaml

Object = dict[str, Any]
JSON, MERGE, APPLY = "application/json", "application/merge-patch+json", "application/apply-patch+yaml"


class ApiError(Exception):
    """What the API server answered: `status` (HTTP), `reason` (a word) and its own message."""

    def __init__(self, status: int, reason: str, message: str) -> None:
        super().__init__(message)
        self.status, self.reason, self.message = status, reason, message


class UnknownKindError(ApiError):
    """A kind that the cluster does not serve."""

    def __init__(self, api_version: str, kind: str) -> None:
        super().__init__(404, "NoKindMatch", f'no matches for kind "{kind}" in version "{api_version}"')


@dataclass(frozen=True)
class Kind:
    """How the cluster serves one kind."""

    root: str
    plural: str
    namespaced: bool


class Api:
    """One cluster, reached with the certificates that `kubeconfig` names by file; safe to share between threads."""

    def __init__(self, kubeconfig: Path) -> None:
        config = yaml.safe_load(kubeconfig.read_text())
        cluster, user = config["clusters"][0]["cluster"], config["users"][0]["user"]
        context = ssl.create_default_context(cafile=cluster["certificate-authority"])
        context.load_cert_chain(user["client-certificate"], user["client-key"])
        self.server: str = cluster["server"]
        self._pool = urllib3.PoolManager(maxsize=32, ssl_context=context, retries=False, timeout=60)
        self._kinds: dict[str, dict[str, Kind]] = {}
        self._lock = threading.Lock()

    def request(self, method: str, path: str, body: Any = None, form: str = JSON, **query: str) -> Any:
        """The decoded answer; raises ApiError, also (status 0) when nobody answers."""
        url = f"{self.server}{path}?{urlencode(query)}"
        content = None if body is None else json.dumps(body).encode()
        try:
            answer = self._pool.request(method, url, body=content, headers={"Content-Type": form, "Accept": JSON})
        except urllib3.exceptions.HTTPError as error:
            reason = f"the API server at {self.server} does not answer ({type(error).__name__})"
            raise ApiError(0, "Unreachable", reason) from error
        if answer.status < 300:
            return json.loads(answer.data) if answer.data[:1] in b"{[" else answer.data.decode()
        try:
            status = json.loads(answer.data)
        except ValueError:
            status = {}
        text = answer.data.decode(errors="replace").strip()
        raise ApiError(answer.status, status.get("reason", ""), status.get("message") or text)

    def kind(self, api_version: str, kind: str) -> Kind:
        """Discovered once per version; asked again before a kind is called unknown, since a CRD may have just come."""
        with self._lock:
            if kind not in self._kinds.get(api_version, {}):
                self._kinds[api_version] = self._discover(api_version)
            try:
                return self._kinds[api_version][kind]
            except KeyError:
                raise UnknownKindError(api_version, kind) from None

    def _discover(self, api_version: str) -> dict[str, Kind]:
        root = f"/apis/{api_version}" if "/" in api_version else f"/api/{api_version}"
        try:
            found = self.request("GET", root)["resources"]
        except ApiError as error:
            if error.status != 404:
                raise
            return {}
        plain = (entry for entry in found if "/" not in entry["name"])
        return {entry["kind"]: Kind(root, entry["name"], entry["namespaced"]) for entry in plain}

    def path(self, api_version: str, kind: str, namespace: str | None = None, name: str | None = None) -> str:
        """The path of one object, or of its collection when `name` is None."""
        served = self.kind(api_version, kind)
        scope = f"/namespaces/{namespace}" if served.namespaced and namespace else ""
        return f"{served.root}{scope}/{served.plural}" + (f"/{name}" if name else "")

    def path_of(self, obj: Mapping[str, Any]) -> str:
        """The path of `obj`, which names itself."""
        meta = obj["metadata"]
        return self.path(obj["apiVersion"], obj["kind"], meta.get("namespace", "default"), meta["name"])

    def get(self, api_version: str, kind: str, name: str, namespace: str | None = None) -> Object | None:
        """The live object; None when it, or its kind, is not there."""
        try:
            return self.request("GET", self.path(api_version, kind, namespace, name))
        except ApiError as error:
            if error.status == 404:
                return None
            raise

    def live(self, obj: Mapping[str, Any]) -> Object | None:
        """The live twin of `obj`."""
        meta = obj["metadata"]
        return self.get(obj["apiVersion"], obj["kind"], meta["name"], meta.get("namespace", "default"))

    def list(self, api_version: str, kind: str, namespace: str | None = None, **query: str) -> Iterator[Object]:
        """Every object of a kind, `kind` and `apiVersion` filled in as a single get would."""
        for item in self.request("GET", self.path(api_version, kind, namespace), **query)["items"]:
            yield {"apiVersion": api_version, "kind": kind, **item}

    def apply(self, obj: Mapping[str, Any], manager: str, *, dry_run: bool = False, force: bool = True) -> Object:
        """Server-side apply; fields of other managers are taken over only by `force`."""
        query = {"fieldManager": manager, "force": str(force).lower(), "fieldValidation": "Strict"}
        return self.request("PATCH", self.path_of(obj), obj, APPLY, **query, **({"dryRun": "All"} if dry_run else {}))

    def patch(self, obj: Mapping[str, Any], change: Mapping[str, Any], subresource: str = "") -> Object:
        """A merge patch of the object that `obj` names."""
        return self.request("PATCH", self.path_of(obj) + subresource, change, MERGE)

    def delete(self, obj: Mapping[str, Any], **options: Any) -> bool:
        """Ask for deletion; False when it was gone already."""
        try:
            self.request("DELETE", self.path_of(obj), {"kind": "DeleteOptions", "apiVersion": "v1", **options})
        except ApiError as error:
            if error.status == 404:
                return False
            raise
        return True
