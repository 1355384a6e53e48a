"""Velero: what is in the cluster, copied to a bucket on schedule, and its volumes by CSI snapshots (BDR-04, BDR-06)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pulumi

from components.platform import catalogue
from components.platform.namespace import Namespace, NamespaceArgs
from components.platform.release import custom, install

NAMESPACE = SERVICE_ACCOUNT = "velero"
LOCATION = "aws-primary"
INCLUDED: Mapping[str, str] = {"backup.velero.io/include": "true"}
USER = 65532
HARDENED: Mapping[str, Any] = {
    "allowPrivilegeEscalation": False,
    "readOnlyRootFilesystem": True,
    "capabilities": {"drop": ["ALL"]},
}


@dataclass(frozen=True, kw_only=True)
class VeleroSchedule:
    """A backup at each time of a Unix cron expression in UTC, kept for `keep_days`.

    `labelled` takes only what carries `backup.velero.io/include: "true"`; `volumes` snapshots the claims among it.
    """

    cron: str
    namespaces: Sequence[str]
    excluded_resources: Sequence[str]
    labelled: bool
    volumes: bool
    keep_days: int


@dataclass(frozen=True, kw_only=True)
class VeleroArgs:
    """`role_arn` trusts the service account `velero/velero`; None under Pod Identity, where the association names it.

    Objects go to `bucket` in `region`, below the cluster's name; `after` is what the bucket and the role need first.
    """

    cluster_name: pulumi.Input[str]
    bucket: pulumi.Input[str]
    region: str
    role_arn: pulumi.Input[str] | None
    schedules: Mapping[str, VeleroSchedule]
    after: Sequence[pulumi.Resource] = ()


class Velero(pulumi.ComponentResource):
    """Scheduled copies of the cluster's objects and snapshots of its claims, in places of the stack's own."""

    def __init__(self, name: str, args: VeleroArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("platform:platform:Velero", name, None, opts)
        namespace = Namespace(
            f"{name}-namespace",
            NamespaceArgs(name=NAMESPACE, isolation="ingress"),
            pulumi.ResourceOptions(parent=self),
        )
        release = install(self, catalogue.VELERO, namespace.name, values(args), after=[namespace, *args.after])
        locations = [custom(self, each, after=[release]) for each in locations_of(args)]
        for schedule, order in args.schedules.items():
            custom(self, schedule_manifest(schedule, order), after=[release, *locations])
        self.register_outputs({})


def values(args: VeleroArgs) -> dict[str, Any]:
    """What differs from the chart: AWS, no static credentials, CSI snapshots, and pods that Pod Security admits.

    Locations and schedules are resources of their own. The class of snapshots comes with the release, since EKS brings
    its definition with an add-on.
    """
    role = {"eks.amazonaws.com/role-arn": args.role_arn} if args.role_arn is not None else {}
    return {
        "initContainers": [
            {
                "name": "velero-plugin-for-aws",
                "image": catalogue.VELERO_AWS_PLUGIN,
                "volumeMounts": [{"mountPath": "/target", "name": "plugins"}],
                "securityContext": dict(HARDENED),
                "resources": {"requests": {"cpu": "10m", "memory": "64Mi"}, "limits": {"memory": "128Mi"}},
            }
        ],
        "serviceAccount": {"server": {"name": SERVICE_ACCOUNT, "annotations": role}},
        "credentials": {"useSecret": False},
        "backupsEnabled": False,
        "snapshotsEnabled": False,
        "configuration": {
            "features": "EnableCSI",
            "defaultBackupStorageLocation": LOCATION,
            "defaultVolumeSnapshotLocations": f"aws:{LOCATION}",
        },
        "extraObjects": [snapshot_class()],
        "extraVolumes": [{"name": "tmp", "emptyDir": {}}],
        "extraVolumeMounts": [{"name": "tmp", "mountPath": "/tmp"}],  # noqa: S108 a mount of its own, not the node's
        "podSecurityContext": {
            "runAsNonRoot": True,
            "runAsUser": USER,
            "fsGroup": USER,
            "seccompProfile": {"type": "RuntimeDefault"},
        },
        "containerSecurityContext": dict(HARDENED),
        "kubectl": {"containerSecurityContext": dict(HARDENED)},
        "resources": {"requests": {"cpu": "100m", "memory": "256Mi"}, "limits": {"memory": "512Mi"}},
        "upgradeJobResources": {"requests": {"cpu": "50m", "memory": "128Mi"}, "limits": {"memory": "256Mi"}},
    }


def snapshot_class() -> dict[str, Any]:
    """How Velero snapshots claims; a snapshot outlives its namespace, for that is what it is for."""
    return {
        "apiVersion": "snapshot.storage.k8s.io/v1",
        "kind": "VolumeSnapshotClass",
        "metadata": {"name": LOCATION, "labels": {"velero.io/csi-volumesnapshot-class": "true"}},
        "driver": "ebs.csi.aws.com",
        "deletionPolicy": "Retain",
    }


def locations_of(args: VeleroArgs) -> list[dict[str, Any]]:
    """Where objects and snapshots go; both have the name that schedules say (BDR-04)."""
    metadata, config = {"name": LOCATION, "namespace": NAMESPACE}, {"region": args.region}
    storage = {
        "provider": "aws",
        "default": True,
        "accessMode": "ReadWrite",
        "objectStorage": {"bucket": args.bucket, "prefix": args.cluster_name},
        "config": config,
    }
    snapshots = {"provider": "aws", "config": config}
    return [
        {"apiVersion": "velero.io/v1", "kind": kind, "metadata": metadata, "spec": spec}
        for kind, spec in (("BackupStorageLocation", storage), ("VolumeSnapshotLocation", snapshots))
    ]


def schedule_manifest(name: str, order: VeleroSchedule) -> dict[str, Any]:
    """A Schedule of Velero; `ttl` is how long each of its backups is kept."""
    template: dict[str, Any] = {
        "includedNamespaces": list(order.namespaces),
        "excludedResources": list(order.excluded_resources),
        "snapshotVolumes": order.volumes,
        "storageLocation": LOCATION,
        "volumeSnapshotLocations": [LOCATION],
        "ttl": f"{order.keep_days * 24}h0m0s",
    }
    if order.labelled:
        template["labelSelector"] = {"matchLabels": dict(INCLUDED)}
    return {
        "apiVersion": "velero.io/v1",
        "kind": "Schedule",
        "metadata": {"name": name, "namespace": NAMESPACE},
        "spec": {"schedule": order.cron, "template": template},
    }
