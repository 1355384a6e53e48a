"""Argo CD: the release, and the built-in project narrowed to the app of apps (GIT-01, GIT-07, GIT-11)."""

import pulumi

from components.platform import catalogue
from components.platform.argocd_values import ArgocdArgs, values
from components.platform.namespace import Namespace, NamespaceArgs
from components.platform.pod_groups import security_group_policy
from components.platform.release import custom, install

NAMESPACE = "argocd"
CALL_OUTSIDE = ("argocd-notifications-controller", "argocd-repo-server", "argocd-server")


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
        before: list[pulumi.Resource] = [namespace]
        if args.security_group_ids:
            named = {"key": "app.kubernetes.io/name", "operator": "In", "values": list(CALL_OUTSIDE)}
            pods = {"matchExpressions": [named]}
            policy = security_group_policy("way-out", NAMESPACE, pods, args.security_group_ids)
            before.append(custom(self, policy, after=[namespace]))
        install(self, catalogue.ARGO_CD, namespace.name, values(args), after=before)
        self.namespace = namespace.name
        self.register_outputs({"namespace": self.namespace})
