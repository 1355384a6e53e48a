"""What Argo CD delivers: the projects, the GitOps bridge and the root Application (GIT-07, 08, 10, 11, 15)."""

import base64
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import pulumi
import pulumi_kubernetes as k8s

from components.platform.argocd_policies import DELIVERY_KINDS, IN_CLUSTER, WORKLOAD_KINDS, app_project
from components.platform.release import adopt, custom

NAMESPACE = "argocd"
FINALIZER = "resources-finalizer.argocd.argoproj.io"
# The first of an Application's finalizers says how its objects go. An ApplicationSet that is told to create and update
# only, and that Argo CD sees going, lets its Applications loose instead of taking them along: it must go at once.
ROOT_FINALIZERS = (f"{FINALIZER}/background", FINALIZER)
SyncMode = Literal["manual", "automated"]


@dataclass(frozen=True, kw_only=True)
class Workload:
    """One application in `gitops/`: where it may go, and what its ApplicationSet reads as `{name}_{key}`."""

    namespace: str
    bridge: Mapping[str, pulumi.Input[str]] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class DeliveryArgs:
    """`bridge` is what ApplicationSets may know of the cloud: ARNs, endpoints, names; never a secret's value.

    `sync_mode` binds the applications; the root itself always follows Git, for the merged pull request is the
    approval in both modes (C-08). `workloads` are the applications by name; `after` is Argo CD and all that the
    applications stand on, so that they go first on destroy.
    """

    environment: str
    repository: str
    revision: str
    path: str
    workloads: Mapping[str, Workload]
    after: Sequence[pulumi.Resource]
    sync_mode: SyncMode = "automated"
    bridge: Mapping[str, pulumi.Input[str]] = field(default_factory=dict)


class Delivery(pulumi.ComponentResource):
    """Hands the cluster's workloads to Git. It goes first on destroy, while Argo CD can still clean up after itself."""

    def __init__(self, name: str, args: DeliveryArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("platform:platform:Delivery", name, None, opts)
        # Argo CD makes `default` itself when it starts, open to everything: it is narrowed, not created.
        root_project = adopt(self, root_project_manifest(args), after=args.after)
        bridge = self._bridge(name, args)
        project = custom(self, project_manifest(args), after=[*args.after, bridge])
        custom(self, root_application(args), after=[root_project, project, bridge])
        self.register_outputs({})

    def _bridge(self, name: str, args: DeliveryArgs) -> k8s.core.v1.Secret:
        return k8s.core.v1.Secret(
            f"{name}-bridge",
            k8s.core.v1.SecretInitArgs(
                metadata=k8s.meta.v1.ObjectMetaArgs(
                    name="in-cluster",
                    namespace=NAMESPACE,
                    labels={
                        "argocd.argoproj.io/secret-type": "cluster",
                        "environment": args.environment,
                        **dict.fromkeys(args.workloads, "enabled"),
                    },
                    annotations=bridge_annotations(args),
                ),
                type="Opaque",
                data={
                    "name": _encoded("in-cluster"),
                    "server": _encoded(IN_CLUSTER),
                    "config": _encoded(json.dumps({"tlsClientConfig": {"insecure": False}})),
                },
            ),
            pulumi.ResourceOptions(parent=self, depends_on=list(args.after)),
        )


def bridge_annotations(args: DeliveryArgs) -> dict[str, pulumi.Input[str]]:
    """The annotations of Argo CD's own cluster Secret; ApplicationSets read them by these names."""
    return {
        "environment": args.environment,
        "repository": args.repository,
        "revision": args.revision,
        "sync_mode": args.sync_mode,
        **args.bridge,
        **{f"{name}_{key}": value for name, load in args.workloads.items() for key, value in load.bridge.items()},
    }


def root_project_manifest(args: DeliveryArgs) -> dict[str, Any]:
    """The project `default`: ApplicationSets and Applications in Argo CD's namespace, nothing else."""
    return app_project("default", args.repository, [NAMESPACE], DELIVERY_KINDS, "The app of apps")


def project_manifest(args: DeliveryArgs) -> dict[str, Any]:
    """The environment's project, which GIT-05's roles name as `{environment}/*`.

    Argo CD lets go of it once no Application is left in it, and cleans up after none whose project is gone: so nothing
    below it goes before the last Application has.
    """
    namespaces = [workload.namespace for workload in args.workloads.values()]
    description = f"Workloads of {args.environment}"
    project = app_project(args.environment, args.repository, namespaces, WORKLOAD_KINDS, description)
    return {**project, "metadata": {**project["metadata"], "finalizers": [FINALIZER]}}


def root_application(args: DeliveryArgs) -> dict[str, Any]:
    """The one Application that Pulumi owns; everything else follows from the folder it points at."""
    return {
        "apiVersion": "argoproj.io/v1alpha1",
        "kind": "Application",
        "metadata": {"name": "root-app", "namespace": NAMESPACE, "finalizers": list(ROOT_FINALIZERS)},
        "spec": {
            "project": "default",
            "source": {"repoURL": args.repository, "targetRevision": args.revision, "path": args.path},
            "destination": {"server": IN_CLUSTER, "namespace": NAMESPACE},
            "syncPolicy": sync_policy("automated"),
        },
    }


def sync_policy(mode: SyncMode) -> dict[str, Any]:
    """GIT-08 without CreateNamespace, for namespaces are Pulumi's (C-35); `manual` waits for a person (C-08)."""
    # allowEmpty stays false by being absent: Argo CD drops a written false, which then looks like drift for ever.
    automated = {"automated": {"prune": True, "selfHeal": True}} if mode == "automated" else {}
    return {
        **automated,
        "syncOptions": ["PrunePropagationPolicy=foreground", "PruneLast=true"],
        "retry": {"limit": 5, "backoff": {"duration": "5s", "factor": 2, "maxDuration": "3m"}},
    }


def _encoded(text: str) -> str:
    return base64.b64encode(text.encode()).decode()
