"""EKS: clusters, node groups, and what a cluster holds besides."""

from functools import partial
from typing import Any

from sandbox.providers.aws.asking import wait
from sandbox.providers.aws.kind import Cloud, one
from sandbox.providers.aws.row import Call, Row, Wait
from sandbox.providers.protocol import Props, ProviderError

LOGS = ("api", "audit", "authenticator", "controllerManager", "scheduler")
TAGS = "tag_resource untag_resource"
READY = Wait("CREATING DELETING", "ACTIVE", why="health.issues[].message")
_THROUGH = Wait("InProgress", "Successful", why="errors[].errorMessage")


def _settle(cloud: Cloud, said: Props, known: Props) -> None:
    """Until an update of a cluster, a node group or an add-on is through."""
    parts = {"nodegroupName": known.get("nodeGroupName"), "addonName": known.get("addonName")}
    query = {key: value for key, value in parts.items() if value}
    query |= {"name": known.get("clusterName") or known["name"], "updateId": said["update"]["id"]}
    wait(lambda: cloud("eks").describe_update(**query)["update"], _THROUGH, "eks", " ".join(query.values()))


def _logging(wanted: list[str]) -> dict[str, Any]:
    sides = [{"types": sorted(wanted), "enabled": True}, {"types": sorted({*LOGS} - {*wanted}), "enabled": False}]
    return {"clusterLogging": [side for side in sides if side["types"]]}


def _configure(cloud: Cloud, name: str, **change: Any) -> None:
    _settle(cloud, cloud("eks").update_cluster_config(name=name, **change), {"name": name})


def _move(cloud: Cloud, name: str, props: Props) -> None:
    """One sort of change a call, as the API wants it."""
    vpc, live = one(props, "vpcConfig"), cloud("eks").describe_cluster(name=name)["cluster"]["resourcesVpcConfig"]
    reach = ("endpointPrivateAccess", "endpointPublicAccess", "publicAccessCidrs")
    for keys in (reach, ("subnetIds",), ("securityGroupIds",)):
        wanted = {key: vpc[key] for key in keys if vpc.get(key) is not None}
        if any(live.get(key) != value for key, value in wanted.items()):
            _configure(cloud, name, resourcesVpcConfig=wanted)


def _authenticate(cloud: Cloud, name: str, props: Props) -> None:
    mode = one(props, "accessConfig").get("authenticationMode")
    _configure(cloud, name, accessConfig={"authenticationMode": mode} if mode else {})


def _encrypt(cloud: Cloud, name: str, props: Props) -> None:
    if not (wanted := one(props, "encryptionConfig")):
        raise ProviderError(f"the envelope encryption of {name} cannot be taken away; keep encryptionConfig")
    config = [{"provider": one(wanted, "provider"), "resources": wanted["resources"]}]
    said = cloud("eks").associate_encryption_config(clusterName=name, encryptionConfig=config)
    _settle(cloud, said, {"name": name})


def _vpc(found: Props) -> Props:
    vpc = found["resourcesVpcConfig"]
    return {**vpc, "publicAccessCidrs": vpc["publicAccessCidrs"] if vpc["endpointPublicAccess"] else []}


def _access(found: Props) -> Props:
    """EKS never tells who bootstrapped a cluster, so it is as asked."""
    key = "bootstrapClusterCreatorAdminPermissions"
    return {key: one(found["asked"], "accessConfig").get(key, True), **(found.get("accessConfig") or {})}


def _resize(cloud: Cloud, id_: str, props: Props) -> None:
    """Labels and taints go as what joins or changes and what leaves."""
    cluster, _, name = id_.partition(":")
    where = {"clusterName": cluster, "nodegroupName": name}
    live = cloud("eks").describe_nodegroup(**where)["nodegroup"]
    labels, taints = props.get("labels") or {}, props.get("taints") or []
    marks = {(taint["key"], taint["effect"]) for taint in taints}
    freed = [taint for taint in live.get("taints") or [] if (taint["key"], taint["effect"]) not in marks]
    said = cloud("eks").update_nodegroup_config(
        **where,
        labels={"addOrUpdateLabels": labels, "removeLabels": sorted((live.get("labels") or {}).keys() - labels.keys())},
        taints={"addOrUpdateTaints": taints, "removeTaints": freed},
        **{key: props[key] for key in ("scalingConfig", "updateConfig", "nodeRepairConfig") if props.get(key)},
    )
    _settle(cloud, said, {"clusterName": cluster, "nodeGroupName": name})


def _identities(cloud: Cloud, found: Props) -> Props:
    ask = partial(cloud("eks").describe_pod_identity_association, clusterName=found["clusterName"])
    ids = [arn.rpartition("/")[2] for arn in found.get("podIdentityAssociations") or []]
    each = [ask(associationId=id_)["association"] for id_ in ids]
    return {"podIdentityAssociations": [{key: one[key] for key in ("roleArn", "serviceAccount")} for one in each]}


ROWS = [
    Row(
        type="aws:eks/cluster:Cluster",
        create=Call("create_cluster"),
        read=Call("describe_cluster", "cluster"),
        wait=READY,
        delete="delete_cluster",
        update={
            "version": "update_cluster_version",
            "accessConfig": _authenticate,
            "encryptionConfig": _encrypt,
            "enabledClusterLogTypes": "update_cluster_config",
            "vpcConfig": _move,
            "deletionProtection": "update_cluster_config",
            "upgradePolicy": "update_cluster_config",
        },
        settle=_settle,
        id="{name}",
        names={"vpcConfig": "resourcesVpcConfig", "enabledClusterLogTypes": "logging"},
        write={"enabledClusterLogTypes": _logging},
        found={
            "vpcConfig": _vpc,
            "accessConfig": _access,
            "encryptionConfig": "encryptionConfig[0]",
            "enabledClusterLogTypes": "sort(logging.clusterLogging[?enabled].types[])",
            "certificateAuthority": "{data: certificateAuthority.data || ''}",
            "identities": "[{oidcs: [identity.oidc]}]",
        },
        outputs="arn endpoint status platformVersion createdAt",
        arn="eks:cluster/{name}",
        tags=TAGS,
        replace="roleArn bootstrapSelfManagedAddons kubernetesNetworkConfig",
        inside="accessConfig.bootstrapClusterCreatorAdminPermissions",
        computed=(
            "version upgradePolicy accessConfig kubernetesNetworkConfig kubernetesNetworkConfig.ipFamily "
            "kubernetesNetworkConfig.serviceIpv4Cidr vpcConfig.clusterSecurityGroupId vpcConfig.vpcId "
            "vpcConfig.publicAccessCidrs"
        ),
        sets="vpcConfig enabledClusterLogTypes encryptionConfig",
        write_only="bootstrapSelfManagedAddons",
        defaults={"enabledClusterLogTypes": [], "deletionProtection": False},
        name="name",
    ),
    Row(
        type="aws:eks/nodeGroup:NodeGroup",
        create=Call("create_nodegroup"),
        read=Call("describe_nodegroup", "nodegroup"),
        wait=READY,
        delete="delete_nodegroup",
        update={
            "version releaseVersion launchTemplate": Call("update_nodegroup_version", takes="forceUpdateVersion"),
            "labels taints scalingConfig updateConfig nodeRepairConfig": _resize,
        },
        settle=_settle,
        id="{clusterName}:{nodeGroupName}",
        names={"nodeRoleArn": "nodeRole", "subnetIds": "subnets", "forceUpdateVersion": "force"},
        found={"arn": "nodegroupArn", "resources": "[{autoscalingGroups: resources.autoScalingGroups}]"},
        outputs="status",
        tags=TAGS,
        replace="clusterName nodeRoleArn subnetIds instanceTypes capacityType amiType diskSize",
        inside="launchTemplate.id launchTemplate.name",
        computed=(
            "amiType capacityType diskSize instanceTypes version releaseVersion updateConfig nodeRepairConfig "
            "launchTemplate.name launchTemplate.id"
        ),
        sets="subnetIds taints",
        write_only="forceUpdateVersion",
        name="nodeGroupName",
        prefix="nodeGroupNamePrefix",
    ),
    Row(
        type="aws:eks/addon:Addon",
        create=Call("create_addon", resolveConflicts="{resolveConflictsOnCreate}"),
        read=Call("describe_addon", "addon"),
        more=(_identities,),
        wait=READY,
        delete=Call("delete_addon", takes="preserve"),
        update={
            "addonVersion configurationValues serviceAccountRoleArn podIdentityAssociations": Call(
                "update_addon", resolveConflicts="{resolveConflictsOnUpdate}"
            )
        },
        settle=_settle,
        id="{clusterName}:{addonName}",
        found={"arn": "addonArn"},
        outputs="createdAt modifiedAt",
        tags=TAGS,
        replace="clusterName addonName",
        computed="addonVersion configurationValues",
        sets="podIdentityAssociations",
        write_only="resolveConflictsOnCreate resolveConflictsOnUpdate preserve",
        defaults={"podIdentityAssociations": []},
    ),
    Row(
        type="aws:eks/accessEntry:AccessEntry",
        create=Call("create_access_entry"),
        read=Call("describe_access_entry", "accessEntry"),
        delete="delete_access_entry",
        update={"kubernetesGroups userName": "update_access_entry"},
        id="{clusterName}:{principalArn}",
        outputs="accessEntryArn createdAt modifiedAt",
        arn="{accessEntryArn}",
        tags=TAGS,
        replace="clusterName principalArn type",
        computed="kubernetesGroups userName",
        sets="kubernetesGroups",
        defaults={"kubernetesGroups": []},
        delete_first=True,
    ),
    Row(
        type="aws:eks/accessPolicyAssociation:AccessPolicyAssociation",
        create=Call("associate_access_policy"),
        read=Call("list_associated_access_policies", "associatedAccessPolicies[?policyArn=='{policyArn}'] | [0]"),
        delete="disassociate_access_policy",
        id="{clusterName}#{principalArn}#{policyArn}",
        outputs="associatedAt modifiedAt",
        replace="clusterName principalArn policyArn accessScope",
        sets="accessScope",
        delete_first=True,
    ),
    Row(
        type="aws:eks/podIdentityAssociation:PodIdentityAssociation",
        create=Call("create_pod_identity_association", "association.associationId"),
        read=Call("describe_pod_identity_association", "association"),
        delete="delete_pod_identity_association",
        update={"roleArn": "update_pod_identity_association"},
        imports="{clusterName},{associationId}",
        beside="clusterName",
        outputs="associationArn associationId",
        arn="{associationArn}",
        tags=TAGS,
        replace="clusterName namespace serviceAccount",
        delete_first=True,
    ),
]
