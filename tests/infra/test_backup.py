"""How a region's backups hang together: who copies what, where to, and by which right."""

import json

import pytest

from tests import records

RELEASE = "kubernetes:helm.sh/v3:Release"
BUCKET = "aws:s3/bucket:Bucket"


@pytest.mark.req("BDR-04", "AUD-07")
@pytest.mark.parametrize("stack", ["prod", "dr", "eu"])
def test_velero_writes_a_bucket_of_the_region_as_a_role_that_nobody_else_assumes(stack):
    engine = records.of_stack(stack)
    (release,) = [each for each in engine.of(RELEASE) if each.inputs["chart"] == "velero"]
    role = engine.one("aws:iam/role:Role", "velero")
    policy = engine.one("aws:iam/rolePolicy:RolePolicy", "velero")
    bucket = engine.one(BUCKET, "backup-velero")
    place = engine.one("kubernetes:velero.io/v1:BackupStorageLocation").inputs["spec"]
    annotations = release.inputs["values"]["serviceAccount"]["server"]["annotations"]
    assert annotations == {"eks.amazonaws.com/role-arn": role.outputs["arn"]}
    assert place["objectStorage"]["bucket"] == bucket.inputs["bucket"]
    assert bucket.outputs["arn"] in policy.inputs["policy"]
    assert {bucket.urn, policy.urn} & set(release.depends_on) == {policy.urn}
    assert engine.one("aws:s3/bucketPolicy:BucketPolicy", "backup-velero").urn in release.depends_on
    (trusted,) = json.loads(role.inputs["assumeRolePolicy"])["Statement"]
    assert "system:serviceaccount:velero:velero" in trusted["Condition"]["StringEquals"].values()


@pytest.mark.req("BDR-04")
def test_velero_touches_its_bucket_its_key_and_snapshots_of_its_region_only():
    engine = records.of_stack("prod")
    policy = json.loads(engine.one("aws:iam/rolePolicy:RolePolicy", "velero").inputs["policy"])["Statement"]
    bucket = engine.one(BUCKET, "backup-velero").outputs["arn"]
    key = engine.one("aws:kms/key:Key", "keys-backup").outputs["arn"]
    objects, list_, seal, look, snapshot, delete = policy
    assert (objects["Resource"], list_["Resource"], seal["Resource"]) == (f"{bucket}/*", bucket, key)
    assert look["Action"] == ["ec2:DescribeVolumes", "ec2:DescribeSnapshots"]
    here = {"StringEquals": {"aws:RequestedRegion": "us-east-1"}}
    assert snapshot["Condition"] == here
    assert delete["Action"] == ["ec2:DeleteSnapshot"]
    assert delete["Condition"] == {"StringLike": {"aws:ResourceTag/velero.io/backup": "*"}, **here}


@pytest.mark.req("BDR-06")
def test_the_controller_of_snapshots_runs_where_velero_does():
    addons = {
        stack: {each.inputs["addonName"] for each in records.of_stack(stack).of("aws:eks/addon:Addon")}
        for stack in ("prod", "dr", "eu", "dev")
    }
    assert {stack for stack, found in addons.items() if "snapshot-controller" in found} == {"prod", "dr", "eu"}


@pytest.mark.req("BDR-04", "BDR-07")
@pytest.mark.parametrize("stack", ["prod", "dr", "eu"])
def test_both_schedules_of_velero_are_in_the_region(stack):
    schedules = records.of_stack(stack).of("kubernetes:velero.io/v1:Schedule")
    copied = {each.inputs["metadata"]["name"]: each.inputs["spec"]["template"] for each in schedules}
    assert {name: each["includedNamespaces"] for name, each in copied.items()} == {
        "payment-service-daily": ["payment-service"],
        "cluster-hourly": ["*"],
    }
