"""Objects inside an EKS cluster that moto lacks: kept with the cluster, told as the API tells them, tagged by ARN."""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from moto.core.utils import utcnow
from moto.eks.exceptions import (
    ResourceInUseException,
    ResourceNotFoundException,
)
from moto.eks.models import Cluster, EKSBackend

from sandbox.cloud.eks import Action, Params


def kept(cluster: Cluster, sort: str) -> dict[str, Params]:
    """The cluster's objects of one sort, by name."""
    parts: dict[str, dict[str, Params]] = cluster.__dict__.setdefault("parts", defaultdict(dict))
    return parts[sort]


def find(backend: EKSBackend, params: Params, sort: str, key: str) -> tuple[Cluster, Params]:
    """The cluster and its object that the request names by `key`."""
    cluster = backend.describe_cluster(params["clusterName"])
    if params[key] not in kept(cluster, sort):
        text = f"No {sort} {params[key]} found in cluster {cluster.name}"
        raise ResourceNotFoundException(clusterName=cluster.name, message=text)
    return cluster, kept(cluster, sort)[params[key]]


def keep(backend: EKSBackend, params: Params, sort: str, name: str, **own: Any) -> Params:
    """Add an object, told back as it was asked for, with what EKS adds; its ARN goes by `own["arn"]`."""
    cluster = backend.describe_cluster(params["clusterName"])
    if name in kept(cluster, sort):
        text = f"The {sort} {name} already exists in cluster {cluster.name}"
        raise ResourceInUseException(clusterName=cluster.name, message=text)
    now, prefix = utcnow(), cluster.arn.split(":cluster/")[0]
    arn_key, path = own.pop("arn")
    made = {arn_key: f"{prefix}:{path}", "createdAt": now, "modifiedAt": now, "tags": {}}
    part = {key: value for key, value in params.items() if value is not None}
    kept(cluster, sort)[name] = made | part | own
    return kept(cluster, sort)[name]


def change(part: Params, params: Params, *keys: str) -> None:
    """Take over what the request says of these keys."""
    part.update({key: params[key] for key in keys if params.get(key) is not None}, modifiedAt=utcnow())


def describe(sort: str, key: str, answer: str) -> Action:
    """The operation that tells one object."""
    return lambda backend, params: {answer: find(backend, params, sort, key)[1]}


def delete(sort: str, key: str, answer: str) -> Action:
    """The operation that removes one object."""

    def remove(backend: EKSBackend, params: Params) -> Params:
        cluster, _ = find(backend, params, sort, key)
        return {answer: kept(cluster, sort).pop(params[key])}

    return remove


def list_of(sort: str, answer: str, whole: bool = False) -> Action:
    """The operation that lists the names of a sort, or whole objects."""

    def answer_all(backend: EKSBackend, params: Params) -> Params:
        parts = kept(backend.describe_cluster(params["clusterName"]), sort)
        return {answer: list(parts.values()) if whole else sorted(parts)}

    return answer_all


def _tagged(backend: EKSBackend, arn: str) -> Params:
    """The tags of whatever the ARN names."""

    def everything() -> Iterator[tuple[str, Params]]:
        for cluster in backend.clusters.values():
            yield cluster.arn, cluster.tags
            yield from ((group.arn, group.tags) for group in cluster.nodegroups.values())
            for parts in cluster.__dict__.get("parts", {}).values():
                for part in parts.values():
                    own = next(part[key] for key in ("addonArn", "accessEntryArn", "associationArn") if key in part)
                    yield own, part["tags"]

    tags = dict(everything()).get(arn)
    if tags is None:
        raise ResourceNotFoundException(message=f"Resource was not found: {arn}")
    return tags


def _untag(backend: EKSBackend, params: Params) -> Params:
    tags = _tagged(backend, params["resourceArn"])
    for key in params["tagKeys"]:
        tags.pop(key, None)
    return {}


ACTIONS: dict[str, Action] = {
    "tag_resource": lambda backend, params: _tagged(backend, params["resourceArn"]).update(params["tags"]) or {},
    "untag_resource": _untag,
    "list_tags_for_resource": lambda backend, params: {"tags": _tagged(backend, params["resourceArn"])},
}
