"""Velero: the schedule of the payment document, hourly copies of the whole cluster, and snapshots of claims."""

import pytest

from components.platform.velero import Velero, VeleroArgs, VeleroSchedule

RELEASE = "kubernetes:helm.sh/v3:Release"
SCHEDULE = "kubernetes:velero.io/v1:Schedule"
LOCATIONS = {
    "storage": "kubernetes:velero.io/v1:BackupStorageLocation",
    "snapshots": "kubernetes:velero.io/v1:VolumeSnapshotLocation",
}
PAYMENT = VeleroSchedule(
    cron="0 2 * * *",
    namespaces=["payment-service"],
    excluded_resources=["events", "pods"],
    labelled=True,
    volumes=True,
    keep_days=30,
)
CLUSTER = VeleroSchedule(
    cron="0 * * * *", namespaces=["*"], excluded_resources=["events"], labelled=False, volumes=False, keep_days=7
)


def program(role_arn: str | None = "role-arn"):
    args = VeleroArgs(
        cluster_name="production-us-east-1",
        bucket="production-velero",
        region="us-east-1",
        role_arn=role_arn,
        schedules={"payment-service-daily": PAYMENT, "cluster-hourly": CLUSTER},
    )
    return Velero("velero", args)


@pytest.fixture
def engine(build):
    return build(program)


@pytest.mark.req("BDR-04")
def test_the_daily_schedule_is_the_one_of_the_payment_document(engine):
    daily = engine.one(SCHEDULE, "velero-schedule-payment-service-daily").inputs
    assert daily["metadata"] == {"name": "payment-service-daily", "namespace": "velero"}
    assert daily["spec"] == {
        "schedule": "0 2 * * *",
        "template": {
            "includedNamespaces": ["payment-service"],
            "excludedResources": ["events", "pods"],
            "labelSelector": {"matchLabels": {"backup.velero.io/include": "true"}},
            "snapshotVolumes": True,
            "storageLocation": "aws-primary",
            "volumeSnapshotLocations": ["aws-primary"],
            "ttl": "720h0m0s",
        },
    }


@pytest.mark.req("BDR-07")
def test_the_whole_cluster_is_copied_with_whatever_label(engine):
    template = engine.one(SCHEDULE, "velero-schedule-cluster-hourly").inputs["spec"]["template"]
    assert template["includedNamespaces"] == ["*"]
    assert "labelSelector" not in template
    assert template["snapshotVolumes"] is False
    assert template["ttl"] == "168h0m0s"


@pytest.mark.req("BDR-04")
def test_objects_and_snapshots_have_places_of_that_name_in_the_stacks_own_region(engine):
    spec = {what: engine.one(token).inputs["spec"] for what, token in LOCATIONS.items()}
    assert {engine.one(token).inputs["metadata"]["name"] for token in LOCATIONS.values()} == {"aws-primary"}
    assert spec["storage"] == {
        "provider": "aws",
        "default": True,
        "accessMode": "ReadWrite",
        "objectStorage": {"bucket": "production-velero", "prefix": "production-us-east-1"},
        "config": {"region": "us-east-1"},
    }
    assert spec["snapshots"] == {"provider": "aws", "config": {"region": "us-east-1"}}


@pytest.mark.req("BDR-04")
def test_places_and_schedules_come_after_the_release_that_defines_them(engine):
    release = engine.one(RELEASE).urn
    places = [engine.one(token) for token in LOCATIONS.values()]
    assert all(release in place.depends_on for place in places)
    for schedule in engine.of(SCHEDULE):
        assert {release, *(place.urn for place in places)} <= set(schedule.depends_on)


@pytest.mark.req("BDR-06")
def test_claims_are_snapshotted_by_their_driver_and_a_snapshot_outlives_its_namespace(engine):
    values = engine.one(RELEASE).inputs["values"]
    assert values["configuration"]["features"] == "EnableCSI"
    (class_,) = values["extraObjects"]
    assert (class_["kind"], class_["driver"]) == ("VolumeSnapshotClass", "ebs.csi.aws.com")
    assert class_["metadata"]["labels"] == {"velero.io/csi-volumesnapshot-class": "true"}
    assert class_["deletionPolicy"] == "Retain"


@pytest.mark.req("BDR-04")
def test_the_namespace_is_restricted_and_the_pods_are_admitted_to_it(engine):
    namespace = engine.one("kubernetes:core/v1:Namespace").inputs["metadata"]
    assert namespace["name"] == "velero"
    assert namespace["labels"]["pod-security.kubernetes.io/enforce"] == "restricted"
    values = engine.one(RELEASE).inputs["values"]
    assert engine.one(RELEASE).inputs["namespace"] == "velero"
    assert values["podSecurityContext"]["runAsNonRoot"] is True
    assert values["podSecurityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
    (plugin,) = values["initContainers"]
    for container in (values["containerSecurityContext"], plugin["securityContext"]):
        assert container["allowPrivilegeEscalation"] is False
        assert container["capabilities"] == {"drop": ["ALL"]}


@pytest.mark.req("BDR-04")
@pytest.mark.parametrize(
    ("role_arn", "annotations"), [("role-arn", {"eks.amazonaws.com/role-arn": "role-arn"}), (None, {})]
)
def test_velero_acts_as_its_own_role_and_has_no_key(build, role_arn, annotations):
    values = build(lambda: program(role_arn)).one(RELEASE).inputs["values"]
    assert values["serviceAccount"]["server"] == {"name": "velero", "annotations": annotations}
    assert values["credentials"] == {"useSecret": False}
