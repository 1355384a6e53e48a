"""How a region's backups hang together: who copies what, where to, and by which right."""

import json

import pytest

from infra.stacks import backup
from tests import records
from tests.infra.config import orders
from tests.infra.config.orders import ABSENT
from tests.recorder import Engine

AIR_GAPPED = "aws:backup/logicallyAirGappedVault:LogicallyAirGappedVault"
LIFECYCLE = "bucketLifecycleConfiguration:BucketLifecycleConfiguration"
RELEASE = "kubernetes:helm.sh/v3:Release"
BUCKET = "aws:s3/bucket:Bucket"
TEST, TESTED = (f"aws:backup/restoreTesting{each}:RestoreTesting{each}" for each in ("Plan", "Selection"))


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


def edited() -> Engine:
    """Production with what no shipped stack orders: other accounts that send and receive, a cache copied otherwise."""
    edits = {"backup.isolated": {"vault": "far", "account": "000000000105"}, "backup.receives": ["000000000106"]}
    order = orders.edited(orders.committed("prod"), edits | {"data.cache.snapshot_retention_days": 3})
    return records.of_model(orders.stack(order))


@pytest.mark.req("BDR-07")
def test_the_cache_is_copied_for_as_long_as_was_ordered():
    cache = edited().one("aws:elasticache/replicationGroup:ReplicationGroup")
    assert cache.inputs["snapshotRetentionLimit"] == 3


@pytest.mark.req("BDR-05")
def test_the_volumes_of_production_are_copied_as_the_payment_document_says():
    engine = records.of_stack("prod")
    (plan,) = [each.inputs for each in engine.of("aws:backup/plan:Plan") if each.inputs["name"].endswith("-volumes")]
    assert plan["name"] == "payment-service-volumes"
    (rule,) = plan["rules"]
    assert (rule["ruleName"], rule["targetVaultName"]) == ("daily-backup", "payment-backup-vault")
    assert (rule["schedule"], rule["lifecycle"]) == ("cron(0 2 * * ? *)", {"deleteAfter": 30})
    assert [copy["lifecycle"] for copy in rule["copyActions"]] == [{"deleteAfter": 30}] * 2


@pytest.mark.req("BDR-05", "BDR-06")
def test_production_copies_to_the_other_region_and_out_of_reach():
    engine = records.of_stack("prod")
    away = engine.one("aws:backup/vault:Vault", "backup-recovery").outputs["arn"]
    gap = engine.one(AIR_GAPPED).outputs["arn"]
    for plan in engine.of("aws:backup/plan:Plan"):
        (rule,) = plan.inputs["rules"]
        assert [copy["destinationVaultArn"] for copy in rule["copyActions"]] == [away, gap]
        assert rule["targetVaultName"] == "payment-backup-vault"
    assert away == "arn:aws:backup:us-west-2:000000000103:backup-vault:dr-vault"


@pytest.mark.req("BDR-05", "BDR-06", "BDR-03")
def test_the_standby_copies_out_of_reach_too_and_needs_no_other_region_for_it():
    engine = records.of_stack("dr")
    gap = engine.one(AIR_GAPPED).outputs["arn"]
    assert gap == "arn:aws:backup:us-west-2:000000000103:backup-vault:payment-air-gapped-vault"
    plans = engine.of("aws:backup/plan:Plan")
    assert {each.inputs["name"] for each in plans} == {"payment-service-database", "payment-service-volumes"}
    for plan in plans:
        assert [copy["destinationVaultArn"] for copy in plan.inputs["rules"][0]["copyActions"]] == [gap]
    for each in engine.records:
        if each.token.startswith("aws:backup/"):
            assert "us-east-1" not in str(each.inputs), each.name


@pytest.mark.req("BDR-15")
def test_production_restores_its_copies_in_the_other_region_as_the_roles_that_made_them():
    engine = records.of_stack("prod")
    vaults = {each.inputs["name"]: each.inputs["recoveryPointSelection"]["includeVaults"] for each in engine.of(TEST)}
    here, away = (engine.one("aws:backup/vault:Vault", name).outputs["arn"] for name in ("backup", "backup-recovery"))
    assert vaults == {
        "payment_service_database": [here],
        "payment_service_volumes": [here],
        "payment_service_database_recovery": [away],
        "payment_service_volumes_recovery": [away],
    }
    for data, kind in (("database", "Aurora"), ("volumes", "EBS")):
        plan, chosen = (engine.one(each, f"backup-recovery-{data}") for each in (TEST, TESTED))
        assert ":us-west-2:" in plan.outputs["arn"]
        assert plan.provider == chosen.provider == engine.one("aws:backup/vault:Vault", "backup-recovery").provider
        assert chosen.inputs["restoreTestingPlanName"] == plan.inputs["name"]
        assert (chosen.inputs["protectedResourceType"], chosen.inputs["protectedResourceArns"]) == (kind, ["*"])
        assert chosen.inputs["iamRoleArn"] == engine.one("aws:iam/role:Role", f"backup-{data}").outputs["arn"]


@pytest.mark.req("BDR-15", "BDR-03")
def test_the_standby_restores_its_own_under_names_that_the_primary_does_not_take_there():
    engines = [records.of_stack(stack) for stack in ("prod", "dr")]
    there = [
        each.inputs["name"] for engine in engines for each in engine.of(TEST) if ":us-west-2:" in each.outputs["arn"]
    ]
    assert sorted(there) == [
        "payment_service_database",
        "payment_service_database_recovery",
        "payment_service_volumes",
        "payment_service_volumes_recovery",
    ]


@pytest.mark.req("BDR-15")
def test_a_class_without_a_copy_there_is_restored_here_only_and_without_an_order_nowhere():
    def with_(edit):
        return records.of_model(orders.stack(orders.edited(orders.committed("prod"), {edit: ABSENT})))

    tests = with_("recovery.data.volumes.backups.daily.copy_minutes").of(TEST)
    assert {each.name for each in tests} == {"backup-database", "backup-volumes", "backup-recovery-database"}
    assert with_("backup.restore_test").none_of(TEST)


@pytest.mark.req("BDR-06", "BDR-15")
def test_a_restore_that_fails_in_the_other_region_is_told_there():
    engine = records.of_stack("prod")
    rule = engine.one("aws:cloudwatch/eventRule:EventRule", "backup-recovery")
    pattern = json.loads(rule.inputs["eventPattern"])
    assert "Restore Job State Change" in pattern["detail-type"]
    assert {"status": ["FAILED", "ABORTED", "EXPIRED", "PARTIAL"]} in pattern["detail"]["$or"]
    target = engine.one("aws:cloudwatch/eventTarget:EventTarget", "backup-recovery")
    assert (target.inputs["rule"], target.provider) == (rule.inputs["name"], rule.provider)
    assert ":us-west-2:" in rule.outputs["arn"]
    assert target.inputs["arn"] == engine.one("aws:sns/topic:Topic", "alerts-recovery").outputs["arn"]


@pytest.mark.req("DATA-04", "BDR-06")
def test_copies_of_an_eu_region_stay_in_it():
    engine = records.of_stack("eu")
    assert engine.one(AIR_GAPPED).outputs["arn"].startswith("arn:aws:backup:eu-west-1:")
    for plan in engine.of("aws:backup/plan:Plan"):
        assert [copy["destinationVaultArn"] for copy in plan.inputs["rules"][0]["copyActions"]] == [
            engine.one(AIR_GAPPED).outputs["arn"]
        ]
    far = {"backup.isolated": {"vault": "far", "account": "000000000105"}}
    elsewhere = records.of_model(orders.stack(orders.edited(orders.committed("eu"), far)))
    for plan in elsewhere.of("aws:backup/plan:Plan"):
        assert [copy["destinationVaultArn"] for copy in plan.inputs["rules"][0]["copyActions"]] == [
            "arn:aws:backup:eu-west-1:000000000105:backup-vault:far"
        ]


@pytest.mark.req("BDR-06")
def test_copies_go_to_the_account_that_is_named_which_may_open_them():
    engine = edited()
    far = "arn:aws:backup:us-east-1:000000000105:backup-vault:far"
    for plan in engine.of("aws:backup/plan:Plan"):
        assert plan.inputs["rules"][0]["copyActions"][1]["destinationVaultArn"] == far
    assert engine.none_of(AIR_GAPPED)
    for key in ("keys-ebs", "keys-rds", "keys-backup"):
        assert "arn:aws:iam::000000000105:root" in engine.one("aws:kms/key:Key", key).inputs["policy"]
    assert "000000000105" not in engine.one("aws:kms/key:Key", "keys-secrets").inputs["policy"]


@pytest.mark.req("BDR-06")
def test_a_vault_that_receives_lets_in_who_was_named_and_its_copy_away_nobody():
    engine = edited()
    for name, lets_in in (("backup", True), ("backup-recovery", False)):
        policy = engine.one("aws:backup/vaultPolicy:VaultPolicy", name).inputs["policy"]
        assert ("000000000106" in policy) is lets_in


@pytest.mark.req("BDR-06")
def test_a_backup_is_missed_once_the_latest_that_its_windows_allow_has_passed():
    recovery = records.order("prod").recovery
    assert backup.silent_hours(recovery) == 27
    hours = records.of_stack("prod").one("aws:cloudwatch/metricAlarm:MetricAlarm", "backup").inputs
    assert (hours["period"], hours["evaluationPeriods"]) == (3600, 27)


@pytest.mark.req("BDR-05")
def test_what_velero_copies_is_in_no_plan_of_aws_backup_and_no_reason_to_miss_one():
    stack = records.order("prod")
    daily = stack.recovery.data["volumes"].backups["daily"]
    hourly = daily.model_copy(update={"schedule": "0 * * * *", "copy_minutes": None})

    def with_(backups):
        volumes = stack.recovery.data["volumes"].model_copy(update={"backups": backups})
        data = {**stack.recovery.data, "volumes": volumes}
        return stack.model_copy(update={"recovery": stack.recovery.model_copy(update={"data": data})})

    both, alone = with_({"daily": daily, "hourly": hourly}), with_({"hourly": hourly})
    assert set(backup.schedules(both.recovery, "volumes", backup.Copies())) == {"daily-backup"}
    assert backup.silent_hours(both.recovery) == 27
    assert backup.backup_tags(both, "volumes") == {backup.TAG: "volumes"}
    assert backup.backup_tags(alone, "volumes") == {}
    rest = {name: store for name, store in alone.recovery.data.items() if name != "database"}
    assert backup.silent_hours(alone.recovery.model_copy(update={"data": rest})) is None


@pytest.mark.req("AUD-07", "COST-02")
@pytest.mark.parametrize("store", ["velero", "tempo", "database-dumps"])
def test_what_others_keep_here_is_sealed_logged_and_cleared_away(store):
    engine = records.of_stack("prod")
    bucket = engine.one(BUCKET, f"backup-{store}")
    (rule,) = engine.one(f"aws:s3/{LIFECYCLE}", f"backup-{store}").inputs["rules"]
    assert rule["noncurrentVersionExpiration"] == {"noncurrentDays": 30}
    logging = engine.one("aws:s3/bucketLogging:BucketLogging", f"backup-{store}").inputs
    assert logging["targetBucket"] == "production-platform-000000000103-access-logs"
    assert bucket.inputs["bucket"] == f"production-platform-000000000103-{store}"
    # Velero ends its own backups; what others leave would stay for ever.
    assert rule.get("expiration") == {"velero": None, "tempo": {"days": 30}, "database-dumps": {"days": 30}}[store]
