"""Samples of managed data stores: databases, caches, brokers, and the secrets of their administrators."""

from tests.sandbox.aws_world import ABSENT, TAGS, Sample, World, records, replaces, updates

POSTGRES = "aurora-postgresql"


def _subnet_group(world: World) -> str:
    made = world.make("rds/subnetGroup:SubnetGroup", description="Database subnets", subnetIds=world.subnets[:2])
    return str(made["name"])


def _parameter_group(world: World) -> str:
    return str(world.make("ClusterParameterGroup", family="aurora-postgresql16", description="TLS")["name"])


def _database(world: World) -> str:
    inputs = {"engine": POSTGRES, "engineVersion": "16.6", "manageMasterUserPassword": True, "skipFinalSnapshot": True}
    return str(world.make("rds/cluster:Cluster", masterUsername="platform", **inputs)["id"])


SAMPLES: dict[str, Sample] = {
    "aws:rds/subnetGroup:SubnetGroup": lambda w: {
        "name": replaces("one", "two"),
        "description": updates("One", "Two"),
        "subnetIds": updates(w.subnets[:2], w.subnets),
        **TAGS,
    },
    "aws:rds/clusterParameterGroup:ClusterParameterGroup": lambda w: {
        "name": replaces("one", "two"),
        "family": replaces("aurora-postgresql16", "aurora-postgresql17"),
        "description": replaces("One", "Two"),
        "parameters": updates(
            [{"name": "rds.force_ssl", "value": "1", "applyMethod": "immediate"}],
            [{"name": "rds.force_ssl", "value": "0", "applyMethod": "immediate"}],
        ),
        **TAGS,
    },
    "aws:rds/globalCluster:GlobalCluster": lambda w: {
        "globalClusterIdentifier": replaces("one", "two"),
        "engine": replaces(POSTGRES, "aurora-mysql"),
        "engineVersion": updates("16.6", "16.8"),
        "storageEncrypted": replaces(True, False),
        "deletionProtection": updates(False, True),
    },
    "aws:rds/cluster:Cluster": lambda w: {
        "clusterIdentifier": replaces("one", "two"),
        "engine": replaces(POSTGRES, "aurora-mysql"),
        "engineVersion": updates("16.6", "16.8"),
        "databaseName": replaces("platform", "other"),
        "masterUsername": replaces("platform", "other"),
        "masterPassword": updates(ABSENT, "not-a-secret-1234"),
        "manageMasterUserPassword": updates(True, ABSENT, masterUserSecretKmsKeyId=ABSENT),
        "masterUserSecretKmsKeyId": updates(w.keys[0]["arn"], w.keys[1]["arn"]),
        "globalClusterIdentifier": replaces(ABSENT, "other"),
        "dbSubnetGroupName": replaces(_subnet_group(w), _subnet_group(w)),
        "dbClusterParameterGroupName": updates(_parameter_group(w), _parameter_group(w)),
        "vpcSecurityGroupIds": updates(w.groups[:1], w.groups),
        "storageEncrypted": replaces(True, False),
        "kmsKeyId": replaces(w.keys[0]["arn"], w.keys[1]["arn"]),
        "iamDatabaseAuthenticationEnabled": updates(True, False),
        "backupRetentionPeriod": updates(35, 7),
        "copyTagsToSnapshot": updates(True, False),
        "enabledCloudwatchLogsExports": updates(["postgresql"], ABSENT),
        "deletionProtection": updates(False, True),
        "skipFinalSnapshot": records(True, False),
        "finalSnapshotIdentifier": records(ABSENT, "last"),
        **TAGS,
    },
    "aws:rds/clusterInstance:ClusterInstance": lambda w: {
        "identifier": replaces("one", "two"),
        "clusterIdentifier": replaces(_database(w), "other"),
        "engine": replaces(POSTGRES, "aurora-mysql"),
        "engineVersion": replaces("16.6", "16.8"),
        "instanceClass": updates("db.r7g.large", "db.r7g.xlarge"),
        "availabilityZone": replaces("us-east-1a", "us-east-1b"),
        "promotionTier": updates(1, 2),
        "monitoringInterval": updates(60, 30),
        "monitoringRoleArn": updates(w.roles[0]["arn"], w.roles[1]["arn"]),
        "performanceInsightsEnabled": updates(True, False),
        "performanceInsightsKmsKeyId": updates(w.keys[0]["arn"], w.keys[1]["arn"]),
        "performanceInsightsRetentionPeriod": updates(7, 31),
        "autoMinorVersionUpgrade": updates(False, True),
        "copyTagsToSnapshot": updates(True, False),
        "publiclyAccessible": updates(False, True),
        **TAGS,
    },
}
