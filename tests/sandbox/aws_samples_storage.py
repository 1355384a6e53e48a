"""Samples of what keeps and watches evidence: backups, buckets, trails, and the announcements of failed jobs."""

import json

from sandbox.providers.protocol import Props
from tests.sandbox.aws_world import (
    ABSENT,
    ACCOUNT,
    TAGS,
    Pair,
    Sample,
    World,
    document,
    records,
    replaces,
    updates,
)

TWO_O_CLOCK, THREE_O_CLOCK = "cron(0 2 * * ? *)", "cron(0 3 * * ? *)"


def _vault(world: World) -> Props:
    return world.make("Vault")


def _rule(vault: str, **more: object) -> Props:
    settings = {"schedule": TWO_O_CLOCK, "startWindow": 60, "completionWindow": 180, "lifecycle": {"deleteAfter": 30}}
    return {"ruleName": "daily-backup", "targetVaultName": vault, **settings, **more}


def _plan(world: World) -> Props:
    return world.make("backup/plan:Plan", rules=[_rule(_vault(world)["name"])])


def _copying(vault: Props) -> Props:
    copy = {"destinationVaultArn": vault["arn"].replace("us-east-1", "us-west-2"), "lifecycle": {"deleteAfter": 30}}
    return _rule(vault["name"], copyActions=[copy])


def _test_plan(world: World) -> str:
    newest = {"algorithm": "LATEST_WITHIN_WINDOW", "includeVaults": ["*"], "recoveryPointTypes": ["SNAPSHOT"]}
    made = world.make(
        "RestoreTestingPlan", name="weekly", scheduleExpression=TWO_O_CLOCK, recoveryPointSelection=newest
    )
    return str(made["name"])


def _tagged(value: str) -> Props:
    return {"stringEquals": [{"key": "aws:ResourceTag/Backup", "value": value}]}


def _newest(days: int) -> Props:
    kinds = {"includeVaults": ["*"], "recoveryPointTypes": ["SNAPSHOT"], "selectionWindowDays": days}
    return {"algorithm": "LATEST_WITHIN_WINDOW", **kinds}


def _bucket(world: World, **settings: bool) -> str:
    return str(world.make("s3/bucket:Bucket", **settings)["bucket"])


def _log_target(world: World) -> str:
    """A bucket that lets S3 write its logs."""
    bucket = _bucket(world, forceDestroy=True)
    allowed = {"Principal": {"Service": "logging.s3.amazonaws.com"}, "Resource": f"arn:aws:s3:::{bucket}/*"}
    world.make("BucketPolicy", bucket=bucket, policy=document("s3:PutObject", **allowed))
    return bucket


def _bucket_policy(bucket: str, action: str) -> str:
    return document(action, Principal={"AWS": ACCOUNT}, Resource=f"arn:aws:s3:::{bucket}/*")


def _kept(days: int) -> list[Props]:
    return [
        {
            "id": "keep",
            "status": "Enabled",
            "filter": {"prefix": ""},
            "abortIncompleteMultipartUpload": {"daysAfterInitiation": 7},
            "expiration": {"days": days},
            "noncurrentVersionExpiration": {"noncurrentDays": days},
            "transitions": [{"days": 90, "storageClass": "GLACIER_IR"}],
        }
    ]


def _sealed(world: World, number: int) -> list[Props]:
    sealed = {"sseAlgorithm": "aws:kms", "kmsMasterKeyId": world.keys[number]["arn"]}
    return [{"applyServerSideEncryptionByDefault": sealed, "bucketKeyEnabled": True}]


def _locked(days: int) -> Props:
    return {"defaultRetention": {"mode": "GOVERNANCE", "days": days}}


def versioned(world: World) -> Props:
    bucket = world.make("s3/bucket:Bucket")
    world.make("BucketVersioning", bucket=bucket["bucket"], versioningConfiguration={"status": "Enabled"})
    return bucket


def copied(world: World, minutes: int) -> list[Props]:
    """A rule with all that evidence needs."""
    time = {"minutes": minutes}
    destination = {
        "bucket": versioned(world)["arn"],
        "storageClass": "STANDARD",
        "encryptionConfiguration": {"replicaKmsKeyId": world.keys[0]["arn"]},
        "replicationTime": {"status": "Enabled", "time": time},
        "metrics": {"status": "Enabled", "eventThreshold": time},
    }
    return [
        {
            "id": "evidence",
            "status": "Enabled",
            "priority": 0,
            "filter": {"prefix": ""},
            "deleteMarkerReplication": {"status": "Disabled"},
            "sourceSelectionCriteria": {"sseKmsEncryptedObjects": {"status": "Enabled"}},
            "destination": destination,
        }
    ]


def _log_group(world: World) -> str:
    return f"{world.make('LogGroup')['arn']}:*"


def _topic(world: World) -> str:
    return str(world.make("Topic")["arn"])


def _policy_sample(world: World) -> dict[str, Pair]:
    bucket = _bucket(world)
    return {
        "bucket": replaces(bucket, _bucket(world)),
        "policy": updates(_bucket_policy(bucket, "s3:GetObject"), _bucket_policy(bucket, "s3:PutObject")),
    }


def _plan_sample(world: World) -> dict[str, Pair]:
    vault = _vault(world)
    return {
        "name": replaces("one", "two"),
        "rules": updates([_copying(vault)], [_rule(vault["name"])]),
        **TAGS,
    }


SAMPLES: dict[str, Sample] = {
    "aws:backup/vault:Vault": lambda w: {
        "name": replaces("one", "two"),
        "kmsKeyArn": replaces(w.keys[0]["arn"], w.keys[1]["arn"]),
        "forceDestroy": records(False, True),
        **TAGS,
    },
    "aws:backup/logicallyAirGappedVault:LogicallyAirGappedVault": lambda w: {
        "name": replaces("one", "two"),
        "minRetentionDays": replaces(7, 8),
        "maxRetentionDays": replaces(365, 366),
        **TAGS,
    },
    "aws:backup/vaultPolicy:VaultPolicy": lambda w: {
        "backupVaultName": replaces(_vault(w)["name"], _vault(w)["name"]),
        "policy": updates(document("backup:DeleteRecoveryPoint"), document("backup:DeleteBackupVault")),
    },
    "aws:backup/vaultLockConfiguration:VaultLockConfiguration": lambda w: {
        "backupVaultName": replaces(_vault(w)["name"], _vault(w)["name"]),
        "minRetentionDays": replaces(7, 8),
        "maxRetentionDays": replaces(365, 366),
        "changeableForDays": replaces(3, ABSENT),
    },
    "aws:backup/plan:Plan": _plan_sample,
    "aws:backup/selection:Selection": lambda w: {
        "name": replaces("one", "two"),
        "planId": replaces(_plan(w)["id"], _plan(w)["id"]),
        "iamRoleArn": replaces(w.roles[0]["arn"], w.roles[1]["arn"]),
        "selectionTags": replaces(
            [{"type": "STRINGEQUALS", "key": "Backup", "value": "volumes"}],
            [{"type": "STRINGEQUALS", "key": "Backup", "value": "database"}],
        ),
        "resources": replaces(ABSENT, ["*"]),
    },
    "aws:backup/restoreTestingPlan:RestoreTestingPlan": lambda w: {
        "name": replaces("one", "two"),
        "scheduleExpression": updates(TWO_O_CLOCK, THREE_O_CLOCK),
        "scheduleExpressionTimezone": updates("Etc/UTC", "Europe/Dublin"),
        "startWindowHours": updates(24, 12),
        "recoveryPointSelection": updates(_newest(7), _newest(14)),
        **TAGS,
    },
    "aws:backup/restoreTestingSelection:RestoreTestingSelection": lambda w: {
        "name": replaces("one", "two"),
        "restoreTestingPlanName": replaces(_test_plan(w), "other"),
        "iamRoleArn": updates(w.roles[0]["arn"], w.roles[1]["arn"]),
        "protectedResourceType": replaces("EBS", "Aurora"),
        "protectedResourceArns": updates(["*"], ["arn:aws:ec2:us-east-1:000000000101:volume/vol-1"]),
        "protectedResourceConditions": updates(_tagged("volumes"), _tagged("database")),
        "restoreMetadataOverrides": updates({"encrypted": "true"}, {"encrypted": "false"}),
        "validationWindowHours": updates(4, 8),
    },
    "aws:s3/bucket:Bucket": lambda w: {
        "bucket": replaces("one-bucket", "two-bucket"),
        "objectLockEnabled": replaces(True, False),
        "forceDestroy": records(False, True),
        **TAGS,
    },
    "aws:s3/bucketVersioning:BucketVersioning": lambda w: {
        "bucket": replaces(_bucket(w), _bucket(w)),
        "versioningConfiguration": updates({"status": "Enabled"}, {"status": "Suspended"}),
    },
    "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": lambda w: {
        "bucket": replaces(_bucket(w), _bucket(w)),
        "rules": updates(_sealed(w, 0), _sealed(w, 1)),
    },
    "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": lambda w: {
        "bucket": replaces(_bucket(w), _bucket(w)),
        "blockPublicAcls": updates(True, False),
        "blockPublicPolicy": updates(True, False),
        "ignorePublicAcls": updates(True, False),
        "restrictPublicBuckets": updates(True, False),
    },
    "aws:s3/bucketOwnershipControls:BucketOwnershipControls": lambda w: {
        "bucket": replaces(_bucket(w), _bucket(w)),
        "rule": updates({"objectOwnership": "BucketOwnerEnforced"}, {"objectOwnership": "BucketOwnerPreferred"}),
    },
    "aws:s3/bucketPolicy:BucketPolicy": _policy_sample,
    "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration": lambda w: {
        "bucket": replaces(_bucket(w, objectLockEnabled=True), _bucket(w, objectLockEnabled=True)),
        "rule": updates(_locked(1), _locked(2)),
    },
    "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": lambda w: {
        "bucket": replaces(_bucket(w), _bucket(w)),
        "rules": updates(_kept(365), _kept(366)),
    },
    "aws:s3/bucketLogging:BucketLogging": lambda w: {
        "bucket": replaces(_bucket(w), _bucket(w)),
        "targetBucket": updates(_log_target(w), _log_target(w)),
        "targetPrefix": updates("one/", "two/"),
    },
    "aws:cloudtrail/trail:Trail": lambda w: {
        "name": replaces("one-trail", "two-trail"),
        "s3BucketName": updates(_bucket(w), _bucket(w)),
        "s3KeyPrefix": updates("one", "two"),
        "kmsKeyId": updates(w.keys[0]["arn"], w.keys[1]["arn"]),
        "enableLogFileValidation": updates(True, False),
        "enableLogging": updates(True, False),
        "includeGlobalServiceEvents": updates(True, False),
        "isMultiRegionTrail": updates(True, False),
        "cloudWatchLogsGroupArn": updates(_log_group(w), _log_group(w)),
        "cloudWatchLogsRoleArn": updates(w.roles[0]["arn"], w.roles[1]["arn"]),
        **TAGS,
    },
    "aws:s3/bucketReplicationConfig:BucketReplicationConfig": lambda w: {
        "bucket": replaces(versioned(w)["bucket"], versioned(w)["bucket"]),
        "role": updates(w.roles[0]["arn"], w.roles[1]["arn"]),
        "rules": updates(copied(w, 15), copied(w, 30)),
    },
    "aws:sns/topic:Topic": lambda w: {
        "name": replaces("one", "two"),
        "kmsMasterKeyId": updates(w.keys[0]["arn"], w.keys[1]["arn"]),
        "displayName": updates("One", "Two"),
        **TAGS,
    },
    "aws:sns/topicPolicy:TopicPolicy": lambda w: {
        "arn": replaces(_topic(w), _topic(w)),
        "policy": updates(document("sns:Publish", Sid="one"), document("sns:Publish", Sid="two")),
    },
    "aws:sns/topicSubscription:TopicSubscription": lambda w: {
        "topic": replaces(_topic(w), _topic(w)),
        "protocol": replaces("email", "email-json"),
        "endpoint": replaces("one@example.com", "two@example.com"),
    },
    "aws:cloudwatch/eventRule:EventRule": lambda w: {
        "name": replaces("one", "two"),
        "description": updates("One", "Two"),
        "eventPattern": updates(json.dumps({"source": ["aws.backup"]}), json.dumps({"source": ["aws.ec2"]})),
        "state": updates("ENABLED", "DISABLED"),
        **TAGS,
    },
    "aws:cloudwatch/eventTarget:EventTarget": lambda w: {
        "rule": replaces(
            w.make("EventRule", eventPattern=json.dumps({"source": ["aws.backup"]}))["name"],
            "other",
        ),
        "targetId": replaces("one", "two"),
        "arn": updates(_topic(w), _topic(w)),
    },
}
