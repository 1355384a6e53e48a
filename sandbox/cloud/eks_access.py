"""EKS access entries and the policies associated with them, which moto lacks."""

import uuid

from moto.core.utils import utcnow
from moto.eks.exceptions import InvalidParameterException, InvalidRequestException, ResourceNotFoundException
from moto.eks.models import EKSBackend

from sandbox.cloud import references
from sandbox.cloud.eks import Action, Params
from sandbox.cloud.eks_parts import change, delete, describe, find, keep, list_of

POLICIES = tuple(
    f"AmazonEKS{name}Policy"
    for name in ("Admin", "AdminView", "AutoNode", "ClusterAdmin", "Edit", "View", "SecretReader")
)


def _create_entry(backend: EKSBackend, params: Params) -> Params:
    cluster, principal = backend.describe_cluster(params["clusterName"]), params["principalArn"]
    if cluster.access_config["authenticationMode"] == "CONFIG_MAP":  # type: ignore[attr-defined]  # kept by eks.py
        text = "The cluster's authentication mode must be set to one of [API, API_AND_CONFIG_MAP]"
        raise InvalidRequestException(message=text)
    references.principal(principal, f"The specified principalArn is invalid: {principal}")
    account, sort = principal.split(":")[4], principal.split(":")[5]
    kind, name = sort.split("/", 1)
    partition = principal.split(":")[1]
    assumed = f"arn:{partition}:sts::{account}:assumed-role/{name.rsplit('/', 1)[-1]}/{{{{SessionName}}}}"
    own = {
        "type": params.get("type") or "STANDARD",
        "username": params.get("username") or (assumed if kind == "role" else principal),
        "kubernetesGroups": params.get("kubernetesGroups") or [],
        "policies": {},
    }
    path = f"access-entry/{cluster.name}/{kind}/{account}/{name}/{uuid.uuid4()}"
    return {"accessEntry": keep(backend, params, "access entry", principal, arn=("accessEntryArn", path), **own)}


def _update_entry(backend: EKSBackend, params: Params) -> Params:
    _, entry = find(backend, params, "access entry", "principalArn")
    change(entry, params, "kubernetesGroups", "username")
    return {"accessEntry": entry}


def _associate_policy(backend: EKSBackend, params: Params) -> Params:
    cluster, entry = find(backend, params, "access entry", "principalArn")
    arn, scope, now = params["policyArn"], params["accessScope"], utcnow()
    if arn.rsplit("/", 1)[-1] not in POLICIES or f":{backend.partition}:" not in f":{arn.split(':')[1]}:":
        raise InvalidParameterException(message=f"The policyArn {arn} is not one of EKS's access policies")
    if (scope["type"] == "namespace") != bool(scope.get("namespaces")):
        raise InvalidParameterException(message="Namespaces are needed with the scope namespace, and only there")
    since = entry["policies"].get(arn, {}).get("associatedAt", now)
    made = {"policyArn": arn, "accessScope": {"namespaces": []} | scope, "associatedAt": since, "modifiedAt": now}
    entry["policies"][arn] = made
    return {"clusterName": cluster.name, "principalArn": entry["principalArn"], "associatedAccessPolicy": made}


def _disassociate_policy(backend: EKSBackend, params: Params) -> Params:
    _, entry = find(backend, params, "access entry", "principalArn")
    if entry["policies"].pop(params["policyArn"], None) is None:
        raise ResourceNotFoundException(message=f"{params['policyArn']} is not associated with the access entry")
    return {}


def _list_policies(backend: EKSBackend, params: Params) -> Params:
    cluster, entry = find(backend, params, "access entry", "principalArn")
    listed = {"clusterName": cluster.name, "principalArn": entry["principalArn"]}
    return {**listed, "associatedAccessPolicies": list(entry["policies"].values())}


ACTIONS: dict[str, Action] = {
    "create_access_entry": _create_entry,
    "describe_access_entry": describe("access entry", "principalArn", "accessEntry"),
    "list_access_entries": list_of("access entry", "accessEntries"),
    "update_access_entry": _update_entry,
    "delete_access_entry": delete("access entry", "principalArn", "accessEntry"),
    "associate_access_policy": _associate_policy,
    "disassociate_access_policy": _disassociate_policy,
    "list_associated_access_policies": _list_policies,
}
GAPS = {
    "EKS access": "entries, policies and pod identities are kept and checked for existing principals; the simulated "
    "cluster's own administrator is not bound by them",
}
