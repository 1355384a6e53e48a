"""The metrics API of one cluster, for autoscalers and `kubectl top`: simulated pods use what they are told to use.

A pod's annotations kwok.x-k8s.io/usage-cpu and usage-memory say how much each of its containers uses; without them it
is a third of what the container requests. Usage: `python -m sandbox.cluster.metrics <cluster> <port>`.
"""

import ssl
import sys
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from http.server import ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from sandbox import processes
from sandbox.answering import LOOPBACK, Answering
from sandbox.cluster import certificates
from sandbox.cluster.api import Api, ApiError, Object
from sandbox.cluster.control_plane import ControlPlane
from sandbox.cluster.quantity import quantity
from sandbox.home import current

VERSION, ROOT, SPACE = "metrics.k8s.io/v1beta1", "/apis/metrics.k8s.io/v1beta1", "kube-system"
USAGE = "kwok.x-k8s.io/usage-"
SHARE = Decimal(1) / 3
MANAGER = "laptop-metrics"


def start(plane: ControlPlane, values: Mapping[str, Any] | None = None) -> None:
    """Serve the metrics API of the cluster and register it; what runs is left alone."""
    child, settings = f"{plane.name}/metrics", plane.folder / "metrics-port"
    if not settings.exists():
        settings.write_text(str(processes.free_ports(1)[0]))
    port = int(settings.read_text())
    argv = [sys.executable, "-m", "sandbox.cluster.metrics", plane.name, str(port)]
    processes.start(plane.home, child, argv, {"LAPTOP_HOME": str(plane.home.root)})
    processes.wait(plane.home, child, lambda: processes.listening(port))
    for obj in _registration(plane.ca, port):
        plane.api.apply(obj, MANAGER)


def installed(plane: ControlPlane) -> bool:
    """Whether it was started for this cluster and not stopped since."""
    return (plane.folder / "metrics-port").exists()


def stop(plane: ControlPlane) -> None:
    """Take the API away first: one that nobody answers keeps every namespace from going."""
    for obj in _registration(plane.ca, 1):
        plane.api.delete(obj)
    processes.stop(plane.home, f"{plane.name}/metrics")
    (plane.folder / "metrics-port").unlink(missing_ok=True)


def _registration(authority: str, port: int) -> list[Object]:
    """The API service, and the Service by which the API server finds this host."""
    service = {"name": MANAGER, "namespace": SPACE}
    spec = {
        "group": "metrics.k8s.io",
        "version": "v1beta1",
        "groupPriorityMinimum": 100,
        "versionPriority": 100,
        "caBundle": authority,
        "service": {**service, "port": port},
    }
    api = {"apiVersion": "apiregistration.k8s.io/v1", "kind": "APIService", "spec": spec}
    host = {"type": "ExternalName", "externalName": "localhost"}
    return [
        {**api, "metadata": {"name": "v1beta1.metrics.k8s.io"}},
        {"apiVersion": "v1", "kind": "Service", "metadata": service, "spec": host},
    ]


def usage(pod: Object) -> list[dict[str, Any]]:
    """What each container of a running pod uses."""
    told = pod["metadata"].get("annotations", {})
    found = []
    for container in pod["spec"]["containers"]:
        requests = container.get("resources", {}).get("requests", {})
        used = {
            kind: quantity(told[USAGE + kind]) if USAGE + kind in told else quantity(requests.get(kind, "0")) * SHARE
            for kind in ("cpu", "memory")
        }
        found.append({"name": container["name"], "usage": _written(used)})
    return found


def _written(used: Mapping[str, Decimal]) -> dict[str, str]:
    return {"cpu": f"{round(used['cpu'] * 10**9)}n", "memory": f"{round(used['memory'] / 1024)}Ki"}


def _pods(api: Api, namespace: str | None, **query: str) -> list[Object]:
    pods = api.list("v1", "Pod", namespace, **query)
    running = (pod for pod in pods if pod.get("status", {}).get("phase") == "Running")
    return [_measured("PodMetrics", pod["metadata"], containers=usage(pod)) for pod in running]


def _nodes(api: Api) -> list[Object]:
    """A node uses what its pods use."""
    sums = {node["metadata"]["name"]: {"cpu": Decimal(0), "memory": Decimal(0)} for node in api.list("v1", "Node")}
    for pod in api.list("v1", "Pod", fieldSelector="status.phase=Running"):
        for container in usage(pod):
            for kind, amount in container["usage"].items():
                sums[pod["spec"]["nodeName"]][kind] += quantity(amount)
    return [_measured("NodeMetrics", {"name": name}, usage=_written(used)) for name, used in sums.items()]


def _measured(kind: str, meta: Mapping[str, Any], **fields: Any) -> Object:
    kept = {key: meta[key] for key in ("name", "namespace", "labels") if key in meta}
    now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return {"kind": kind, "apiVersion": VERSION, "metadata": kept, "timestamp": now, "window": "1s", **fields}


def answer(api: Api, path: str, query: Mapping[str, str]) -> Object | None:
    """What the metrics API says to a GET; None for what it does not have."""
    if path == ROOT:
        entry = {"singularName": "", "verbs": ["get", "list"]}
        kinds = (("nodes", "NodeMetrics", False), ("pods", "PodMetrics", True))
        served = [{**entry, "name": name, "kind": kind, "namespaced": scope} for name, kind, scope in kinds]
        return {"kind": "APIResourceList", "apiVersion": "v1", "groupVersion": VERSION, "resources": served}
    match path.removeprefix(f"{ROOT}/").split("/"):
        case ["nodes"]:
            return _listed("NodeMetricsList", _nodes(api))
        case ["nodes", name]:
            return _one(_nodes(api), name)
        case ["pods"]:
            return _listed("PodMetricsList", _pods(api, None, **query))
        case ["namespaces", namespace, "pods"]:
            return _listed("PodMetricsList", _pods(api, namespace, **query))
        case ["namespaces", namespace, "pods", name]:
            return _one(_pods(api, namespace), name)
    return None


def _listed(kind: str, items: list[Object]) -> Object:
    return {"kind": kind, "apiVersion": VERSION, "metadata": {}, "items": items}


def _one(items: Iterable[Object], name: str) -> Object | None:
    return next((item for item in items if item["metadata"]["name"] == name), None)


class _Handler(Answering):
    """GETs that the API server hands on."""

    api: Api

    def do_GET(self) -> None:
        url = urlsplit(self.path)
        selectors = {key: value for key, value in parse_qsl(url.query) if key.endswith("Selector")}
        try:
            found = answer(self.api, url.path.rstrip("/"), selectors)
        except ApiError as error:
            self.send_error(503, error.message)
            return
        nothing = {"kind": "Status", "apiVersion": "v1", "status": "Failure", "code": 404}
        self.answer_json(200 if found else 404, found or nothing)


def serve(plane: ControlPlane, port: int) -> None:
    """Answer on the loopback port, with a certificate for the name by which the API server calls."""
    pair = certificates.issue(plane.folder / "pki", f"{MANAGER}.{SPACE}.svc")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pair.with_suffix(".crt"), pair.with_suffix(".key"))
    _Handler.api = plane.api
    server = ThreadingHTTPServer((LOOPBACK, port), _Handler)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    server.serve_forever()


if __name__ == "__main__":
    serve(ControlPlane(current(), sys.argv[1]), int(sys.argv[2]))
