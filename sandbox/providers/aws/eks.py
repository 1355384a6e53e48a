"""EKS clusters, and the waiting that all of EKS shares."""

import time
from collections.abc import Callable, Mapping
from typing import Any

from sandbox.providers.aws.kind import Cloud, Kind, lower, one, pick
from sandbox.providers.protocol import Props, ProviderError

LOGS = ("api", "audit", "authenticator", "controllerManager", "scheduler")
Tag = Callable[[Cloud, str, Props, dict[str, str], list[str]], None]


def wait(describe: Callable[[], Mapping[str, Any]], pending: set[str], done: str = "ACTIVE") -> None:
    """Until the status leaves `pending`; raise with EKS's own reason unless it is `done`."""
    while (found := describe())["status"] in pending:
        time.sleep(0.2)
    if found["status"] != done:
        health = [issue["message"] for issue in (found.get("health") or {}).get("issues", [])]
        errors = [error["errorMessage"] for error in found.get("errors") or []]
        name = found.get("name") or found.get("nodegroupName") or found.get("id")
        raise ProviderError(f"EKS says that {name} is {found['status']}: {'; '.join(health + errors) or 'no reason'}")


def wait_gone(cloud: Cloud, describe: Callable[[], Mapping[str, Any]]) -> None:
    """Until it is not found any more."""
    try:
        wait(describe, {"DELETING"}, "gone")
    except cloud("eks").exceptions.ResourceNotFoundException:
        return


def tag_by(arn: str) -> Tag:
    """Tags of an object whose ARN is the output `arn`."""

    def tag(cloud: Cloud, _: str, props: Props, tags: dict[str, str], gone: list[str]) -> None:
        if gone:
            cloud("eks").untag_resource(resourceArn=props[arn], tagKeys=gone)
        cloud("eks").tag_resource(resourceArn=props[arn], tags=tags)

    return tag


def request(props: Props, *keys: str, **renamed: str) -> dict[str, Any]:
    """Request parameters; EKS spells most of them as the vendor's provider does."""
    return pick(props, **{key: key for key in keys}, **renamed)


def stamp(when: Any) -> str:
    """A moment as the vendor's provider writes it."""
    return str(when.strftime("%Y-%m-%dT%H:%M:%SZ"))


def place(id_: str, key: str) -> dict[str, str]:
    """`cluster:name` as request parameters."""
    cluster, name = id_.split(":", 1)
    return {"clusterName": cluster, key: name}


def _cluster(cloud: Cloud, name: str) -> dict[str, Any]:
    found: dict[str, Any] = cloud("eks").describe_cluster(name=name)["cluster"]
    return found


def _encryption(props: Props) -> list[dict[str, Any]]:
    config = one(props, "encryptionConfig")
    return [{"provider": one(config, "provider"), "resources": config["resources"]}] if config else []


def _logging(props: Props) -> dict[str, Any]:
    on = sorted(props.get("enabledClusterLogTypes") or ())
    sides = [{"types": on, "enabled": True}, {"types": [log for log in LOGS if log not in on], "enabled": False}]
    return {"clusterLogging": [side for side in sides if side["types"]]}


def _create_cluster(cloud: Cloud, props: Props) -> str:
    wanted = request(
        props,
        "name",
        "version",
        "roleArn",
        "accessConfig",
        "bootstrapSelfManagedAddons",
        "deletionProtection",
        "kubernetesNetworkConfig",
        "upgradePolicy",
        resourcesVpcConfig="vpcConfig",
        tags="tagsAll",
    )
    cloud("eks").create_cluster(**wanted, encryptionConfig=_encryption(props), logging=_logging(props))
    return str(props["name"])


def _read_cluster(cloud: Cloud, name: str, props: Props) -> Props | None:
    cluster = _cluster(cloud, name)
    vpc = cluster["resourcesVpcConfig"]
    sides = cluster["logging"]["clusterLogging"]
    access = cluster.get("accessConfig") or {}
    return {
        **lower(cluster, "name", "arn", "version", "roleArn", "endpoint", "status", "platformVersion", "upgradePolicy"),
        "vpcConfig": {**vpc, "publicAccessCidrs": vpc["publicAccessCidrs"] if vpc["endpointPublicAccess"] else []},
        "certificateAuthority": {"data": (cluster.get("certificateAuthority") or {}).get("data", "")},
        "identities": [{"oidcs": [cluster["identity"]["oidc"]]}],
        "encryptionConfig": next(iter(cluster.get("encryptionConfig") or []), None),
        "enabledClusterLogTypes": sorted(log for side in sides if side["enabled"] for log in side["types"]),
        # EKS never tells this one again, so it is as asked.
        "accessConfig": {**_creator(props), **access},
        "kubernetesNetworkConfig": cluster["kubernetesNetworkConfig"],
        "deletionProtection": cluster.get("deletionProtection", False),
        "createdAt": stamp(cluster["createdAt"]),
        "tagsAll": cluster.get("tags") or {},
    }


def _creator(props: Props) -> Props:
    key = "bootstrapClusterCreatorAdminPermissions"
    return {key: one(props, "accessConfig").get(key, True)}


def _change_cluster(cloud: Cloud, name: str, **change: Any) -> None:
    settle(cloud, name, cloud("eks").update_cluster_config(name=name, **change)["update"]["id"])


def settle(cloud: Cloud, name: str, update: str, **of: str) -> None:
    """Until an update is through; `of` names the node group or add-on that is updated."""
    query = {"name": name, "updateId": update, **of}
    wait(lambda: cloud("eks").describe_update(**query)["update"], {"InProgress"}, "Successful")


def _upgrade_cluster(cloud: Cloud, name: str, props: Props) -> None:
    answer = cloud("eks").update_cluster_version(name=name, version=props["version"])
    settle(cloud, name, answer["update"]["id"])


def _move_cluster(cloud: Cloud, name: str, props: Props) -> None:
    """One sort of change a call, as the API wants it."""
    vpc, live = one(props, "vpcConfig"), _cluster(cloud, name)["resourcesVpcConfig"]
    for keys in (
        ("endpointPrivateAccess", "endpointPublicAccess", "publicAccessCidrs"),
        ("subnetIds",),
        ("securityGroupIds",),
    ):
        wanted = {key: vpc[key] for key in keys if vpc.get(key) is not None}
        if any(live.get(key) != value for key, value in wanted.items()):
            _change_cluster(cloud, name, resourcesVpcConfig=wanted)


def _encrypt_cluster(cloud: Cloud, name: str, props: Props) -> None:
    if not _encryption(props):
        raise ProviderError(f"the envelope encryption of {name} cannot be taken away; keep encryptionConfig")
    answer = cloud("eks").associate_encryption_config(clusterName=name, encryptionConfig=_encryption(props))
    settle(cloud, name, answer["update"]["id"])


def _delete_cluster(cloud: Cloud, name: str, _: Props) -> None:
    cloud("eks").delete_cluster(name=name)
    wait_gone(cloud, lambda: _cluster(cloud, name))


ROWS = [
    Kind(
        type="aws:eks/cluster:Cluster",
        create=_create_cluster,
        finish=lambda cloud, name, _: wait(lambda: _cluster(cloud, name), {"CREATING"}),
        read=_read_cluster,
        delete=_delete_cluster,
        update={
            "version": _upgrade_cluster,
            "accessConfig": lambda cloud, name, props: _change_cluster(
                cloud, name, accessConfig=request(one(props, "accessConfig"), "authenticationMode")
            ),
            "encryptionConfig": _encrypt_cluster,
            "enabledClusterLogTypes": lambda cloud, name, props: _change_cluster(cloud, name, logging=_logging(props)),
            "vpcConfig": _move_cluster,
            "deletionProtection": lambda cloud, name, props: _change_cluster(
                cloud, name, deletionProtection=bool(props.get("deletionProtection"))
            ),
            "upgradePolicy": lambda cloud, name, props: _change_cluster(
                cloud, name, upgradePolicy=one(props, "upgradePolicy")
            ),
        },
        replace=frozenset({"roleArn", "bootstrapSelfManagedAddons", "kubernetesNetworkConfig"}),
        inside=frozenset({"accessConfig.bootstrapClusterCreatorAdminPermissions"}),
        computed=frozenset(
            {
                *("version", "upgradePolicy", "accessConfig", "kubernetesNetworkConfig"),
                *("kubernetesNetworkConfig.ipFamily", "kubernetesNetworkConfig.serviceIpv4Cidr"),
                *("vpcConfig.clusterSecurityGroupId", "vpcConfig.vpcId", "vpcConfig.publicAccessCidrs"),
            }
        ),
        name="name",
        tag=tag_by("arn"),
        sets=frozenset({"vpcConfig", "enabledClusterLogTypes", "encryptionConfig"}),
        write_only=frozenset({"bootstrapSelfManagedAddons"}),
    )
]
