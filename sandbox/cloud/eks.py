"""EKS beyond moto: clusters keep what they were told, change, and have real control planes behind them."""

import base64
import hashlib
import threading
import time
import uuid
from collections.abc import Callable
from typing import Any, Protocol

from moto.core.responses import ActionResult
from moto.core.utils import utcnow
from moto.ec2.models import ec2_backends
from moto.eks.exceptions import InvalidParameterException, InvalidRequestException, ResourceNotFoundException
from moto.eks.models import Cluster, EKSBackend
from moto.eks.responses import EKSResponse

from sandbox.cloud import references
from sandbox.cluster.nodes import NodeGroup

Params = dict[str, Any]
Action = Callable[[EKSBackend, Params], Params]

PAUSES_SECONDS = (2, 10)
EVERY_LOG = ("api", "audit", "authenticator", "controllerManager", "scheduler")


class ControlPlanes(Protocol):
    """What stands behind clusters; each call returns when it is done and raises with the reason when it cannot be."""

    def start(self, account: str, region: str, cluster: str) -> tuple[str, str]:
        """Return the endpoint and the authority's certificate, as EKS hands them out."""

    def stop(self, account: str, region: str, cluster: str) -> None:
        """Leave nothing of the cluster."""

    def apply_group(self, account: str, region: str, cluster: str, group: NodeGroup) -> None:
        """Make the cluster's nodes what the group says."""

    def remove_group(self, account: str, region: str, cluster: str, group: str) -> None:
        """Take the nodes of a group away."""


control_planes: ControlPlanes | None = None
"""Set by the server. Without it everything is ready at once and nothing answers at the endpoint."""


def action(do: Action) -> Callable[[EKSResponse], ActionResult]:
    """An operation for moto: request parameters by the names of the API's own model in, the answer out."""

    def respond(self: EKSResponse) -> ActionResult:
        self.parse_parameters(self.normalized_request)
        return ActionResult(do(self.eks_backend, dict(self.params)))

    return respond


def update_of(cluster: Cluster, type_: str, status: str = "Successful") -> Params:
    """The record of a change, as DescribeUpdate tells it from then on."""
    update: Params = {"id": str(uuid.uuid4()), "status": status, "type": type_, "params": [], "errors": []}
    update["createdAt"] = utcnow()
    cluster.__dict__.setdefault("updates", {})[update["id"]] = update
    return update


def run(work: Callable[[], None], failed: Callable[[str], None]) -> None:
    """Do it now, or behind the caller's back, and three times if need be, when there is a control plane to wait for."""

    def guarded() -> None:
        reasons = []
        for pause in (*PAUSES_SECONDS, 0):  # a busy machine makes a control plane late
            try:
                return work()
            except Exception as error:
                reasons.append(f"{type(error).__name__}: {error}")
            time.sleep(pause)
        return failed("; then ".join(dict.fromkeys(reasons)))

    if control_planes is None:
        work()
    else:
        threading.Thread(target=guarded, daemon=True).start()


def issues(message: str, *ids: str) -> Params:
    """The health of what failed."""
    return {"issues": [{"code": "InternalFailure", "message": message, "resourceIds": list(ids)}]}


def _vpc_config(backend: EKSBackend, name: str, asked: Params) -> Params:
    ec2 = ec2_backends[backend.account_id][backend.region_name]
    subnets = references.subnets(backend, asked.get("subnetIds") or [])
    if len({subnet.availability_zone for subnet in subnets}) < 2:
        raise InvalidParameterException(message="Subnets specified must be in at least two different AZs")
    references.groups(backend, asked.get("securityGroupIds") or [])
    vpc = subnets[0].vpc_id
    tags = {f"kubernetes.io/cluster/{name}": "owned", "aws:eks:cluster-name": name, "Name": f"eks-cluster-sg-{name}"}
    text = "EKS created security group applied to ENI that is attached to EKS Control Plane master nodes"
    group = ec2.create_security_group(f"eks-cluster-sg-{name}-{uuid.uuid4().int % 10**9}", text, vpc, tags)
    ec2.authorize_security_group_ingress(group.id, "-1", "-1", "-1", [], source_groups=[{"GroupId": group.id}])
    return {
        "endpointPublicAccess": True,
        "endpointPrivateAccess": False,
        "publicAccessCidrs": ["0.0.0.0/0"],
        "securityGroupIds": [],
        **asked,
        "clusterSecurityGroupId": group.id,
        "vpcId": vpc,
    }


def _logging(cluster: Cluster, change: Params | None) -> None:
    on = set(cluster.__dict__.setdefault("logs_on", set()))
    for setup in (change or {}).get("clusterLogging", []):
        on = on | set(setup["types"]) if setup.get("enabled") else on - set(setup["types"])
    cluster.logs_on = on  # type: ignore[attr-defined]  # kept beside what moto keeps
    sides = [(sorted(on), True), ([log for log in EVERY_LOG if log not in on], False)]
    cluster.logging = {"clusterLogging": [{"types": types, "enabled": side} for types, side in sides if types]}


def _create_cluster(backend: EKSBackend, params: Params) -> Params:
    name = params["name"]
    references.role(params["roleArn"])
    for config in params.get("encryptionConfig") or []:
        references.key(backend, config["provider"]["keyArn"])
    if name in backend.clusters:
        backend.create_cluster(name, params["roleArn"], {})  # moto refuses, in EKS's words
    vpc = _vpc_config(backend, name, params["resourcesVpcConfig"])
    network = {"serviceIpv4Cidr": "172.20.0.0/16", "ipFamily": "ipv4"} | (params.get("kubernetesNetworkConfig") or {})
    cluster = backend.create_cluster(
        name,
        params["roleArn"],
        vpc,
        version=params.get("version") or "1.34",
        kubernetes_network_config=network,
        tags=params.get("tags"),
        encryption_config=params.get("encryptionConfig"),
    )
    digest = hashlib.sha256(cluster.arn.encode()).hexdigest()[:32].upper()
    mode = (params.get("accessConfig") or {}).get("authenticationMode", "CONFIG_MAP")
    extra = {
        "access_config": {"authenticationMode": mode},
        "deletion_protection": params.get("deletionProtection", False),
        "upgrade_policy": params.get("upgradePolicy") or {"supportType": "EXTENDED"},
        "health": {"issues": []},
        "identity": {"oidc": {"issuer": f"https://oidc.eks.{backend.region_name}.amazonaws.com/id/{digest}"}},
        "endpoint": None,
        "certificate_authority": {},
        "status": "CREATING",
    }
    cluster.__dict__.update(extra)
    _logging(cluster, params.get("logging"))
    run(lambda: _start(backend, cluster, digest), lambda why: _failed(cluster, why))
    return {"cluster": cluster}


def _start(backend: EKSBackend, cluster: Cluster, digest: str) -> None:
    if control_planes is None:
        cluster.endpoint = f"https://{digest}.gr7.{backend.region_name}.eks.amazonaws.com"
        authority = base64.b64encode(f"-----BEGIN CERTIFICATE-----\n{digest}\n-----END CERTIFICATE-----\n".encode())
        cluster.certificate_authority = {"data": authority.decode()}
    else:
        endpoint, authority_data = control_planes.start(backend.account_id, backend.region_name, cluster.name)
        cluster.endpoint, cluster.certificate_authority = endpoint, {"data": authority_data}
    cluster.status = "ACTIVE"


def _failed(cluster: Cluster, why: str) -> None:
    cluster.health = issues(why, cluster.name)  # type: ignore[attr-defined]  # kept beside what moto keeps
    cluster.status = "FAILED"


def _update_cluster(backend: EKSBackend, params: Params) -> Params:
    cluster = backend.describe_cluster(params["name"])
    vpc, kind = params.get("resourcesVpcConfig") or {}, "ConfigUpdate"
    if vpc:
        references.subnets(backend, vpc.get("subnetIds") or [])
        references.groups(backend, vpc.get("securityGroupIds") or [])
        cluster.resources_vpc_config |= vpc
        kind = "EndpointAccessUpdate" if any(key.startswith("endpoint") for key in vpc) else "VpcConfigUpdate"
    if params.get("logging"):
        _logging(cluster, params["logging"])
        kind = "LoggingUpdate"
    if params.get("accessConfig"):
        cluster.access_config |= params["accessConfig"]  # type: ignore[attr-defined]  # kept beside what moto keeps
        kind = "AccessConfigUpdate"
    for key, attribute in (("deletionProtection", "deletion_protection"), ("upgradePolicy", "upgrade_policy")):
        if params.get(key) is not None:
            setattr(cluster, attribute, params[key])
    return {"update": update_of(cluster, kind)}


def _update_version(backend: EKSBackend, params: Params) -> Params:
    cluster, wanted = backend.describe_cluster(params["name"]), params["version"]
    if int(wanted.split(".")[1]) != int(cluster.version.split(".")[1]) + 1:
        text = f"Unsupported Kubernetes minor version update from {cluster.version} to {wanted}"
        raise InvalidParameterException(message=text)
    cluster.version = wanted
    return {"update": update_of(cluster, "VersionUpdate")}


def _encrypt_cluster(backend: EKSBackend, params: Params) -> Params:
    cluster = backend.describe_cluster(params["clusterName"])
    if cluster.encryption_config:
        raise InvalidRequestException(message="Encryption is already enabled for this cluster")
    for config in params["encryptionConfig"]:
        references.key(backend, config["provider"]["keyArn"])
    cluster.encryption_config = params["encryptionConfig"]
    return {"update": update_of(cluster, "AssociateEncryptionConfig")}


def _describe_update(backend: EKSBackend, params: Params) -> Params:
    updates = backend.describe_cluster(params["name"]).__dict__.get("updates", {})
    if params["updateId"] not in updates:
        raise ResourceNotFoundException(message=f"No update found for ID: {params['updateId']}")
    return {"update": updates[params["updateId"]]}


def _delete_cluster(backend: EKSBackend, params: Params) -> Params:
    cluster = backend.describe_cluster(params["name"])
    if cluster.deletion_protection:  # type: ignore[attr-defined]  # kept beside what moto keeps
        text = f"Cluster {cluster.name} is protected from deletion; update its deletionProtection first"
        raise InvalidRequestException(message=text)
    if cluster.nodegroup_count:
        backend.delete_cluster(cluster.name)  # moto refuses, in EKS's words
    cluster.status = "DELETING"

    def stop() -> None:
        if control_planes is not None:
            control_planes.stop(backend.account_id, backend.region_name, cluster.name)
        ec2, group = ec2_backends[backend.account_id][backend.region_name], cluster.resources_vpc_config
        if ec2.get_security_group_from_id(group["clusterSecurityGroupId"]):
            ec2.delete_security_group(group_id=group["clusterSecurityGroupId"])
        backend.delete_cluster(cluster.name)

    run(stop, lambda why: _failed(cluster, why))
    return {"cluster": cluster}


ACTIONS: dict[str, Action] = {
    "create_cluster": _create_cluster,
    "update_cluster_config": _update_cluster,
    "update_cluster_version": _update_version,
    "associate_encryption_config": _encrypt_cluster,
    "describe_update": _describe_update,
    "delete_cluster": _delete_cluster,
}
GAPS = {
    "EKS updates": "change at once; a new version is told, but the control plane stays the one that was built",
}
