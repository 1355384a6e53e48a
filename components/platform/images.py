"""Where the charts' images come from: the public registries, or a mirror that holds their copies (C-07)."""

from collections.abc import Mapping, Sequence
from typing import Any

import pulumi

from components.platform.catalogue import VELERO_AWS_PLUGIN

RELEASE = "kubernetes:helm.sh/v3:Release"

# Chart -> value that leads to an image in use, at its default; a mirror keeps the registry's name as its first folder.
IMAGES: Mapping[str, Mapping[str, str]] = {
    "argo-cd": {
        "global.image.repository": "quay.io/argoproj/argocd",
        "redis.image.repository": "ecr-public.aws.com/docker/library/redis",
        "redis-ha.image.repository": "ecr-public.aws.com/docker/library/redis",
        "redis-ha.haproxy.image.repository": "ecr-public.aws.com/docker/library/haproxy",
    },
    "base": {},
    "cni": {"global.hub": "registry.istio.io/release"},
    "istiod": {"global.hub": "registry.istio.io/release"},
    "gateway": {},  # istiod puts the image in
    "falco": {
        "image.registry": "docker.io",
        "driver.loader.initContainer.image.registry": "docker.io",
        "falcoctl.image.registry": "docker.io",
        "falcosidekick.image.registry": "docker.io",
    },
    "metrics-server": {"image.repository": "registry.k8s.io/metrics-server/metrics-server"},
    "cert-manager": {"imageRegistry": "quay.io"},
    "aws-load-balancer-controller": {"image.repository": "public.ecr.aws/eks/aws-load-balancer-controller"},
    "cluster-autoscaler": {"image.repository": "registry.k8s.io/autoscaling/cluster-autoscaler"},
    "velero": {
        "image.repository": "docker.io/velero/velero",
        "kubectl.image.repository": "registry.k8s.io/kubectl",
        "initContainers.0.image": VELERO_AWS_PLUGIN,
    },
}


def from_mirror(mirror: str | None) -> list[pulumi.ResourceTransformation]:
    """What turns every release below a resource to the mirror, `host[:port][/folder]`; nothing without one."""

    def turn(found: pulumi.ResourceTransformationArgs) -> pulumi.ResourceTransformationResult | None:
        if mirror is None or found.type_ != RELEASE:
            return None
        props: dict[str, Any] = {**found.props}
        props["values"] = mirrored(props["chart"], props["values"], mirror)
        return pulumi.ResourceTransformationResult(props, found.opts)

    return [turn]


def mirrored(chart: str, values: Mapping[str, Any], mirror: str) -> dict[str, Any]:
    """A chart's values with its images taken from the mirror; ValueError for a chart whose images are not listed."""
    if chart not in IMAGES:
        raise ValueError(f"the images of chart {chart} are not listed; add them to components/platform/images.py")
    result = dict(values)
    for path, image in IMAGES[chart].items():
        result = _placed(result, path.split("."), f"{mirror}/{image}")
    return result


def _placed(section: Any, path: Sequence[str], value: str) -> Any:
    """A copy in which the value stands at the path, where a number leads into a list."""
    if not path:
        return value
    key, *rest = path
    if key.isdigit():
        entries = list(section or [{}])
        entries[int(key)] = _placed(entries[int(key)], rest, value)
        return entries
    section = section or {}
    return {**section, key: _placed(section.get(key), rest, value)}
