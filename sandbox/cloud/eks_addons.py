"""EKS add-ons and pod identities, which moto lacks."""

import json
import uuid

from moto.eks.exceptions import InvalidParameterException, ResourceInUseException
from moto.eks.models import EKSBackend

from sandbox.cloud import references
from sandbox.cloud.eks import Action, Params, update_of
from sandbox.cloud.eks_parts import change, delete, describe, find, keep, kept, list_of

ADDONS = {  # name -> the version that comes by default
    "amazon-cloudwatch-observability": "v4.5.0-eksbuild.1",
    "aws-ebs-csi-driver": "v1.50.1-eksbuild.1",
    "aws-efs-csi-driver": "v2.1.11-eksbuild.1",
    "aws-guardduty-agent": "v1.12.1-eksbuild.1",
    "aws-mountpoint-s3-csi-driver": "v2.0.0-eksbuild.1",
    "cert-manager": "v1.18.2-eksbuild.2",
    "coredns": "v1.12.4-eksbuild.1",
    "eks-node-monitoring-agent": "v1.4.0-eksbuild.2",
    "eks-pod-identity-agent": "v1.3.8-eksbuild.2",
    "external-dns": "v0.19.0-eksbuild.1",
    "kube-proxy": "v1.34.0-eksbuild.2",
    "metrics-server": "v0.8.0-eksbuild.2",
    "snapshot-controller": "v8.3.0-eksbuild.1",
    "vpc-cni": "v1.20.3-eksbuild.1",
}


def _valid_configuration(params: Params) -> None:
    try:
        json.loads(params.get("configurationValues") or "{}")
    except ValueError as error:
        raise InvalidParameterException(
            message=f"ConfigurationValue provided in request is not JSON: {error}"
        ) from None
    if params.get("serviceAccountRoleArn"):
        references.role(params["serviceAccountRoleArn"])


def _create_addon(backend: EKSBackend, params: Params) -> Params:
    name, cluster = params["addonName"], backend.describe_cluster(params["clusterName"])
    if name not in ADDONS:
        raise InvalidParameterException(message=f"Addon {name} is not supported; known are {', '.join(ADDONS)}")
    _valid_configuration(params)
    version = f"v{cluster.version}.0-eksbuild.1" if name == "kube-proxy" else ADDONS[name]
    own = {"status": "ACTIVE", "health": {"issues": []}, "addonVersion": params.get("addonVersion") or version}
    arn = ("addonArn", f"addon/{cluster.name}/{name}/{uuid.uuid4()}")
    addon = keep(backend, params, "addon", name, arn=arn, **own, podIdentityAssociations=[])
    _associate(backend, addon, params.get("podIdentityAssociations") or [])
    return {"addon": addon}


def _associate(backend: EKSBackend, addon: Params, wanted: list[Params]) -> None:
    """An add-on's pod identities are associations of their own, owned by it."""
    cluster = backend.describe_cluster(addon["clusterName"])
    parts = kept(cluster, "pod identity association")
    for id_ in [id_ for id_, each in parts.items() if each.get("ownerArn") == addon["addonArn"]]:
        del parts[id_]
    place = {"clusterName": cluster.name, "namespace": "kube-system"}
    made = [_create_association(backend, {**place, **each, "ownerArn": addon["addonArn"]}) for each in wanted]
    addon["podIdentityAssociations"] = [each["association"]["associationArn"] for each in made]


def _update_addon(backend: EKSBackend, params: Params) -> Params:
    cluster, addon = find(backend, params, "addon", "addonName")
    _valid_configuration(params)
    change(addon, params, "addonVersion", "configurationValues", "serviceAccountRoleArn")
    if params.get("podIdentityAssociations") is not None:
        _associate(backend, addon, params["podIdentityAssociations"])
    return {"update": update_of(cluster, "AddonUpdate")}


def _delete_addon(backend: EKSBackend, params: Params) -> Params:
    cluster, addon = find(backend, params, "addon", "addonName")
    _associate(backend, addon, [])
    return {"addon": kept(cluster, "addon").pop(addon["addonName"]) | {"status": "DELETING"}}


def _addon_versions(_: EKSBackend, params: Params) -> Params:
    known = {name: version for name, version in ADDONS.items() if params.get("addonName") in (None, name)}
    fits = [{"clusterVersion": params.get("kubernetesVersion") or "1.34", "defaultVersion": True}]
    versions = {n: [{"addonVersion": version, "compatibilities": fits}] for n, version in known.items()}
    return {"addons": [{"addonName": name, "addonVersions": each} for name, each in versions.items()]}


def _create_association(backend: EKSBackend, params: Params) -> Params:
    cluster = backend.describe_cluster(params["clusterName"])
    references.role(params["roleArn"])
    who = (params["namespace"], params["serviceAccount"])
    for other in kept(cluster, "pod identity association").values():
        if (other["namespace"], other["serviceAccount"]) == who:
            text = f"Association already exists: {other['associationId']}"
            raise ResourceInUseException(clusterName=cluster.name, message=text)
    id_ = f"a-{uuid.uuid4().hex[:17]}"
    arn = ("associationArn", f"podidentityassociation/{cluster.name}/{id_}")
    made = keep(backend, params, "pod identity association", id_, arn=arn, associationId=id_)
    return {"association": made}


def _update_association(backend: EKSBackend, params: Params) -> Params:
    _, association = find(backend, params, "pod identity association", "associationId")
    if params.get("roleArn"):
        references.role(params["roleArn"])
    change(association, params, "roleArn", "targetRoleArn", "disableSessionTags")
    return {"association": association}


ACTIONS: dict[str, Action] = {
    "create_addon": _create_addon,
    "describe_addon": describe("addon", "addonName", "addon"),
    "list_addons": list_of("addon", "addons"),
    "update_addon": _update_addon,
    "delete_addon": _delete_addon,
    "describe_addon_versions": _addon_versions,
    "create_pod_identity_association": _create_association,
    "describe_pod_identity_association": describe("pod identity association", "associationId", "association"),
    "list_pod_identity_associations": list_of("pod identity association", "associations", whole=True),
    "update_pod_identity_association": _update_association,
    "delete_pod_identity_association": delete("pod identity association", "associationId", "association"),
}
GAPS = {
    "EKS add-ons": "are kept and checked for a known name, JSON values and an existing role; no pods of them run",
    "EKS security groups for pods": "are kept, as policies of EKS's own kind; no pod has an interface to wear them",
}
