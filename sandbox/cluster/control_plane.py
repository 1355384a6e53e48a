"""A real Kubernetes control plane for one cluster: etcd, API server, controllers, scheduler, and kwok for its nodes."""

import base64
import fcntl
import json
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path

import yaml

from sandbox import processes, tools
from sandbox.cluster.api import Api, ApiError
from sandbox.home import Home

SERVICES, PODS = "172.20.0.0/16", "100.64.0.0/10"  # EKS's own service range; a shared range for simulated pods
STAGES = Path(__file__).with_name("stages.yaml")
CHILDREN = ("etcd", "kube-apiserver", "kube-controller-manager", "kube-scheduler", "kwok")
CLIENTS = {  # file -> user and group of its certificate
    "admin": ("laptop-admin", "system:masters"),
    "kube-controller-manager": ("system:kube-controller-manager", ""),
    "kube-scheduler": ("system:kube-scheduler", ""),
}


class ControlPlane:
    """One cluster in one folder of the home; several run side by side, and each comes back from its folder."""

    def __init__(self, home: Home, name: str) -> None:
        self.home, self.name = home, name
        self.folder = home.clusters / name

    @property
    def exists(self) -> bool:
        """Whether it was ever started and not destroyed."""
        return self._settings.exists()

    @property
    def running(self) -> bool:
        return all(processes.alive(self.home, self._child(each)) for each in CHILDREN)

    @property
    def endpoint(self) -> str:
        """Where the API server listens: https://127.0.0.1:port, the same after a restart."""
        return f"https://127.0.0.1:{self._ports['kube-apiserver']}"

    @property
    def ca(self) -> str:
        """The authority's certificate as EKS hands it out: PEM in base64."""
        return base64.b64encode((self._pki / "ca.crt").read_bytes()).decode()

    @property
    def kubeconfig(self) -> Path:
        """The administrator's credentials; they name certificate files by absolute path."""
        return self._kubeconfig("admin")

    @cached_property
    def api(self) -> Api:
        """A client with the administrator's credentials."""
        return Api(self.kubeconfig)

    def start(self) -> None:
        """Return once the API answers and pods can be made; what runs already is left alone, what died comes back."""
        if self.exists and self.running and self._ready():
            self._controllers()
            return
        with self._alone():
            if not self.exists:
                self._prepare()
            binaries = tools.ensure(CHILDREN)
            processes.start(self.home, self._child("etcd"), [binaries / "etcd", *self._etcd()])
            server = self._child("kube-apiserver")
            processes.start(self.home, server, [binaries / "kube-apiserver", *self._apiserver()])
            processes.wait(self.home, server, self._ready, seconds=120)
            for each, flags in (
                ("kube-controller-manager", self._controller_manager()),
                ("kube-scheduler", [*self._as("kube-scheduler"), "--secure-port=0", "--leader-elect=false"]),
                ("kwok", self._kwok()),
            ):
                processes.start(self.home, self._child(each), [binaries / each, *flags])
            # The controllers make this account in every namespace; no pod is admitted without it.
            processes.wait(self.home, self._child("kube-controller-manager"), self._admits_pods, seconds=120)
            self._controllers()

    def stop(self) -> None:
        """End every child, the API server's clients first; the state stays in the folder."""
        own = [self._child(each) for each in CHILDREN]
        others = [name for name in processes.names(self.home, f"{self.name}/") if name not in own]
        for name in [*others, *reversed(own)]:
            processes.stop(self.home, name)

    def destroy(self) -> None:
        """Stop, and forget everything."""
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    @property
    def _pki(self) -> Path:
        return self.folder / "pki"

    @property
    def _settings(self) -> Path:
        return self.folder / "ports.json"

    @property
    def _ports(self) -> dict[str, int]:
        return json.loads(self._settings.read_text())

    def _child(self, program: str) -> str:
        return f"{self.name}/{program}"

    def _kubeconfig(self, client: str) -> Path:
        return self.folder / f"{client}.kubeconfig"

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Two providers may ask for the same cluster at once."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _prepare(self) -> None:
        """Choose ports, make certificates and kubeconfigs; the ports are written last, so half of it counts as none."""
        from sandbox.cluster import certificates  # slow to import, and only a new cluster needs it

        ports = dict(zip(("kube-apiserver", "etcd", "peer"), processes.free_ports(3), strict=True))
        certificates.write(self._pki, CLIENTS, service_address="172.20.0.1")
        for client in CLIENTS:
            path = self._kubeconfig(client)
            path.touch(mode=0o600)
            path.write_text(yaml.safe_dump(self._credentials(client, ports["kube-apiserver"]), sort_keys=False))
        draft = self._settings.with_suffix(".draft")
        draft.write_text(json.dumps(ports))
        draft.replace(self._settings)

    def _credentials(self, client: str, port: int) -> dict[str, object]:
        authority, pair = self._pki / "ca.crt", self._pki / client
        cluster = {"server": f"https://127.0.0.1:{port}", "certificate-authority": str(authority)}
        user = {"client-certificate": f"{pair}.crt", "client-key": f"{pair}.key"}
        return {
            "apiVersion": "v1",
            "kind": "Config",
            "clusters": [{"name": self.name, "cluster": cluster}],
            "users": [{"name": self.name, "user": user}],
            "contexts": [{"name": self.name, "context": {"cluster": self.name, "user": self.name}}],
            "current-context": self.name,
        }

    def _ready(self) -> bool:
        try:
            return self.api.request("GET", "/readyz") == "ok"
        except ApiError:
            return False

    def _admits_pods(self) -> bool:
        return self.api.get("v1", "ServiceAccount", "default", "default") is not None

    def _controllers(self) -> None:
        """What the cloud's controllers do, where there is a cloud."""
        if self.home.address.exists():
            argv = [sys.executable, "-m", "sandbox.cluster.controllers", self.name]
            processes.start(self.home, self._child("controllers"), argv, {"LAPTOP_HOME": str(self.home.root)})

    def _etcd(self) -> list[str]:
        client, peer = (f"https://127.0.0.1:{self._ports[each]}" for each in ("etcd", "peer"))
        pair = [f"--cert-file={self._pki}/server.crt", f"--key-file={self._pki}/server.key"]
        trust = ["--client-cert-auth", f"--trusted-ca-file={self._pki}/ca.crt"]
        return [
            f"--data-dir={self.folder}/etcd",
            f"--listen-client-urls={client}",
            f"--advertise-client-urls={client}",
            f"--listen-peer-urls={peer}",
            f"--initial-advertise-peer-urls={peer}",
            f"--initial-cluster=default={peer}",
            *pair,
            *trust,
            *(flag.replace("--", "--peer-", 1) for flag in (*pair, *trust)),
            "--log-level=warn",
            "--unsafe-no-fsync",  # a killed process loses nothing by it, only a killed machine would
        ]

    def _apiserver(self) -> list[str]:
        pki = self._pki
        return [
            f"--etcd-servers=https://127.0.0.1:{self._ports['etcd']}",
            f"--etcd-cafile={pki}/ca.crt",
            f"--etcd-certfile={pki}/server.crt",
            f"--etcd-keyfile={pki}/server.key",
            "--bind-address=127.0.0.1",
            f"--secure-port={self._ports['kube-apiserver']}",
            f"--tls-cert-file={pki}/server.crt",
            f"--tls-private-key-file={pki}/server.key",
            f"--client-ca-file={pki}/ca.crt",
            "--authorization-mode=Node,RBAC",
            "--anonymous-auth=false",
            "--allow-privileged=true",  # Falco's agents ask for it; Pod Security still decides per namespace
            f"--service-cluster-ip-range={SERVICES}",
            f"--service-account-issuer={self.endpoint}",
            f"--service-account-key-file={pki}/sa.pub",
            f"--service-account-signing-key-file={pki}/sa.key",
            "--endpoint-reconciler-type=none",  # a loopback address may not be an endpoint
            "--profiling=false",
        ]

    def _controller_manager(self) -> list[str]:
        pki = self._pki
        return [
            *self._as("kube-controller-manager"),
            "--secure-port=0",
            "--leader-elect=false",
            "--use-service-account-credentials",
            f"--service-account-private-key-file={pki}/sa.key",
            f"--root-ca-file={pki}/ca.crt",
            f"--cluster-signing-cert-file={pki}/ca.crt",
            f"--cluster-signing-key-file={pki}/ca.key",
            "--horizontal-pod-autoscaler-sync-period=5s",
            "--namespace-sync-period=10s",
        ]

    def _kwok(self) -> list[str]:
        return [
            f"--kubeconfig={self.kubeconfig}",
            f"--config={STAGES}",
            "--manage-all-nodes=false",
            "--manage-nodes-with-annotation-selector=kwok.x-k8s.io/node=fake",
            f"--cidr={PODS}",
            "--node-lease-duration-seconds=40",
        ]

    def _as(self, client: str) -> list[str]:
        path = self._kubeconfig(client)
        return [f"--{use}kubeconfig={path}" for use in ("", "authentication-", "authorization-")]


def behind(home: Home, server: str) -> ControlPlane | None:
    """The cluster of this home whose API server is `server`; None when there is none."""
    found = (ControlPlane(home, folder.name) for folder in sorted(home.clusters.iterdir()) if folder.is_dir())
    return next((plane for plane in found if plane.exists and plane.endpoint == server.rstrip("/")), None)
