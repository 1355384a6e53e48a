"""Volumes for claims of EBS classes, as the CSI driver's controller makes them and takes them away."""

import logging
from collections.abc import Mapping
from math import ceil

from botocore.exceptions import ClientError

from sandbox.cluster.api import Api, Object
from sandbox.cluster.cloud import Cloud
from sandbox.cluster.quantity import quantity

DRIVER = "ebs.csi.aws.com"
log = logging.getLogger(__name__)


def provision(api: Api, cloud: Cloud, claim: Object) -> None:
    """Make the volume of a claim that an EBS class serves, in the zone of the node that was chosen for its pod."""
    meta, spec = claim["metadata"], claim["spec"]
    notes = meta.get("annotations", {})
    if spec.get("volumeName") or notes.get("volume.kubernetes.io/storage-provisioner") != DRIVER:
        return
    class_ = api.get("storage.k8s.io/v1", "StorageClass", spec["storageClassName"])
    zone = _zone(api, notes.get("volume.kubernetes.io/selected-node"))
    if class_ is None or zone is None or (name := f"pvc-{meta['uid']}") in _volumes(api):
        return
    size = spec["resources"]["requests"]["storage"]
    request = {"AvailabilityZone": zone, "Size": gibibytes(size), **_parameters(class_.get("parameters") or {})}
    tags = cloud.tags | {"kubernetes.io/created-for/pvc/name": meta["name"], "CSIVolumeName": name}
    listed = [{"Key": key, "Value": value} for key, value in tags.items()]
    request["TagSpecifications"] = [{"ResourceType": "volume", "Tags": listed}]
    handle = cloud.client("ec2").create_volume(**request)["VolumeId"]
    term = {"key": "topology.ebs.csi.aws.com/zone", "operator": "In", "values": [zone]}
    reference = {key: meta[key] for key in ("name", "namespace", "uid")} | {"apiVersion": "v1", "kind": claim["kind"]}
    volume = {
        "apiVersion": "v1",
        "kind": "PersistentVolume",
        "metadata": {"name": name, "annotations": {"pv.kubernetes.io/provisioned-by": DRIVER}},
        "spec": {
            "accessModes": spec["accessModes"],
            "capacity": {"storage": size},
            "claimRef": reference,
            "csi": {"driver": DRIVER, "volumeHandle": handle},
            "nodeAffinity": {"required": {"nodeSelectorTerms": [{"matchExpressions": [term]}]}},
            "persistentVolumeReclaimPolicy": class_.get("reclaimPolicy", "Delete"),
            "storageClassName": spec["storageClassName"],
            "volumeMode": spec.get("volumeMode", "Filesystem"),
        },
    }
    api.apply(volume, DRIVER)
    log.info("%s/%s has %s in %s", meta["namespace"], meta["name"], handle, zone)


def _volumes(api: Api) -> set[str]:
    return {volume["metadata"]["name"] for volume in api.list("v1", "PersistentVolume")}


def _zone(api: Api, node: str | None) -> str | None:
    """The zone of the chosen node; without one, of any: a class that binds at once asks for none."""
    nodes = {each["metadata"]["name"]: each["metadata"]["labels"] for each in api.list("v1", "Node")}
    labels = nodes.get(node) if node else next(iter(nodes.values()), None)
    return labels["topology.kubernetes.io/zone"] if labels else None


def reclaim(api: Api, cloud: Cloud, volume: Object) -> None:
    """Delete the volume of a claim that is gone, where its class says so."""
    spec = volume["spec"]
    if spec.get("csi", {}).get("driver") != DRIVER or spec["persistentVolumeReclaimPolicy"] != "Delete":
        return
    if volume["status"].get("phase") != "Released" or "deletionTimestamp" in volume["metadata"]:
        return
    try:
        cloud.client("ec2").delete_volume(VolumeId=spec["csi"]["volumeHandle"])
    except ClientError as error:
        if error.response["Error"]["Code"] != "InvalidVolume.NotFound":
            raise
    api.delete(volume)
    log.info("%s is gone", spec["csi"]["volumeHandle"])


def gibibytes(text: str) -> int:
    """A Kubernetes quantity in whole GiB, rounded up, as volumes are sold."""
    return ceil(quantity(text) / 2**30)


def _parameters(parameters: Mapping[str, str]) -> dict[str, object]:
    """A storage class's parameters as the volume's."""
    request: dict[str, object] = {"VolumeType": parameters.get("type", "gp3")}
    if parameters.get("encrypted") == "true":
        request["Encrypted"] = True
    if "kmsKeyId" in parameters:
        request["KmsKeyId"] = parameters["kmsKeyId"]
    numbers = {"iops": "Iops", "throughput": "Throughput"}
    return request | {name: int(parameters[key]) for key, name in numbers.items() if key in parameters}
