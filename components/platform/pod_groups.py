"""Security groups for pods, by the object that EKS reads: which pods get an interface that wears them."""

from collections.abc import Mapping, Sequence
from typing import Any

import pulumi


def security_group_policy(
    name: str, namespace: str, pods: Mapping[str, Any], group_ids: Sequence[pulumi.Input[str]]
) -> dict[str, Any]:
    """The groups take the place of the node's. A pod gets them when it is made, or never: this goes before it."""
    return {
        "apiVersion": "vpcresources.k8s.aws/v1beta1",
        "kind": "SecurityGroupPolicy",
        "metadata": {"name": name, "namespace": namespace},
        "spec": {"podSelector": dict(pods), "securityGroups": {"groupIds": list(group_ids)}},
    }
