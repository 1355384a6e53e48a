"""Argo CD: the release, and the built-in project narrowed to the app of apps (GIT-01, GIT-07, GIT-11)."""

import pulumi

from components.platform import catalogue
from components.platform.argocd_values import ArgocdArgs, values
from components.platform.namespace import Namespace, NamespaceArgs
from components.platform.release import install

NAMESPACE = "argocd"


class Argocd(pulumi.ComponentResource):
    """The controller that keeps the cluster as Git says; what it may touch is decided by `Delivery`."""

    namespace: pulumi.Output[str]

    def __init__(self, name: str, args: ArgocdArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("platform:platform:Argocd", name, None, opts)
        namespace = Namespace(
            f"{name}-namespace",
            NamespaceArgs(name=NAMESPACE, isolation="ingress"),
            pulumi.ResourceOptions(parent=self),
        )
        install(self, catalogue.ARGO_CD, namespace.name, values(args), after=[namespace])
        self.namespace = namespace.name
        self.register_outputs({"namespace": self.namespace})
