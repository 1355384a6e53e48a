"""The one way charts and custom resources reach the cluster."""

from collections.abc import Mapping, Sequence
from typing import Any

import pulumi
import pulumi_kubernetes as k8s

from components.platform.catalogue import HelmChart

TIMEOUT_SECONDS = 600


def install(
    parent: pulumi.Resource,
    chart: HelmChart,
    namespace: pulumi.Input[str],
    values: Mapping[str, Any],
    *,
    after: Sequence[pulumi.Resource],
) -> k8s.helm.v3.Release:
    """Install the pinned chart whole or not at all, once all of `after` exists; `values` hold only what differs."""
    return k8s.helm.v3.Release(
        f"{parent.pulumi_resource_name}-{chart.name}",
        k8s.helm.v3.ReleaseArgs(
            name=chart.name,
            chart=chart.name,
            version=chart.version,
            repository_opts=k8s.helm.v3.RepositoryOptsArgs(repo=chart.repository),
            namespace=namespace,
            values=values,
            atomic=True,
            cleanup_on_fail=True,
            wait_for_jobs=True,
            max_history=5,
            timeout=TIMEOUT_SECONDS,
        ),
        pulumi.ResourceOptions(parent=parent, depends_on=list(after)),
    )


def custom(
    parent: pulumi.Resource, manifest: Mapping[str, Any], *, after: Sequence[pulumi.Resource]
) -> k8s.apiextensions.CustomResource:
    """Create the custom resource in `manifest`; `after` names the release that brings its CRD and its controller."""
    return k8s.apiextensions.CustomResource(
        _logical_name(parent, manifest),
        api_version=manifest["apiVersion"],
        kind=manifest["kind"],
        metadata=manifest["metadata"],
        spec=manifest["spec"],
        opts=pulumi.ResourceOptions(parent=parent, depends_on=list(after)),
    )


def adopt(
    parent: pulumi.Resource, manifest: Mapping[str, Any], *, after: Sequence[pulumi.Resource]
) -> k8s.apiextensions.CustomResourcePatch:
    """Impose `manifest` on a custom resource that its controller creates by itself, whoever comes first.

    It goes with its namespace: a patch taken back would leave an object without the fields its CRD requires.
    """
    metadata = manifest["metadata"]
    return k8s.apiextensions.CustomResourcePatch(
        _logical_name(parent, manifest),
        api_version=manifest["apiVersion"],
        kind=manifest["kind"],
        metadata={**metadata, "annotations": {**metadata.get("annotations", {}), "pulumi.com/patchForce": "true"}},
        spec=manifest["spec"],
        opts=pulumi.ResourceOptions(parent=parent, depends_on=list(after), retain_on_delete=True),
    )


def _logical_name(parent: pulumi.Resource, manifest: Mapping[str, Any]) -> str:
    return f"{parent.pulumi_resource_name}-{manifest['kind'].lower()}-{manifest['metadata']['name']}"
