"""A place in a cluster for a process of the failover that is no pod here: what a pod would be told, and be."""

import base64
import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3

from components.apps.failover import NAMESPACE, SERVICE
from sandbox.cluster.control_plane import ControlPlane
from sandbox.drill.ground import DrillError, Post
from sandbox.drill.rights import allowed
from services.failover.kubernetes import in_cluster, resource

TOKEN_SECONDS = 3600


@dataclass(frozen=True, kw_only=True)
class Seat:
    """In the cluster of a stack, and in its account by the deployer's `session`."""

    stack: str
    cluster: str
    region: str
    plane: ControlPlane
    session: boto3.Session
    aws: str

    def client(self, service: str) -> Any:
        """A client of the deployer in the cluster's region."""
        return self.session.client(service, region_name=self.region, endpoint_url=self.aws)

    def post(self, folder: Path) -> Post:
        """With the pods' role; that only they may assume it is what the local AWS does not check."""
        role = self._role()
        keys = self.client("sts").assume_role(RoleArn=role, RoleSessionName="drill")["Credentials"]
        return Post(
            options=["--server", self.plane.endpoint, "--account", str(self.account(folder))],
            identity={
                "AWS_ACCESS_KEY_ID": keys["AccessKeyId"],
                "AWS_SECRET_ACCESS_KEY": keys["SecretAccessKey"],
                "AWS_SESSION_TOKEN": keys["SessionToken"],
                "AWS_CONFIG_FILE": os.devnull,
            },
            rights=allowed(self.client("iam"), role.rpartition("/")[2]),
        )

    def wiring(self) -> dict[str, Any]:
        """What the pod finds mounted."""
        return dict(json.loads(self._told("wiring.json")))

    def failover(self, folder: Path) -> dict[str, Any]:
        """The object, read with the pod's own rights."""
        return resource(in_cluster(self.plane.endpoint, self.account(folder)), self._told("resource"))

    def _told(self, key: str) -> str:
        found = self.plane.api.get("v1", "ConfigMap", SERVICE, NAMESPACE) if self.plane.exists else None
        if found is None:
            raise DrillError(f"{self.cluster} has no {NAMESPACE}/{SERVICE}; run `make up STACK={self.stack}`")
        return str(found["data"][key])

    def account(self, folder: Path) -> Path:
        """What the kubelet puts into a pod: a token of its account, and whom to believe."""
        account = folder / f"account-{self.stack}"
        account.mkdir(exist_ok=True, mode=0o700)
        path = f"{self.plane.api.path('v1', 'ServiceAccount', NAMESPACE, SERVICE)}/token"
        kind = {"apiVersion": "authentication.k8s.io/v1", "kind": "TokenRequest"}
        asked = {**kind, "spec": {"expirationSeconds": TOKEN_SECONDS}}
        (account / "token").write_text(self.plane.api.request("POST", path, asked)["status"]["token"])
        (account / "ca.crt").write_bytes(base64.b64decode(self.plane.ca))
        return account

    def _role(self) -> str:
        """By the association of the pods' account, else by the word on it."""
        eks, who = self.client("eks"), {"namespace": NAMESPACE, "serviceAccount": SERVICE}
        for found in eks.list_pod_identity_associations(clusterName=self.cluster, **who)["associations"]:
            asked = {"clusterName": self.cluster, "associationId": found["associationId"]}
            return str(eks.describe_pod_identity_association(**asked)["association"]["roleArn"])
        account = self.plane.api.get("v1", "ServiceAccount", SERVICE, NAMESPACE) or {}
        return str(account["metadata"]["annotations"]["eks.amazonaws.com/role-arn"])
