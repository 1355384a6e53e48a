"""The recovery cluster's API: the three requests that a scale-up needs."""

import json
import ssl
from collections.abc import Mapping
from http.client import HTTPSConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

SERVER, ACCOUNT = "https://kubernetes.default.svc", Path("/var/run/secrets/kubernetes.io/serviceaccount")
"""Where a pod finds its cluster, and the folder with the token of its service account and the cluster's `ca.crt`."""


class KubernetesError(RuntimeError):
    """An answer that is no success, with its status and reason."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(f"Kubernetes answered {status}: {reason}")
        self.status = status


class Kubernetes:
    """JSON over HTTPS; the token is read anew for each request, because the kubelet renews it."""

    def __init__(self, server: str, tls: ssl.SSLContext, token: Path | None = None, timeout: float = 5) -> None:
        self._host, self._tls, self._token, self._timeout = urlsplit(server).netloc, tls, token, timeout

    def get(self, path: str) -> dict[str, Any]:
        """The object; raises KubernetesError."""
        return self._ask("GET", path, None)

    def merge(self, path: str, change: Mapping[str, Any]) -> dict[str, Any]:
        """Merge `change` into the object; raises KubernetesError."""
        return self._ask("PATCH", path, json.dumps(change))

    def _ask(self, method: str, path: str, body: str | None) -> dict[str, Any]:
        headers = {"Content-Type": "application/merge-patch+json", "Accept": "application/json"}
        if self._token is not None:
            headers["Authorization"] = f"Bearer {self._token.read_text().strip()}"
        connection = HTTPSConnection(self._host, context=self._tls, timeout=self._timeout)
        try:
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            text = answer.read()
        finally:
            connection.close()
        if answer.status >= 300:
            raise KubernetesError(answer.status, answer.reason)
        return dict(json.loads(text))


def resource(cluster: Kubernetes, place: str) -> dict[str, Any]:
    """The Failover resource at NAMESPACE/NAME."""
    namespace, _, name = place.partition("/")
    return cluster.get(f"/apis/dr.company.com/v1/namespaces/{namespace}/failovers/{name}")


def in_cluster(server: str = SERVER, account: Path = ACCOUNT) -> Kubernetes:
    """The cluster this pod runs in, by its service account; elsewhere, the cluster at `server` by such a folder."""
    tls = ssl.create_default_context(cafile=str(account / "ca.crt"))
    return Kubernetes(server, tls, account / "token")
