"""EKS node groups beyond moto: what they were told is kept and changes, and the cluster gets nodes to match."""

from typing import Any

from moto.core.utils import utcnow
from moto.ec2.models.instance_types import INSTANCE_TYPES
from moto.eks.exceptions import InvalidParameterException
from moto.eks.models import EKSBackend, Nodegroup

from sandbox.cloud import eks, references
from sandbox.cloud.eks import Action, Params, issues, run, update_of
from sandbox.cluster.nodes import NodeGroup, max_pods

EFFECTS = {"NO_SCHEDULE": "NoSchedule", "PREFER_NO_SCHEDULE": "PreferNoSchedule", "NO_EXECUTE": "NoExecute"}
PASSED_ON = ("scalingConfig", "diskSize", "instanceTypes", "amiType", "labels", "taints", "tags", "capacityType")


def _create(backend: EKSBackend, params: Params) -> Params:
    cluster = backend.describe_cluster(params["clusterName"])
    references.role(params["nodeRole"])
    references.subnets(backend, params["subnets"])
    asked = params.get("launchTemplate")
    template = references.launch_template(backend, asked) if asked else None
    if unknown := sorted(set(params.get("instanceTypes") or ()) - set(INSTANCE_TYPES)):
        raise InvalidParameterException(message=f"The instance types {', '.join(unknown)} are not valid")
    if params.get("scalingConfig"):
        refuse_misfit(params["scalingConfig"])
    snake = {key: "".join(f"_{char.lower()}" if char.isupper() else char for char in key) for key in PASSED_ON}
    group = backend.create_nodegroup(
        cluster.name,
        params["nodeRole"],
        params["nodegroupName"],
        params["subnets"],
        launch_template=asked,
        version=params.get("version") or cluster.version,
        **{name: params[key] for key, name in snake.items() if params.get(key) is not None},
    )
    group.ami_type = params.get("amiType") or "AL2023_x86_64_STANDARD"
    group.release_version = params.get("releaseVersion") or f"{group.version}.0-20260101"
    group.update_config = params.get("updateConfig") or {"maxUnavailable": 1}
    group.node_repair_config = params.get("nodeRepairConfig")
    group.disk_size = None if template else params.get("diskSize") or 20  # type: ignore[assignment]  # as AWS tells it
    group.remote_access = params.get("remoteAccess")  # type: ignore[assignment]  # moto makes one up
    group.resources = {"autoScalingGroups": [{"name": f"eks-{group.nodegroup_name}-{group.uuid}"}]}
    group.status = "CREATING"
    _settle(backend, group, "CREATE_FAILED")
    return {"nodegroup": group}


def _settle(backend: EKSBackend, group: Nodegroup, on_failure: str, update: Params | None = None) -> None:
    """Bring the cluster's nodes up to what the group says; its status, and the update's, tell when."""

    def apply() -> None:
        if eks.control_planes is not None:
            place = (backend.account_id, backend.region_name, group.cluster_name)
            eks.control_planes.apply_group(*place, simulated(backend, group))
        group.status = "ACTIVE"
        (update or {})["status"] = "Successful"

    def failed(why: str) -> None:
        group.health, group.status = issues(why, group.nodegroup_name), on_failure
        (update or {}).update(status="Failed", errors=[{"errorCode": "NodeCreationFailure", "errorMessage": why}])

    run(apply, failed)


def simulated(backend: EKSBackend, group: Nodegroup) -> NodeGroup:
    """The group as nodes see it: the figures of its first instance type, the zones of its subnets."""
    machine: dict[str, Any] = INSTANCE_TYPES[group.instance_types[0]]
    network = machine["NetworkInfo"]
    template = references.launch_template(backend, group.launch_template) if group.launch_template else None
    disks = template.data.get("BlockDeviceMappings") or [] if template else []
    sizes = [int(disk["Ebs"]["VolumeSize"]) for disk in disks if disk.get("Ebs", {}).get("VolumeSize")]
    taints = [{**taint, "effect": EFFECTS[taint["effect"]]} for taint in group.taints]
    return NodeGroup(
        name=group.nodegroup_name,
        instance_type=group.instance_types[0],
        cpu=machine["VCpuInfo"]["DefaultVCpus"],
        memory=machine["MemoryInfo"]["SizeInMiB"],
        pods=max_pods(network["MaximumNetworkInterfaces"], network["Ipv4AddressesPerInterface"]),
        zones=sorted({subnet.availability_zone for subnet in references.subnets(backend, group.subnets)}),
        desired=group.scaling_config["desiredSize"],
        region=backend.region_name,
        account=backend.account_id,
        disk_gib=(sizes or [int(group.disk_size or 20)])[0],
        architecture="arm64" if "arm64" in machine["ProcessorInfo"]["SupportedArchitectures"] else "amd64",
        capacity_type=group.capacity_type,
        labels=group.labels,
        taints=taints,
    )


def refuse_misfit(scaling: Params) -> None:
    """Raise InvalidParameterException where the number of nodes lies outside its bounds, as EKS does."""
    least, wanted, most = (int(scaling[key]) for key in ("minSize", "desiredSize", "maxSize"))
    if least > wanted:
        raise InvalidParameterException(message=f"Minimum capacity {least} can't be greater than desired size {wanted}")
    if wanted > most:
        raise InvalidParameterException(message=f"desired capacity {wanted} can't be greater than max size {most}")


def _update_config(backend: EKSBackend, params: Params) -> Params:
    group = backend.describe_nodegroup(params["clusterName"], params["nodegroupName"])
    scaling = {**group.scaling_config, **(params.get("scalingConfig") or {})}
    refuse_misfit(scaling)
    backend.update_nodegroup_config(
        params["clusterName"],
        params["nodegroupName"],
        labels=params.get("labels"),
        taints=params.get("taints"),
        scaling_config=scaling,
        update_config=params.get("updateConfig"),
        node_repair_config=params.get("nodeRepairConfig"),
    )
    return _changed(backend, group, "ConfigUpdate")


def _update_version(backend: EKSBackend, params: Params) -> Params:
    group = backend.describe_nodegroup(params["clusterName"], params["nodegroupName"])
    cluster = backend.describe_cluster(params["clusterName"])
    wanted = params.get("version") or (group.version if params.get("launchTemplate") else cluster.version)
    if int(wanted.split(".")[1]) > int(cluster.version.split(".")[1]):
        text = f"Requested Nodegroup version {wanted} is newer than the cluster's {cluster.version}"
        raise InvalidParameterException(message=text)
    if params.get("launchTemplate"):
        references.launch_template(backend, params["launchTemplate"])
        group.launch_template = (group.launch_template or {}) | params["launchTemplate"]
    group.version, group.release_version = wanted, params.get("releaseVersion") or f"{wanted}.0-20260101"
    return _changed(backend, group, "VersionUpdate")


def _changed(backend: EKSBackend, group: Nodegroup, kind: str) -> Params:
    update = update_of(backend.describe_cluster(group.cluster_name), kind, "InProgress")
    group.status, group.modified_at = "UPDATING", utcnow()
    _settle(backend, group, "DEGRADED", update)
    return {"update": update}


def _delete(backend: EKSBackend, params: Params) -> Params:
    group = backend.describe_nodegroup(params["clusterName"], params["nodegroupName"])
    group.status = "DELETING"

    def remove() -> None:
        if eks.control_planes is not None:
            place = (backend.account_id, backend.region_name, group.cluster_name)
            eks.control_planes.remove_group(*place, group.nodegroup_name)
        backend.delete_nodegroup(group.cluster_name, group.nodegroup_name)

    def failed(why: str) -> None:
        group.health, group.status = issues(why, group.nodegroup_name), "DELETE_FAILED"

    run(remove, failed)
    return {"nodegroup": group}


def _list(backend: EKSBackend, params: Params) -> Params:
    cluster = backend.describe_cluster(params["clusterName"])  # moto fails where there is none
    return {"nodegroups": sorted(cluster.nodegroups)}


ACTIONS: dict[str, Action] = {
    "list_nodegroups": _list,
    "create_nodegroup": _create,
    "update_nodegroup_config": _update_config,
    "update_nodegroup_version": _update_version,
    "delete_nodegroup": _delete,
}
GAPS = {
    "EKS node groups": "become simulated nodes of their first instance type; no instance boots, no user data runs",
}
