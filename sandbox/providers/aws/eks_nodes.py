"""EKS node groups."""

from typing import Any

from sandbox.providers.aws.eks import place, request, settle, tag_by, wait, wait_gone
from sandbox.providers.aws.kind import Cloud, Kind, lower, one
from sandbox.providers.protocol import Props


def _group(cloud: Cloud, id_: str) -> dict[str, Any]:
    found: dict[str, Any] = cloud("eks").describe_nodegroup(**place(id_, "nodegroupName"))["nodegroup"]
    return found


def _create_group(cloud: Cloud, props: Props) -> str:
    wanted = request(
        props,
        *("clusterName", "instanceTypes", "capacityType", "amiType", "diskSize", "version", "releaseVersion"),
        *("labels", "taints", "scalingConfig", "launchTemplate", "updateConfig", "nodeRepairConfig"),
        nodegroupName="nodeGroupName",
        nodeRole="nodeRoleArn",
        subnets="subnetIds",
        tags="tagsAll",
    )
    cloud("eks").create_nodegroup(**wanted)
    return f"{props['clusterName']}:{props['nodeGroupName']}"


def _read_group(cloud: Cloud, id_: str, _: Props) -> Props | None:
    group = _group(cloud, id_)
    return {
        **lower(group, "clusterName", "instanceTypes", "capacityType", "amiType", "diskSize", "version"),
        **lower(group, "releaseVersion", "labels", "taints", "scalingConfig", "launchTemplate", "updateConfig"),
        **lower(group, "nodeRepairConfig", "status"),
        "nodeGroupName": group["nodegroupName"],
        "nodeRoleArn": group["nodeRole"],
        "subnetIds": group["subnets"],
        "arn": group["nodegroupArn"],
        "resources": [{"autoscalingGroups": group["resources"]["autoScalingGroups"]}],
        "tagsAll": group.get("tags") or {},
    }


def _configure_group(cloud: Cloud, id_: str, props: Props) -> None:
    """Labels and taints go as what joins or changes and what leaves."""
    live, where = _group(cloud, id_), place(id_, "nodegroupName")
    labels, taints = props.get("labels") or {}, props.get("taints") or []
    lost = [key for key in live.get("labels") or {} if key not in labels]
    marks = {(taint["key"], taint["effect"]) for taint in taints}
    freed = [taint for taint in live.get("taints") or [] if (taint["key"], taint["effect"]) not in marks]
    update = cloud("eks").update_nodegroup_config(
        **where,
        labels={"addOrUpdateLabels": labels, "removeLabels": lost},
        taints={"addOrUpdateTaints": taints, "removeTaints": freed},
        **request(props, "scalingConfig", "updateConfig", "nodeRepairConfig"),
    )["update"]["id"]
    settle(cloud, where["clusterName"], update, nodegroupName=where["nodegroupName"])


def _roll_group(cloud: Cloud, id_: str, props: Props) -> None:
    where, template = place(id_, "nodegroupName"), one(props, "launchTemplate")
    wanted = {"launchTemplate": request(template, "id", "name", "version")} if template else {}
    update = cloud("eks").update_nodegroup_version(
        **where, **wanted, **request(props, "version", "releaseVersion", force="forceUpdateVersion")
    )["update"]["id"]
    settle(cloud, where["clusterName"], update, nodegroupName=where["nodegroupName"])


def _delete_group(cloud: Cloud, id_: str, _: Props) -> None:
    cloud("eks").delete_nodegroup(**place(id_, "nodegroupName"))
    wait_gone(cloud, lambda: _group(cloud, id_))


ROWS = [
    Kind(
        type="aws:eks/nodeGroup:NodeGroup",
        create=_create_group,
        finish=lambda cloud, id_, _: wait(lambda: _group(cloud, id_), {"CREATING"}),
        read=_read_group,
        delete=_delete_group,
        update={
            **dict.fromkeys(("version", "releaseVersion", "launchTemplate"), _roll_group),
            **dict.fromkeys(
                ("labels", "taints", "scalingConfig", "updateConfig", "nodeRepairConfig"), _configure_group
            ),
            "forceUpdateVersion": None,
        },
        replace=frozenset(
            {"clusterName", "nodeRoleArn", "subnetIds", "instanceTypes", "capacityType", "amiType", "diskSize"}
        ),
        inside=frozenset({"launchTemplate.id", "launchTemplate.name"}),
        name="nodeGroupName",
        prefix="nodeGroupNamePrefix",
        tag=tag_by("arn"),
        computed=frozenset(
            {
                *("amiType", "capacityType", "diskSize", "instanceTypes", "version", "releaseVersion"),
                *("updateConfig", "nodeRepairConfig", "launchTemplate.name", "launchTemplate.id"),
            }
        ),
        sets=frozenset({"subnetIds", "taints"}),
        write_only=frozenset({"forceUpdateVersion"}),
    ),
]
