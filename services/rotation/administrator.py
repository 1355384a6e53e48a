"""Rotates the password of a database's administrator through the RDS API, in the four steps of Secrets Manager (S-06).

For members of a global database, whose password the service itself cannot manage. Nobody has to log in, so that the
function needs no driver and no way into the database; and no step reads the old password, so that the first rotation
replaces whatever the cluster was made with. A step that ran before leaves things as they are. While another region
writes, nothing is rotated here.
"""

import json
import os
import time
from collections.abc import Callable, Mapping
from typing import Any

import boto3

PENDING, CURRENT = "AWSPENDING", "AWSCURRENT"
NOT_IN_PASSWORDS = "/@\"' "  # what RDS refuses
LENGTH = 40
WAIT_SECONDS, TRIES = 5, 24


class RotationError(RuntimeError):
    """A rotation that cannot go on; the current password stays valid."""


def handler(event: Mapping[str, str], context: object) -> None:
    """One step of a rotation: `event` has SecretId, ClientRequestToken and Step, as Secrets Manager sends them."""
    steps = {"createSecret": create, "setSecret": set_, "testSecret": probe, "finishSecret": finish}
    step = steps.get(event["Step"])
    if step is None:
        raise RotationError(f"{event['Step']} is no step of a rotation; choose from {', '.join(steps)}")
    stages = _stages(event["SecretId"])
    if CURRENT in stages.get(event["ClientRequestToken"], ()):
        return  # done already
    if PENDING not in stages.get(event["ClientRequestToken"], ()) and step is not create:
        raise RotationError(
            f"version {event['ClientRequestToken']} is not staged as {PENDING}; start the rotation anew"
        )
    if step in (create, set_):
        refuse_reader()
    step(event["SecretId"], event["ClientRequestToken"])


def refuse_reader() -> None:
    """RotationError where the cluster follows another region, whose writer alone takes a password."""
    rds, cluster, shared = boto3.client("rds"), os.environ["CLUSTER"], os.environ["GLOBAL_DATABASE"]
    arn = rds.describe_db_clusters(DBClusterIdentifier=cluster)["DBClusters"][0]["DBClusterArn"]
    try:
        found: Any = rds.describe_global_clusters(GlobalClusterIdentifier=shared)["GlobalClusters"]
    except rds.exceptions.GlobalClusterNotFoundFault:
        return  # it was dissolved, and the cluster stands by itself
    members = {member["DBClusterArn"]: member["IsWriter"] for each in found for member in each["GlobalClusterMembers"]}
    if not members.get(arn, True):
        writer = next((member for member, writes in members.items() if writes), "none")
        raise RotationError(
            f"{cluster} is a reader of the global database {shared}, which {writer} writes; nothing was changed. "
            "Rotate again once it writes, or go on where the writer is, as the runbook of the failover says"
        )


def create(secret: str, version: str) -> None:
    """Generate the new password in Secrets Manager, once."""
    client = _secrets()
    try:
        client.get_secret_value(SecretId=secret, VersionId=version, VersionStage=PENDING)
    except client.exceptions.ResourceNotFoundException:
        made = client.get_random_password(PasswordLength=LENGTH, ExcludeCharacters=NOT_IN_PASSWORDS)
        content = json.dumps({"username": os.environ["USERNAME"], "password": made["RandomPassword"]})
        client.put_secret_value(
            SecretId=secret, ClientRequestToken=version, SecretString=content, VersionStages=[PENDING]
        )


def set_(secret: str, version: str) -> None:
    """Give the cluster the new password."""
    content = json.loads(_secrets().get_secret_value(SecretId=secret, VersionId=version)["SecretString"])
    boto3.client("rds").modify_db_cluster(
        DBClusterIdentifier=os.environ["CLUSTER"], MasterUserPassword=content["password"], ApplyImmediately=True
    )


def probe(secret: str, version: str, sleep: Callable[[float], None] = time.sleep) -> None:
    """Wait until the cluster has taken the password; RotationError after about two minutes."""
    for _ in range(TRIES):
        cluster: Any = boto3.client("rds").describe_db_clusters(DBClusterIdentifier=os.environ["CLUSTER"])[
            "DBClusters"
        ][0]
        if cluster["Status"] == "available" and "MasterUserPassword" not in cluster.get("PendingModifiedValues", {}):
            return
        sleep(WAIT_SECONDS)
    raise RotationError(f"{os.environ['CLUSTER']} has not taken the new password; its status is {cluster['Status']}")


def finish(secret: str, version: str) -> None:
    """Make the new version the current one."""
    [old] = [known for known, labels in _stages(secret).items() if CURRENT in labels] or [None]
    moved = {"RemoveFromVersionId": old} if old else {}
    _secrets().update_secret_version_stage(SecretId=secret, VersionStage=CURRENT, MoveToVersionId=version, **moved)


def _stages(secret: str) -> Mapping[str, list[str]]:
    answer: Mapping[str, list[str]] = _secrets().describe_secret(SecretId=secret).get("VersionIdsToStages", {})
    return answer


def _secrets() -> Any:
    return boto3.client("secretsmanager")
