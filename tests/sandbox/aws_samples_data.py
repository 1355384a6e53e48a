"""Samples of databases, and of the secrets and functions of their administrators."""

from sandbox.providers.protocol import Props
from tests.sandbox.aws_world import ABSENT, ACCOUNT, OTHER_ACCOUNT, TAGS, Sample, World, records, replaces, updates

_SIGNATURE = "4dabf18193072939515e22adb298388d"

POSTGRES = "aurora-postgresql"


def _subnet_group(world: World) -> str:
    made = world.make("rds/subnetGroup:SubnetGroup", description="Database subnets", subnetIds=world.subnets[:2])
    return str(made["name"])


def _parameter_group(world: World) -> str:
    return str(world.make("ClusterParameterGroup", family="aurora-postgresql16", description="TLS")["name"])


def _database(world: World) -> str:
    inputs = {"engine": POSTGRES, "engineVersion": "16.6", "manageMasterUserPassword": True, "skipFinalSnapshot": True}
    return str(world.make("rds/cluster:Cluster", masterUsername="platform", **inputs)["id"])


def code(text: str, source: str = "def handler(event, context):\n    return None\n") -> Props:
    """An archive of one file, as the SDK hands it over."""
    handler = f"# {text}\n{source}"
    asset = {_SIGNATURE: "c44067f5952c0a294b673a41bacd8c17", "text": handler, "hash": text}
    return {_SIGNATURE: "0def7320c3a5731c473e5ecbe6d01bc7", "assets": {"one.py": asset}, "hash": text}


def _function(world: World) -> str:
    made = world.make(
        "Function", role=world.roles[0]["arn"], runtime="python3.13", handler="one.handler", code=code("one")
    )
    return str(made["arn"])


def _secret(world: World, value: str = "{}") -> str:
    arn = str(world.make("Secret", recoveryWindowInDays=0)["arn"])
    world.make("SecretVersion", secretId=arn, secretString=value)
    return arn


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
        **TAGS,
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
        "engineVersion": records("16.6", "16.8"),
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
    "aws:secretsmanager/secret:Secret": lambda w: {
        "name": replaces("one", "two"),
        "description": updates("One", "Two"),
        "kmsKeyId": updates(w.keys[0]["arn"], w.keys[1]["arn"]),
        "replicas": updates(
            [{"region": "us-west-2", "kmsKeyId": f"arn:aws:kms:us-west-2:{ACCOUNT}:alias/aws-secrets"}],
            [{"region": "us-west-2"}, {"region": "us-east-2"}],
        ),
        "recoveryWindowInDays": records(0, 7),
        **TAGS,
    },
    "aws:secretsmanager/secretRotation:SecretRotation": lambda w: {
        "secretId": replaces(_secret(w), _secret(w)),
        "rotationLambdaArn": updates(_function(w), _function(w)),
        "rotationRules": updates({"automaticallyAfterDays": 30}, {"automaticallyAfterDays": 60}),
        "rotateImmediately": records(True, False),
    },
    "aws:secretsmanager/secretVersion:SecretVersion": lambda w: {
        "secretId": replaces(_secret(w), _secret(w)),
        "secretString": replaces("{}", '{"username": "platform"}'),
    },
    "aws:lambda/function:Function": lambda w: {
        "name": replaces("one", "two"),
        "description": updates("One", "Two"),
        "handler": updates("one.handler", "two.handler"),
        "runtime": updates("python3.13", "python3.12"),
        "role": updates(w.roles[0]["arn"], w.roles[1]["arn"]),
        "timeout": updates(60, 180),
        "memorySize": updates(128, 256),
        "environment": updates({"variables": {"CLUSTER": "one"}}, {"variables": {"CLUSTER": "two"}}),
        "code": records(code("one"), code("two")),
        **TAGS,
    },
    "aws:lambda/permission:Permission": lambda w: {
        "statementId": replaces("one", "two"),
        "function": replaces(_function(w), _function(w)),
        "action": replaces("lambda:InvokeFunction", "lambda:GetFunction"),
        "principal": replaces("secretsmanager.amazonaws.com", "events.amazonaws.com"),
        "sourceAccount": replaces(ACCOUNT, OTHER_ACCOUNT),
    },
}
