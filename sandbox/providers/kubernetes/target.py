"""Which cluster the provider speaks to: one of the laptop's own control planes, or none at all."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import yaml

from sandbox.cluster.api import Api
from sandbox.cluster.control_plane import ControlPlane, behind
from sandbox.home import Home
from sandbox.providers.protocol import ProviderError, has_unknown

LOOPBACK = ("127.0.0.1", "localhost", "::1")
_IGNORED = (  # no effect on what is created, or the engine's own
    "clusterIdentifier",
    "enableServerSideApply",
    "kubeClientSettings",
    "pluginDownloadURL",
    "suppressDeprecationWarnings",
    "suppressHelmHookWarnings",
    "version",
)


@dataclass(frozen=True)
class Target:
    """What the provider resource says; `plane` is None while the kubeconfig is not known yet."""

    plane: ControlPlane | None
    namespace: str = "default"
    force: bool = False

    @property
    def api(self) -> Api:
        """A client of the cluster."""
        return self.reached().api

    def reached(self) -> ControlPlane:
        """The cluster itself; raises where it is still to come or does not run."""
        if self.plane is None:
            raise ProviderError("the cluster's kubeconfig is not known yet; its cluster has to exist first")
        if not self.plane.running:
            raise ProviderError(f"the control plane {self.plane.name} is not running; `make up` starts it again")
        return self.plane


def read(variables: Mapping[str, Any], home: Home) -> Target:
    """Understand the provider's inputs; what would change the outcome and is not implemented is refused by name."""
    inputs = {key: value for key, value in variables.items() if not key.startswith("__") and value is not None}
    if unknown := sorted(inputs.keys() - {"kubeconfig", "namespace", "enablePatchForce", *_IGNORED}):
        raise ProviderError(f"the laptop's Kubernetes provider does not implement {', '.join(unknown)}; leave it out")
    if str(inputs.get("enableServerSideApply", True)).lower() == "false":
        raise ProviderError(
            "enableServerSideApply: false is not implemented here; leave it out, server-side apply it is"
        )
    if "kubeconfig" not in inputs:
        raise ProviderError("kubeconfig is not set; the laptop never falls back to the kubeconfig of your own clusters")
    return Target(
        plane=None if has_unknown(inputs["kubeconfig"]) else recognise(inputs["kubeconfig"], home),
        namespace=inputs.get("namespace", "default"),
        force=str(inputs.get("enablePatchForce", False)).lower() == "true",
    )


def recognise(kubeconfig: str, home: Home) -> ControlPlane:
    """The control plane behind the current context; its user is not looked at, the plane's own admin is used."""
    server = _server(kubeconfig)
    if urlsplit(server).hostname not in LOOPBACK:
        raise ProviderError(
            f"kubeconfig names {server}, which is not on loopback; this is the laptop's stand-in for the Kubernetes "
            "provider and touches nobody's cluster: take sandbox/bin off the PATH to deploy for real"
        )
    plane = behind(home, server)
    if plane is None:
        raise ProviderError(
            f"kubeconfig names {server}, and no control plane in {home.clusters} has that address; "
            "`make reset` and `make up` build the laptop cloud anew"
        )
    return plane


def _server(kubeconfig: str) -> str:
    try:
        config = yaml.safe_load(kubeconfig)
        contexts = {each["name"]: each["context"]["cluster"] for each in config["contexts"]}
        clusters = {each["name"]: each["cluster"]["server"] for each in config["clusters"]}
        return clusters[contexts[config["current-context"]]]
    except (yaml.YAMLError, KeyError, TypeError):
        raise ProviderError(
            "kubeconfig is no kubeconfig: it needs clusters, contexts and a current-context that leads to a server"
        ) from None
