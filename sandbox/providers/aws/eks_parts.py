"""What an EKS cluster holds besides nodes: add-ons, access entries and policies, pod identities."""

from typing import Any

from sandbox.providers.aws.eks import place, request, settle, stamp, tag_by, wait, wait_gone
from sandbox.providers.aws.kind import Cloud, Kind, call, lower, one
from sandbox.providers.protocol import Props


def _times(answer: Any) -> Props:
    return {"createdAt": stamp(answer["createdAt"]), "modifiedAt": stamp(answer["modifiedAt"])}


def _addon(cloud: Cloud, id_: str) -> dict[str, Any]:
    found: dict[str, Any] = cloud("eks").describe_addon(**place(id_, "addonName"))["addon"]
    return found


_ADDON = ("addonVersion", "configurationValues", "serviceAccountRoleArn", "podIdentityAssociations")


def _create_addon(cloud: Cloud, props: Props) -> str:
    wanted = request(props, "clusterName", "addonName", *_ADDON, tags="tagsAll")
    cloud("eks").create_addon(**wanted, **request(props, resolveConflicts="resolveConflictsOnCreate"))
    return f"{props['clusterName']}:{props['addonName']}"


def _read_addon(cloud: Cloud, id_: str, _: Props) -> Props | None:
    addon = _addon(cloud, id_)
    identities = []
    for arn in addon.get("podIdentityAssociations") or []:
        where = {"clusterName": addon["clusterName"], "associationId": arn.rsplit("/", 1)[-1]}
        found = cloud("eks").describe_pod_identity_association(**where)["association"]
        identities.append(lower(found, "roleArn", "serviceAccount"))
    return {
        **lower(addon, "clusterName", "addonName", "addonVersion", "configurationValues", "serviceAccountRoleArn"),
        **_times(addon),
        "podIdentityAssociations": identities,
        "arn": addon["addonArn"],
        "tagsAll": addon.get("tags") or {},
    }


def _update_addon(cloud: Cloud, id_: str, props: Props) -> None:
    where = place(id_, "addonName")
    wanted = {"podIdentityAssociations": [], **request(props, *_ADDON, resolveConflicts="resolveConflictsOnUpdate")}
    update = cloud("eks").update_addon(**where, **wanted)["update"]["id"]
    settle(cloud, where["clusterName"], update, addonName=where["addonName"])


def _delete_addon(cloud: Cloud, id_: str, props: Props) -> None:
    cloud("eks").delete_addon(**place(id_, "addonName"), **request(props, "preserve"))
    wait_gone(cloud, lambda: _addon(cloud, id_))


def _create_entry(cloud: Cloud, props: Props) -> str:
    wanted = request(props, "clusterName", "principalArn", "kubernetesGroups", "type", username="userName")
    cloud("eks").create_access_entry(**wanted, **request(props, tags="tagsAll"))
    return f"{props['clusterName']}:{props['principalArn']}"


def _read_entry(cloud: Cloud, id_: str, _: Props) -> Props | None:
    entry = cloud("eks").describe_access_entry(**place(id_, "principalArn"))["accessEntry"]
    return {
        **lower(entry, "clusterName", "principalArn", "kubernetesGroups", "type", "accessEntryArn"),
        **_times(entry),
        "userName": entry["username"],
        "tagsAll": entry.get("tags") or {},
    }


def _update_entry(cloud: Cloud, id_: str, props: Props) -> None:
    groups = props.get("kubernetesGroups") or []
    where = place(id_, "principalArn")
    cloud("eks").update_access_entry(**where, kubernetesGroups=groups, **request(props, username="userName"))


def _associate(cloud: Cloud, props: Props) -> str:
    keys = ("clusterName", "principalArn", "policyArn")
    cloud("eks").associate_access_policy(**request(props, *keys), accessScope=one(props, "accessScope"))
    return "#".join(props[key] for key in keys)


def _read_association(cloud: Cloud, id_: str, _: Props) -> Props | None:
    cluster, principal, policy = id_.split("#")
    pages = cloud("eks").get_paginator("list_associated_access_policies")
    for page in pages.paginate(clusterName=cluster, principalArn=principal):
        for found in page["associatedAccessPolicies"]:
            if found["policyArn"] == policy:
                times = {key: stamp(found[key]) for key in ("associatedAt", "modifiedAt")}
                return {
                    "clusterName": cluster,
                    "principalArn": principal,
                    **lower(found, "policyArn", "accessScope"),
                    **times,
                }
    return None


def _disassociate(cloud: Cloud, id_: str, _: Props) -> None:
    cluster, principal, policy = id_.split("#")
    cloud("eks").disassociate_access_policy(clusterName=cluster, principalArn=principal, policyArn=policy)


def _create_identity(cloud: Cloud, props: Props) -> str:
    wanted = request(props, "clusterName", "namespace", "serviceAccount", "roleArn", tags="tagsAll")
    id_: str = cloud("eks").create_pod_identity_association(**wanted)["association"]["associationId"]
    return id_


def _read_identity(cloud: Cloud, id_: str, props: Props) -> Props | None:
    cluster, _, association = id_.rpartition(",")  # an import names both
    where = {"clusterName": props.get("clusterName") or cluster, "associationId": association}
    found = cloud("eks").describe_pod_identity_association(**where)["association"]
    return {
        **lower(found, "clusterName", "namespace", "serviceAccount", "roleArn", "associationArn", "associationId"),
        "tagsAll": found.get("tags") or {},
    }


ROWS = [
    Kind(
        type="aws:eks/addon:Addon",
        create=_create_addon,
        finish=lambda cloud, id_, _: wait(lambda: _addon(cloud, id_), {"CREATING"}),
        read=_read_addon,
        delete=_delete_addon,
        update={
            **dict.fromkeys(_ADDON, _update_addon),
            **dict.fromkeys(("resolveConflictsOnCreate", "resolveConflictsOnUpdate", "preserve")),
        },
        replace=frozenset({"clusterName", "addonName"}),
        computed=frozenset({"addonVersion", "configurationValues"}),
        tag=tag_by("arn"),
        sets=frozenset({"podIdentityAssociations"}),
        write_only=frozenset({"resolveConflictsOnCreate", "resolveConflictsOnUpdate", "preserve"}),
    ),
    Kind(
        type="aws:eks/accessEntry:AccessEntry",
        create=_create_entry,
        read=_read_entry,
        delete=lambda cloud, id_, _: cloud("eks").delete_access_entry(**place(id_, "principalArn")),
        update=dict.fromkeys(("kubernetesGroups", "userName"), _update_entry),
        replace=frozenset({"clusterName", "principalArn", "type"}),
        computed=frozenset({"kubernetesGroups", "userName"}),
        tag=tag_by("accessEntryArn"),
        sets=frozenset({"kubernetesGroups"}),
        delete_first=True,
    ),
    Kind(
        type="aws:eks/accessPolicyAssociation:AccessPolicyAssociation",
        create=_associate,
        read=_read_association,
        delete=_disassociate,
        replace=frozenset({"clusterName", "principalArn", "policyArn", "accessScope"}),
        sets=frozenset({"accessScope"}),
        delete_first=True,
    ),
    Kind(
        type="aws:eks/podIdentityAssociation:PodIdentityAssociation",
        create=_create_identity,
        read=_read_identity,
        delete=call("eks", "delete_pod_identity_association", "associationId", clusterName="clusterName"),
        update={
            "roleArn": call(
                "eks",
                "update_pod_identity_association",
                "associationId",
                clusterName="clusterName",
                roleArn="roleArn",
            )
        },
        replace=frozenset({"clusterName", "namespace", "serviceAccount"}),
        tag=tag_by("associationArn"),
        delete_first=True,
    ),
]
